import { createLocalDriver } from '../driver.ts';

/** Run as a process of its own: begins to upload a file of a mebibyte into the folder it is given, and dies at half of it. */
const rootFolder = process.argv[2] ?? '';
const random = { bytes: (length: number) => new Uint8Array(length).fill(7), fraction: () => 0 };
const driver = createLocalDriver({ rootFolder, showHidden: true, mkdirMode: 0o777 }, { random });
const HALF = 524_288;
let pulls = 0;
const source = {
  size: 2 * HALF,
  hash: () => Promise.reject(new Error('not asked for')),
  open: () =>
    new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          pulls += 1;
          if (pulls === 1) return controller.enqueue(new Uint8Array(HALF).fill(1));
          await Bun.sleep(200); // the first half is on disk by then
          process.kill(process.pid, 'SIGKILL');
        },
      },
      { highWaterMark: 0 },
    ),
};
const ctx = { signal: new AbortController().signal, priority: 'browse' } as const;
await driver.upload?.({ dir: driver.root, name: 'new.bin', source }, ctx);
