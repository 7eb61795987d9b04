import { expect, test } from 'bun:test';
import { guardedDisk } from './guarded-disk.ts';
import { memoryDisk } from './testing/memory-disk.ts';

test('every byte that goes to the disk and comes from it is told, and nothing is changed', async () => {
  const told: number[] = [];
  const disk = guardedDisk(memoryDisk(), { passed: (bytes) => void told.push(bytes) });
  const file = await disk.create('a');
  await file.write(Buffer.from('hello'), 0);
  await file.close();
  const again = await disk.edit('a');
  await again.write(Buffer.from('J'), 0);
  await again.close();
  const reader = await disk.read('a');
  expect(Buffer.from(await reader.read(0, 64)).toString()).toBe('Jello');
  await reader.close();
  expect(told).toEqual([5, 1, 5]);
  expect(await disk.files()).toEqual(new Map([['a', 5]]));
  await disk.remove('a');
  expect((await disk.files()).size).toBe(0);
});
