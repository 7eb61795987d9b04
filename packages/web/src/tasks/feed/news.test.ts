import { expect, jest, test } from 'bun:test';
import { QueryClient } from '@tanstack/react-query';
import { folderKey } from '../../api/queries.ts';
import { ENDED_TASKS_KEY, readTask, type Task } from '../../api/tasks.ts';
import { createNews } from './news.ts';

function taskOf(wire: Readonly<Record<string, unknown>>): Task {
  return readTask({
    id: 'a',
    kind: 'copy',
    name: 'copy [/local](/x) to [/demo](/in)',
    phase: 'running',
    ...wire,
  });
}

/** Which of some lists are old once the news have been gathered. */
function oldAfter(tell: (news: ReturnType<typeof createNews>) => void): readonly string[] {
  jest.useFakeTimers();
  const queries = new QueryClient();
  const keys = [
    folderKey('/demo/in'),
    folderKey('/demo/in/x'),
    folderKey('/local'),
    folderKey('/'),
    ENDED_TASKS_KEY,
  ];
  for (const key of keys) queries.setQueryData(key, []);
  const news = createNews(queries);
  tell(news);
  jest.advanceTimersByTime(1000);
  jest.useRealTimers();
  news.stop();
  const old = keys.filter((key) => queries.getQueryState(key)?.isInvalidated === true);
  queries.clear();
  return old.map((key) => key.join(' '));
}

test('a task that has ended makes its folder old, what lies in it, and the list of ended ones', () => {
  expect(oldAfter((news) => news.ended(taskOf({ phase: 'succeeded' })))).toEqual([
    'folder /demo/in',
    'folder /demo/in/x',
    'tasks ended',
  ]);
});

test('a move makes the folder that it came from old as well', () => {
  const moved = taskOf({ kind: 'move', name: 'move [/local](/x) to [/demo](/in)', phase: 'succeeded' });
  expect(oldAfter((news) => news.ended(moved))).toContain('folder /local');
});

test('one that has brought something more makes its folder old, and one that is gone has ended', () => {
  const before = [taskOf({ items: 1 })];
  expect(oldAfter((news) => news.compare(before, [taskOf({ items: 2 })]))).toEqual([
    'folder /demo/in',
    'folder /demo/in/x',
  ]);
  expect(oldAfter((news) => news.compare(before, []))).toContain('tasks ended');
});

test('one that goes on as before is no news', () => {
  expect(oldAfter((news) => news.compare([taskOf({ bytes: 1 })], [taskOf({ bytes: 2 })]))).toEqual([]);
});
