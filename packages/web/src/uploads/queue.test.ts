import { describe, expect, test } from 'bun:test';
import { createUploadQueue, type PickedFile, type SendFile, type UploadEvents } from './queue.ts';

interface Sending {
  readonly path: string;
  readonly overwrite: boolean;
  readonly events: UploadEvents;
  stopped: boolean;
}

function rig() {
  const sending: Sending[] = [];
  const stored: string[] = [];
  const send: SendFile = ({ path, overwrite }, events) => {
    const one = { path, overwrite, events, stopped: false };
    sending.push(one);
    return () => {
      one.stopped = true;
    };
  };
  const queue = createUploadQueue(send, (folder) => stored.push(folder));
  const states = () => queue.list().map(({ path, state }) => `${path} ${state}`);
  return { queue, sending, stored, states };
}

function picked(...places: readonly string[]): PickedFile[] {
  return places.map((place) => ({ place, file: new File(['abcd'], place.split('/').at(-1) ?? '') }));
}

describe('the uploads of the page', () => {
  test('go to the folder they were dropped on, three at once', () => {
    const { queue, sending, stored, states } = rig();
    queue.add('/in', picked('a', 'sub/deep/b', 'c', 'd'));
    expect(sending.map(({ path }) => path)).toEqual(['/in/a', '/in/sub/deep/b', '/in/c']);
    expect(states()[3]).toBe('/in/d waiting');
    sending[1]?.events.onProgress(2);
    expect(queue.list()[1]).toMatchObject({ sent: 2, state: 'sending' });
    sending[1]?.events.onProgress(4);
    expect(queue.list()[1]?.state).toBe('storing');
    sending[1]?.events.onDone();
    expect([stored, states()[1], sending.length]).toEqual([['/in/sub/deep'], '/in/sub/deep/b done', 4]);
    queue.clear();
    expect(states()).toEqual(['/in/a sending', '/in/c sending', '/in/d sending']);
  });

  test('that are cancelled are stopped, and make room', () => {
    const { queue, sending, states } = rig();
    queue.add('/', picked('a', 'b', 'c', 'd'));
    queue.cancel(1);
    expect([sending[0]?.stopped, states()]).toEqual([true, ['/b sending', '/c sending', '/d sending']]);
  });

  test('that fail can be tried again', () => {
    const { queue, sending, states } = rig();
    queue.add('/', picked('a'));
    sending[0]?.events.onFailure({ taken: false, reason: 'the disk is full' });
    expect(queue.list()[0]).toMatchObject({ state: 'failed', reason: 'the disk is full' });
    queue.retry(1);
    expect([sending.length, states()]).toEqual([2, ['/a sending']]);
  });

  test('whose names are taken are asked about, one by one or all at once', () => {
    const { queue, sending, states } = rig();
    queue.add('/', picked('a', 'b', 'c'));
    for (const { events } of sending.slice(0, 3)) events.onFailure({ taken: true, reason: 'exists' });
    expect(states()).toEqual(['/a taken', '/b taken', '/c taken']);
    queue.skip(1);
    queue.replace(2);
    expect(sending[3]).toMatchObject({ path: '/b', overwrite: true });
    queue.replace();
    expect(sending[4]).toMatchObject({ path: '/c', overwrite: true });
    expect(states()).toEqual(['/b sending', '/c sending']);
  });
});
