import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Driver } from '../../core/driver.ts';
import type { ShareTicket } from '../../core/share-address.ts';
import { ctx, idAt } from '../pikpak/testing/sandbox-world.ts';
import { failure, namesIn, SHARES, type ShareWorld, startShareWorld } from './testing/share-world.ts';

let world: ShareWorld;
let account: Driver;

beforeAll(async () => {
  world = await startShareWorld();
  account = world.open();
});
afterAll(() => world.close());

async function ticketOf(share: Driver, ids: readonly string[]): Promise<ShareTicket> {
  if (share.shareTicket === undefined) throw new Error('the driver gives no tickets');
  return share.shareTicket({ ids }, ctx());
}

async function restore(into: Driver, ticket: ShareTicket, to: string, job?: string) {
  if (into.restore === undefined) throw new Error('the driver restores nothing');
  return into.restore({ ticket, to, ...(job === undefined ? {} : { job }) }, ctx());
}

async function folder(name: string): Promise<string> {
  if (account.mkdir === undefined) throw new Error('the driver makes no folders');
  return (await account.mkdir({ dir: account.root, name }, ctx())).id;
}

describe('saving out of a share', () => {
  test('makes copies in a folder, and is done when it says so', async () => {
    const share = world.share(SHARES.open);
    const to = await folder('Saved');
    const ids = [await idAt(share, '/Film'), await idAt(share, '/readme.md')];
    expect(await restore(account, await ticketOf(share, ids), to)).toEqual({});
    expect(await namesIn(account, to)).toEqual(['Film', 'readme.md']);
    expect(await namesIn(account, await idAt(account, '/Saved/Film'))).toEqual(['sample.mp4', 'sample.srt']);
  });

  test('knows the way from the top of the share, and takes the token of a pass code along', async () => {
    const deep = world.share(SHARES.open);
    const notes = await idAt(deep, '/Deep/One/Two/Three/notes.txt');
    const way = ['/Deep', '/Deep/One', '/Deep/One/Two', '/Deep/One/Two/Three'];
    const { ancestors } = await ticketOf(deep, [notes]);
    expect(ancestors).toEqual(await Promise.all(way.map((path) => idAt(deep, path))));
    const locked = world.share(SHARES.locked, { share_pwd: 'k7pm' });
    const to = await folder('Locked');
    await restore(account, await ticketOf(locked, [locked.root]), to);
    expect(await namesIn(account, to)).toEqual(['guide.pdf', 'notes.txt']);
  });

  test('that takes more than a minute answers with a job, by which it is waited on and not begun again', async () => {
    const share = world.share(SHARES.open);
    const to = await folder('Slow');
    const match = { method: 'POST', path: '/drive/v1/share/restore' };
    world.sandbox.faults.add({ kind: 'slow_task', delayMs: 90_000, match, times: 1 });
    const ticket = await ticketOf(share, [await idAt(share, '/readme.md')]);
    const { job } = await restore(account, ticket, to);
    expect(job).toMatch(/^VP/);
    expect(await restore(account, ticket, to, job)).toEqual({});
    expect(await namesIn(account, to)).toEqual(['readme.md']);
  });

  test('fails with a reason: no room, one’s own share, a ticket of another vendor', async () => {
    const share = world.share(SHARES.open);
    const ticket = await ticketOf(share, [await idAt(share, '/readme.md')]);
    const match = { method: 'POST', path: '/drive/v1/share/restore' };
    const message = 'Storage space is not enough';
    world.sandbox.faults.add({ kind: 'task_error', message, match, times: 1 });
    expect((await failure(restore(account, ticket, account.root))).code).toBe('quota_exceeded');
    const other = await failure(restore(account, { ...ticket, kind: 'Other' }, account.root));
    expect(other.code).toBe('invalid_argument');
    const gone = await failure(restore(account, { ...ticket, shareId: SHARES.gone }, account.root));
    expect(gone.code).toBe('share_gone');
    const made = await account.share?.({ ids: [await idAt(account, '/Documents/readme.md')] }, ctx());
    const own = { ...ticket, shareId: made?.id ?? '', token: '', ids: [] };
    expect((await failure(restore(account, own, account.root))).message).toBe('This share is your own.');
  });
});

describe('shares of one’s own', () => {
  test('open for others by what making them gave, are listed, and end', async () => {
    const id = await idAt(account, '/Documents/guide.pdf');
    const made = await account.share?.({ ids: [id], days: 7, passCode: 'abcd' }, ctx());
    expect(made).toMatchObject({ title: 'guide.pdf', passCode: 'abcd', open: true });
    const share = world.share(made?.url ?? '', { share_pwd: made?.passCode });
    expect(await namesIn(share)).toEqual(['guide.pdf']);
    const listed = await account.listShares?.({}, ctx());
    const mine = listed?.shares.find((one) => one.id === made?.id);
    expect(mine).toMatchObject({ url: made?.url, passCode: 'abcd', open: true });
    expect((mine?.expires ?? 0) - (mine?.created ?? 0)).toBe(7 * 86_400_000);
    await account.unshare?.({ shareIds: [made?.id ?? ''] }, ctx());
    const again = world.share(made?.url ?? '', { share_pwd: 'abcd' });
    expect((await failure(namesIn(again))).code).toBe('share_gone');
  });

  test('have a code that the vendor makes up, one of one’s own, or none', async () => {
    const ids = [await idAt(account, '/Documents/notes.txt')];
    expect((await account.share?.({ ids }, ctx()))?.passCode).toBe('');
    expect((await account.share?.({ ids, passCode: '' }, ctx()))?.passCode).toMatch(/^\w{4}$/);
    for (const bad of [{ passCode: 'a b!' }, { passCode: 'abc' }, { days: 0 }, { days: 1.5 }]) {
      const error = await failure(account.share?.({ ids, ...bad }, ctx()) ?? Promise.resolve());
      expect(error.code).toBe('invalid_argument');
    }
  });
});
