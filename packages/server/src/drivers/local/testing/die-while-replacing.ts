import { createLocalDriver } from '../driver.ts';
import { type Folder, openRootFor } from '../folder.ts';

/**
 * Run as a process of its own: puts a new file in the place of `old.bin` in the folder it is given, and dies at the nth step that it takes on
 * the disk. Ends by itself when there are fewer.
 */
const [rootFolder = '', fatal = ''] = process.argv.slice(2);
const openRoot = openRootFor(process.platform);
let steps = 0;

/** Each use of a name in the folder is the beginning of a call to the system. */
function mortal(folder: Folder): Folder {
  return {
    ...folder,
    at: (name) => {
      steps += 1;
      if (steps === Number(fatal)) process.kill(process.pid, 'SIGKILL');
      return folder.at(name);
    },
  };
}

const random = { bytes: (length: number) => new Uint8Array(length).fill(7), fraction: () => 0 };
const config = { rootFolder, showHidden: true, mkdirMode: 0o777 };
const driver = createLocalDriver(config, { random, openRoot: async (path) => mortal(await openRoot(path)) });
const blob = new Blob(['n'.repeat(300_000)]);
const source = { size: blob.size, open: () => blob.stream(), hash: async () => '' };
const ctx = { signal: new AbortController().signal, priority: 'browse' } as const;
await driver.upload?.({ dir: driver.root, name: 'old.bin', source, replaces: '/old.bin' }, ctx);
