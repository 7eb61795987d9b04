import { expect, test } from 'bun:test';
import { createMemoryGuard } from './memory-guard.ts';

const MIB = 2 ** 20;

/** A process in which every byte that passes is left lying until it is collected. */
function leakyProcess(inUse: number) {
  let lying = 0;
  let collections = 0;
  let peak = 0;
  const guard = createMemoryGuard({
    resident: () => inUse + lying,
    collect: () => {
      collections += 1;
      lying = 0;
    },
  });
  const pass = (bytes: number): void => {
    for (let done = 0; done < bytes; done += 64 * 1024) {
      lying += 64 * 1024;
      peak = Math.max(peak, inUse + lying);
      guard.passed(64 * 1024);
    }
  };
  return { pass, collections: () => collections, peakMib: () => peak / MIB };
}

test('what streams leave lying does not pile up', () => {
  const process = leakyProcess(120 * MIB);
  process.pass(1024 * MIB);
  expect(process.peakMib()).toBeLessThanOrEqual(152);
});

test('memory that is in use does not make the collector run all the time', () => {
  const process = leakyProcess(900 * MIB);
  process.pass(1024 * MIB);
  expect(process.peakMib()).toBeLessThanOrEqual(932);
  expect(process.collections()).toBeLessThan(60);
});

test('a process that is small is held close to what it uses', () => {
  const process = leakyProcess(130 * MIB);
  process.pass(1024 * MIB);
  expect(process.peakMib()).toBeLessThanOrEqual(130 + 16);
});
