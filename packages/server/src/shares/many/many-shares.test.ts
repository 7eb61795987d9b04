import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Driver, DriverType } from '../../core/driver.ts';
import { pikpakShareDriverType } from '../../drivers/pikpak-share/index.ts';
import {
  failure,
  namesIn,
  SHARES,
  type ShareWorld,
  startShareWorld,
} from '../../drivers/pikpak-share/testing/share-world.ts';
import { ctx, idAt } from '../../drivers/pikpak/testing/sandbox-world.ts';
import { createStatusTracker } from '../../storages/status.ts';
import { withMany } from './many-shares.ts';

const many: DriverType<unknown> = withMany([pikpakShareDriverType])[1] ?? pikpakShareDriverType;

const LIST = `
# Films
Big one: https://mypikpak.com/s/${SHARES.large}
https://mypikpak.com/s/${SHARES.gone}  Gone one
# Documents
Papers https://mypikpak.com/s/${SHARES.locked} 提取码: k7pm
https://mypikpak.com/s/${SHARES.open}
`;

let world: ShareWorld;
const drivers: Driver[] = [];

beforeAll(async () => {
  world = await startShareWorld();
});
afterAll(async () => {
  for (const driver of drivers) await driver.close();
  await world.close();
});

function open(shares: string, settings: object = {}): Driver {
  const parsed = many.config.parse({ shares, egress: 'sandbox-direct', ...settings });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const driver = many.create(parsed.ok, world.env);
  drivers.push(driver);
  return driver;
}

function requests(): number {
  return Object.values(world.sandbox.stats().requests).reduce((sum, count) => sum + count, 0);
}

describe('one mount for many shares', () => {
  test('shows headings and names of the list, and asks nobody for that', async () => {
    const before = requests();
    const driver = open(LIST);
    expect(await namesIn(driver)).toEqual(['Documents', 'Films']);
    expect(await namesIn(driver, await idAt(driver, '/Films'))).toEqual(['Big one', 'Gone one']);
    const papers = await idAt(driver, '/Documents/Papers');
    expect(await driver.stat({ id: papers }, ctx())).toMatchObject({ name: 'Papers', kind: 'folder' });
    expect(requests()).toBe(before);
  });

  test('opens each share with its own pass code when its folder is opened, to the bottom', async () => {
    const driver = open(LIST);
    expect(await namesIn(driver, await idAt(driver, '/Documents/Papers'))).toEqual([
      'guide.pdf',
      'notes.txt',
    ]);
    const deep = await idAt(driver, `/Documents/${SHARES.open}/Deep/One/Two/Three/notes.txt`);
    expect(await driver.stat({ id: deep }, ctx())).toMatchObject({
      name: 'notes.txt',
      kind: 'file',
      id: deep,
    });
    expect((await driver.link?.({ id: deep, purpose: 'download' }, ctx()))?.variant).toBe('original');
    const ticket = await driver.shareTicket?.({ ids: [deep] }, ctx());
    expect(ticket).toMatchObject({ kind: 'PikPak', shareId: SHARES.open });
    expect(ticket?.ancestors.length).toBe(4);
  });

  test('has a folder that says why for a share that does not open; the others and the mount go on', async () => {
    const driver = open(LIST);
    const error = await failure(namesIn(driver, await idAt(driver, '/Films/Gone one')));
    expect([error.code, error.message]).toEqual(['share_gone', 'This share has been deleted.']);
    const tracker = createStatusTracker({ clock: world.clock, log: world.env.log, mountPath: '/many' });
    tracker.heard({ op: 'list', outcome: 'failed', ms: 1, error });
    expect(tracker.current().state).toBe('idle');
    expect(await namesIn(driver, await idAt(driver, '/Films/Big one'))).toEqual(['feature.mp4']);
  });

  test('knows no ids but its own', async () => {
    const driver = open(LIST);
    for (const id of ['nobody', 'nobody:x', '/Nowhere', `${SHARES.open}:../x`, ':', '/']) {
      expect((await failure(driver.list({ dir: id }, ctx()))).code).toBe('not_found');
      expect((await failure(driver.stat({ id }, ctx()))).code).toBe('not_found');
    }
  });

  test('refuses a list without a share, and settings that one share would refuse', () => {
    const problems = (values: object) => {
      const parsed = many.config.parse({ ...values });
      return 'problems' in parsed ? parsed.problems.map(({ field }) => field) : [];
    };
    expect(problems({ shares: 'nothing to see here' })).toEqual(['shares']);
    expect(problems({})).toEqual(['shares']);
    expect(problems({ shares: LIST, device_id: 'short' })).toEqual(['device_id']);
  });

  test('of twenty thousand is made in a moment and keeps few of them open', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `Film ${i} https://mypikpak.com/s/VNmany${String(i).padStart(16, '0')}`,
    );
    const before = requests();
    const driver = open(lines.join('\n'));
    const { entries } = await driver.list({ dir: driver.root }, ctx());
    expect(entries.length).toBe(20_000);
    expect(requests()).toBe(before);
    for (const { id } of entries.slice(0, 150)) {
      expect((await failure(driver.list({ dir: id }, ctx()))).code).toBe('share_gone');
    }
  });
});
