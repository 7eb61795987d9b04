import { expect, test } from 'bun:test';
import { Urgency, urgencyOf } from './urgency.ts';

test('urgency rises, tells of it, and never falls', () => {
  const urgency = new Urgency('scan');
  const seen: string[] = [];
  const off = urgency.onRise(() => seen.push(urgency.priority));
  for (const priority of ['background', 'scan', 'browse', 'browse', 'scan', 'play'] as const) {
    urgency.raise(priority);
  }
  expect(seen).toEqual(['browse', 'play']);
  off();
  expect(urgency.priority).toBe('play');
});

test('what follows another rises with it until it stops', () => {
  const [shared, joiner] = [new Urgency('background'), new Urgency('scan')];
  const stop = shared.follow(joiner);
  expect(shared.priority).toBe('scan');
  joiner.raise('browse');
  expect(shared.priority).toBe('browse');
  stop();
  joiner.raise('play');
  expect(shared.priority).toBe('browse');
});

test('a call has the urgency that travels with it, else that of its priority', () => {
  const urgency = new Urgency('scan');
  expect(urgencyOf({ priority: 'play', urgency })).toBe(urgency);
  expect(urgencyOf({ priority: 'play' }).priority).toBe('play');
});
