import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeClock } from '../../testing/fake-clock.ts';
import { describeStore } from '../../testing/store-contract.ts';
import { openMemoryStore, openStore } from './open.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

describeStore({ name: 'SQLite in memory', open: () => openMemoryStore() });

const folders: string[] = [];

describeStore({
  name: 'an SQLite file',
  open() {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'));
    folders.push(folder);
    return openStore({ folder, clock: fakeClock(), log });
  },
  async reopen(store) {
    await store.close();
    return openStore({ folder: folders.at(-1) ?? '', clock: fakeClock(), log });
  },
  async cleanUp() {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  },
});
