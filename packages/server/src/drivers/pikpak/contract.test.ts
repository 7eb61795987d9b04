import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describeDriver, type Fixture, type Opened } from '../../../testing/driver-contract.ts';
import type { Driver } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { pikpakDriverType } from './index.ts';
import { ctx, DEMO, idAt, startWorld, type World } from './testing/sandbox-world.ts';

/** What the standard seed has in its folder of awkward names. */
const AWKWARD = [
  'nested',
  'two  blanks.txt',
  'upper.txt',
  'UPPER.TXT',
  'no extension',
  'CON.txt',
  '...three dots.txt',
  '.hidden',
  '-rf.txt',
  '$HOME `tick` ~tilde^.txt',
  "it's (very) [odd] {name}.txt",
  'a+b=c;d,e@f!g.txt',
  '%2F is not a slash.txt',
  '100% #1 & more.txt',
  '👨‍👩‍👧‍👦 family 🏳️‍🌈.txt',
  'caf\u00e9.txt',
  'cafe\u0301.txt',
  '한국어 日本語 العربية עברית.txt',
  '名字.txt',
];

let world: World;
let content: Buffer;
let folders = 0;
beforeAll(async () => {
  world = await startWorld();
  content = await download(world);
});
afterAll(() => world.close());

describeDriver('PikPak on the sandbox', {
  ops: [
    'copy',
    'emptyTrash',
    'link',
    'listStarred',
    'listTrash',
    'mkdir',
    'move',
    'purgeTrashed',
    'quota',
    'remove',
    'rename',
    'star',
    'untrash',
    'upload',
    'variants',
  ],
  async open(): Promise<Opened> {
    const driver = world.open(DEMO);
    const fixture = await fixtureOf(driver);
    return { driver, fixture, http: world.env.http('sandbox-direct'), close: () => driver.close() };
  },
});

test('what forms say of the kind is what its drivers can do', () => {
  const driver = world.open(DEMO);
  const { givesLinks, canUpload, traits } = pikpakDriverType.abilities ?? {};
  expect([givesLinks, canUpload]).toEqual([driver.link !== undefined, driver.upload !== undefined]);
  expect(traits).toEqual(driver.traits);
});

async function fixtureOf(driver: Driver): Promise<Fixture> {
  return {
    file: {
      id: await idAt(driver, '/Photos/photo-1.jpg'),
      size: content.length,
      byteAt: (index) => content[index] ?? -1,
    },
    emptyFolder: await newFolder(driver),
    many: { id: await idAt(driver, '/Big/ten-thousand'), count: 10_000, pages: 20 },
    nasty: { id: await idAt(driver, '/Unicode 名字 é 🎬'), names: AWKWARD },
    missing: 'VNdoesNotExist000000000000o1',
    newName: '名字 #1 100%.d',
  };
}

/** The seed has no empty folder, and the tests write in theirs. */
async function newFolder({ mkdir, root }: Driver): Promise<EntryId> {
  folders += 1;
  const made = await mkdir?.({ dir: root, name: `Empty ${folders}` }, ctx());
  if (made === undefined) throw new Error('the driver makes no folders');
  return made.id;
}

/** The file's bytes, known to be right by their gcid (protocol reference §4.1): SHA-1 over the SHA-1s of its 256 KiB pieces. */
async function download({ open, env }: World): Promise<Buffer> {
  const driver = open(DEMO);
  const id = await idAt(driver, '/Photos/photo-1.jpg');
  const link = await driver.link?.({ id, purpose: 'download' }, ctx());
  const { hashes } = await driver.stat({ id }, ctx());
  const { signal } = ctx();
  const response = await env.http('sandbox-direct').request({ method: 'GET', url: link?.url ?? '', signal });
  const bytes = await buffer(response.body);
  const piece = createHash('sha1').update(bytes).digest(); // the file is smaller than one piece
  const gcid = createHash('sha1').update(piece).digest('hex').toUpperCase();
  if (gcid !== hashes?.gcid) throw new Error('the downloaded file is not the one listed');
  return bytes;
}
