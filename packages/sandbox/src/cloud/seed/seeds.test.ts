import { beforeAll, describe, expect, test } from 'bun:test';
import type { DriveNode } from '../drive/node.ts';
import type { DriveTree } from '../drive/tree.ts';
import { FAKE_MEDIA } from '../cloud-fixture.ts';
import { Links } from '../links.ts';
import { plantSeed, type SeededState } from './seeds.ts';

const plant = (): Promise<SeededState> =>
  plantSeed('standard', new Links({ now: () => 0, lifeMs: 1, bind: true }), FAKE_MEDIA);

let state: SeededState;
beforeAll(async () => {
  state = await plant();
});

function treeOf(email: string): DriveTree {
  const drive = state.drives.find((d) => d.account.email === email);
  if (drive === undefined) throw new Error(`no drive of ${email}`);
  return drive.tree;
}

function pathsOf(tree: DriveTree, parentId = '', prefix = ''): string[] {
  return tree.children(parentId).flatMap((node) => {
    const path = `${prefix}/${node.name}`;
    return node.kind === 'folder' ? [path, ...pathsOf(tree, node.id, path)] : [path];
  });
}

function nodeAt(tree: DriveTree, path: string): DriveNode | undefined {
  const parts = path.slice(1).split('/');
  return parts.reduce<DriveNode | undefined>(
    (parent, name, i) => tree.children(i === 0 ? '' : (parent?.id ?? '?')).find((node) => node.name === name),
    undefined,
  );
}

describe('the seed "standard"', () => {
  test.each([
    '/Movies/Sample (2026)/sample.mp4',
    '/Movies/Sample (2026)/sample.srt',
    '/Movies/Sample (2026)/sample.ass',
    '/Music/Sluice Sessions (2026)/cover.jpg',
    '/Photos/photo-1.jpg',
    '/Photos/photo-2.jpg',
    '/Photos/photo-3.jpg',
    '/Documents/guide.pdf',
    '/Documents/readme.md',
    '/Documents/notes.txt',
    '/Documents/archive.zip',
    '/Big/ten-thousand/file-1.txt',
    '/Big/ten-thousand/file-10000.txt',
    '/Big/4GiB.bin',
    '/My Pack',
    '/Unicode 名字 é 🎬',
  ])('holds %s', (path) => {
    expect(nodeAt(treeOf('demo@sluice.test'), path)).toBeDefined();
  });

  test('holds 10 000 files in one folder, and 4 GiB in one file', () => {
    const tree = treeOf('demo@sluice.test');
    expect(tree.children(nodeAt(tree, '/Big/ten-thousand')?.id ?? '?')).toHaveLength(10_000);
    const big = nodeAt(tree, '/Big/4GiB.bin');
    expect(big?.kind === 'file' && big.content.blob.size).toBe(4_294_967_296);
  });

  test('has only names that the service takes, each once in its folder', () => {
    for (const { tree } of state.drives) {
      const paths = pathsOf(tree);
      expect(new Set(paths).size).toBe(paths.length);
      for (const node of tree.all()) {
        expect(node.name).not.toMatch(/[\p{Cc}\\/"*:<>?|]|^\s|\s$|\.$/u);
        expect(node.name.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(node.name)).toBeLessThanOrEqual(255);
      }
    }
  });

  test('gives every item, account and share an id of its own, the same in every run', async () => {
    const idsOf = (seeded: SeededState) =>
      seeded.drives.flatMap(({ tree }) => tree.all().map((node) => node.id));
    const ids = idsOf(state);
    expect(new Set(ids).size).toBe(ids.length);
    expect(idsOf(await plant())).toEqual(ids);
    expect(new Set(state.accounts.map((account) => account.userId)).size).toBe(5);
    expect(state.shares.map((share) => share.id)).toEqual([
      'VNsandboxOpenShare00001',
      'VNsandboxLockedShare001',
      'VNsandboxLargeShare0001',
      'VNsandboxRegionShare001',
      'VNsandboxGoneShare00001',
      'VNsandboxEndedShare0001',
    ]);
  });

  test('keeps composed and decomposed letters apart', () => {
    const names = pathsOf(treeOf('demo@sluice.test')).filter((path) =>
      path.normalize('NFC').endsWith('/café.txt'),
    );
    expect(names).toHaveLength(2);
  });
});

test('the seed "wide" is "standard" with fifty thousand files more', async () => {
  const links = new Links({ now: () => 0, lifeMs: 1, bind: true });
  const wide = await plantSeed('wide', links, FAKE_MEDIA);
  const [tree] = wide.drives.map((drive) => drive.tree);
  if (tree === undefined) throw new Error('no drive');
  const paths = pathsOf(tree);
  expect(paths.filter((path) => /^\/Wide\/folder-\d+\/file-\d+\.txt$/.test(path))).toHaveLength(50_000);
  expect(paths).toContain('/Movies/Sample (2026)/sample.mp4');
});
