import { expect, test } from 'bun:test';
import { readEvents } from './event-stream.ts';

async function eventsOf(...chunks: string[]): Promise<unknown[]> {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  return Array.fromAsync(readEvents(stream));
}

test('events come with their type and data', async () => {
  expect(await eventsOf('event: task\ndata: {"id":"1"}\n\nevent: removed\ndata: {"id":"2"}\n\n')).toEqual([
    { type: 'task', data: '{"id":"1"}' },
    { type: 'removed', data: '{"id":"2"}' },
  ]);
});

test('an event may come in pieces, cut anywhere', async () => {
  expect(await eventsOf('eve', 'nt: task\nda', 'ta: a:b', '\n', '\n')).toEqual([
    { type: 'task', data: 'a:b' },
  ]);
});

test('comments are signs of life and give nothing', async () => {
  expect(await eventsOf(': here\n\n: still here\n\n')).toEqual([]);
});

test('several data lines are one text, and what is not ended by an empty line is dropped', async () => {
  expect(await eventsOf('data: a\ndata: b\r\n\r\ndata: cut')).toEqual([{ type: 'message', data: 'a\nb' }]);
});
