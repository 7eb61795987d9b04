import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import http from 'node:http';
import {
  type DavAnswer,
  type DavCall,
  type DavDoors,
  lockBody,
  startDav,
  tokenOf,
} from './testing/dav-doors.ts';

let doors: DavDoors;
beforeEach(async () => {
  const person = { admin: false, permission: 0x3ff } as const;
  const people = { bob: person, carol: person };
  doors = await startDav({ '/m': { 'a.txt': 'hello', dir: { 'b.txt': 'b' }, other: {} } }, people);
});
afterEach(() => doors.close());

const lock = (
  path: string,
  more: DavCall = {},
  scope: 'exclusive' | 'shared' = 'exclusive',
): Promise<DavAnswer> => doors.call('LOCK', path, { body: lockBody(scope), ...more });
const holding = (token: string): Record<string, string> => ({ If: `(<${token}>)` });
const status = async (method: string, path: string, call: DavCall = {}): Promise<number> =>
  (await doors.call(method, path, call)).status;

describe('an exclusive lock', () => {
  test('keeps everybody from changing the file who does not name it, and nobody from reading', async () => {
    const token = tokenOf(await lock('/dav/m/a.txt'));
    for (const as of ['admin', 'bob']) {
      expect(await status('PUT', '/dav/m/a.txt', { as, body: 'x' })).toBe(423);
      expect(await status('DELETE', '/dav/m/a.txt', { as })).toBe(423);
      expect(await status('GET', '/dav/m/a.txt', { as })).toBe(200);
    }
    expect(await status('PUT', '/dav/m/a.txt', { headers: holding(token), body: 'mine' })).toBe(204);
    // Whoever learns the token is still not its owner (RFC 4918 §6.4).
    expect(await status('PUT', '/dav/m/a.txt', { as: 'bob', headers: holding(token), body: 'x' })).toBe(423);
    expect((await doors.call('GET', '/dav/m/a.txt')).text).toBe('mine');
  });

  test('of two who want it at once one gets it, and the other loses nothing', async () => {
    const answers = await Promise.all([lock('/dav/m/a.txt'), lock('/dav/m/a.txt', { as: 'bob' })]);
    expect(answers.map((one) => String(one.status)).toSorted()).toEqual(['200', '423']);
    const [winner, loser] = answers[0]?.status === 200 ? ['admin', 'bob'] : ['bob', 'admin'];
    const token = tokenOf(
      answers.find((one) => one.status === 200) ?? { status: 0, text: '', headers: new Headers() },
    );
    const puts = await Promise.all([
      status('PUT', '/dav/m/a.txt', { as: winner, headers: holding(token), body: 'from the holder' }),
      status('PUT', '/dav/m/a.txt', { as: loser, body: 'from the other' }),
    ]);
    expect(puts).toEqual([204, 423]);
    expect((await doors.call('GET', '/dav/m/a.txt')).text).toBe('from the holder');
    expect(await doors.shape()).toEqual({ m: { 'a.txt': 15, dir: { 'b.txt': 1 }, other: {} } });
  });

  test('names what is locked in its refusal', async () => {
    await lock('/dav/m/dir/b.txt');
    const { text } = await doors.call('DELETE', '/dav/m/dir');
    expect(text).toContain('<D:lock-token-submitted><D:href>/dav/m/dir/b.txt</D:href>');
    expect(await doors.shape()).toMatchObject({ m: { dir: { 'b.txt': 1 } } });
  });

  test('on a folder, deep, holds all below it and what would come into it', async () => {
    const token = tokenOf(await lock('/dav/m/dir', { headers: { Depth: 'infinity' } }));
    expect(await status('PUT', '/dav/m/dir/new.txt', { body: 'x' })).toBe(423);
    expect(await status('PUT', '/dav/m/dir/b.txt', { body: 'x' })).toBe(423);
    const headers = { Destination: `${doors.url}/dav/m/dir/a.txt` };
    expect(await status('COPY', '/dav/m/a.txt', { headers })).toBe(423);
    expect(await status('PUT', '/dav/m/dir/new.txt', { headers: holding(token), body: 'x' })).toBe(201);
    const tagged = { If: `<${doors.url}/dav/m/dir/> (<${token}>)` };
    expect(await status('PUT', '/dav/m/dir/b.txt', { headers: tagged, body: 'xy' })).toBe(204);
  });

  test('on a folder alone holds its members’ coming and going, not their content', async () => {
    await lock('/dav/m/dir', { headers: { Depth: '0' } });
    expect(await status('PUT', '/dav/m/dir/b.txt', { body: 'xy' })).toBe(204);
    expect(await status('PUT', '/dav/m/dir/new.txt', { body: 'x' })).toBe(423);
    expect(await status('DELETE', '/dav/m/dir/b.txt')).toBe(423);
  });

  test('below a folder is in the way of a deep lock on it, which says where', async () => {
    await lock('/dav/m/dir/b.txt');
    const { status: code, text } = await lock('/dav/m/dir', { as: 'bob', headers: { Depth: 'infinity' } });
    expect(code).toBe(207);
    expect(text).toContain('/dav/m/dir/b.txt</D:href><D:status>HTTP/1.1 423 Locked');
    expect((await lock('/dav/m/dir', { as: 'bob', headers: { Depth: '0' } })).status).toBe(200);
  });

  test('does not move along, and goes with what it was on', async () => {
    const token = tokenOf(await lock('/dav/m/a.txt'));
    const headers = { ...holding(token), Destination: `${doors.url}/dav/m/other/a.txt` };
    expect(await status('MOVE', '/dav/m/a.txt', { headers })).toBe(201);
    expect(await status('PUT', '/dav/m/other/a.txt', { body: 'free' })).toBe(204);
    expect(await status('PUT', '/dav/m/a.txt', { body: 'free' })).toBe(201);
  });
});

describe('a PUT whose body takes its time', () => {
  /** Sends half of a body, lets something happen, then sends the rest. */
  async function slowly(headers: Record<string, string>, meanwhile: () => Promise<unknown>): Promise<number> {
    const all = {
      Authorization: `Basic ${btoa('admin:right')}`,
      'Content-Length': '8',
      Expect: '100-continue',
      ...headers,
    };
    const req = http.request(`${doors.url}/dav/m/a.txt`, { method: 'PUT', headers: all });
    const answered = once(req, 'response');
    req.flushHeaders();
    await once(req, 'continue'); // nothing stands against the file until here
    req.write('half');
    await meanwhile();
    req.end('full');
    const [res] = (await answered) as [http.IncomingMessage];
    res.resume();
    return res.statusCode ?? 0;
  }

  test('does not overwrite a file that somebody has locked meanwhile', async () => {
    const told = await slowly({}, () => lock('/dav/m/a.txt', { as: 'bob' }));
    expect(told).toBe(423);
    expect((await doors.call('GET', '/dav/m/a.txt')).text).toBe('hello');
  });

  test('does not overwrite a version that it has not seen', async () => {
    const etag = (await doors.call('HEAD', '/dav/m/a.txt')).headers.get('etag') ?? '';
    const other = (): Promise<number> => status('PUT', '/dav/m/a.txt', { as: 'bob', body: 'by bob' });
    expect(await slowly({ 'If-Match': etag }, other)).toBe(412);
    expect((await doors.call('GET', '/dav/m/a.txt')).text).toBe('by bob');
    expect(await slowly({}, other)).toBe(204);
  });
});

describe('shared locks', () => {
  test('go together, and any one of them opens the file to its owner', async () => {
    const mine = tokenOf(await lock('/dav/m/a.txt', {}, 'shared'));
    const theirs = tokenOf(await lock('/dav/m/a.txt', { as: 'bob' }, 'shared'));
    expect((await lock('/dav/m/a.txt', { as: 'bob' })).status).toBe(423);
    expect(await status('PUT', '/dav/m/a.txt', { body: 'x' })).toBe(423);
    expect(await status('PUT', '/dav/m/a.txt', { headers: holding(mine), body: 'x' })).toBe(204);
    expect(await status('PUT', '/dav/m/a.txt', { as: 'bob', headers: holding(theirs), body: 'y' })).toBe(204);
  });
});

describe('the life of a lock', () => {
  test('it ends by its time, can be refreshed, and is told in lockdiscovery meanwhile', async () => {
    const headers = { Timeout: 'Infinite, Second-60' };
    const token = tokenOf(await lock('/dav/m/a.txt', { headers: { Timeout: 'Second-60' } }));
    const told = await doors.call('PROPFIND', '/dav/m/a.txt', { headers: { Depth: '0' } });
    expect(told.text).toContain(`<D:href>${token}</D:href>`);
    expect(told.text).toContain('<D:timeout>Second-60</D:timeout>');
    await doors.clock.advance(59_000);
    const again = await doors.call('LOCK', '/dav/m/a.txt', { headers: { ...holding(token), ...headers } });
    expect([again.status, again.text]).toEqual([200, expect.stringContaining('Second-86400')]);
    await doors.clock.advance(86_399_000);
    expect(await status('PUT', '/dav/m/a.txt', { body: 'x' })).toBe(423);
    await doors.clock.advance(1000);
    expect(await status('PUT', '/dav/m/a.txt', { body: 'x' })).toBe(204);
  });

  test('UNLOCK ends it, for its owner alone and at its place alone', async () => {
    const token = tokenOf(await lock('/dav/m/a.txt'));
    const headers = { 'Lock-Token': `<${token}>` };
    expect(await status('UNLOCK', '/dav/m/a.txt', { as: 'bob', headers })).toBe(403);
    expect(await status('UNLOCK', '/dav/m/dir', { headers })).toBe(409);
    expect(await status('UNLOCK', '/dav/m/a.txt')).toBe(400);
    expect(await status('UNLOCK', '/dav/m/a.txt', { headers })).toBe(204);
    expect(await status('UNLOCK', '/dav/m/a.txt', { headers })).toBe(409);
    expect(await status('PUT', '/dav/m/a.txt', { body: 'x' })).toBe(204);
  });

  test('a refresh needs the token of a lock that is there', async () => {
    expect(await status('LOCK', '/dav/m/a.txt')).toBe(400);
    expect(await status('LOCK', '/dav/m/a.txt', { headers: { If: '(<opaquelocktoken:none>)' } })).toBe(412);
  });

  test('where nothing is it makes an empty file, which the content then replaces', async () => {
    const made = await lock('/dav/m/new.txt');
    expect(made.status).toBe(201);
    expect(await doors.shape()).toMatchObject({ m: { 'new.txt': 0 } });
    const headers = holding(tokenOf(made));
    expect(await status('PUT', '/dav/m/new.txt', { headers, body: 'full' })).toBe(204);
    expect(await doors.shape()).toMatchObject({ m: { 'new.txt': 4 } });
    expect((await lock('/dav/m/none/new.txt')).status).toBe(409);
  });

  test.each([
    ['no lockinfo', '<D:x xmlns:D="DAV:"/>'],
    ['both scopes', lockBody().replace('<D:exclusive/>', '<D:exclusive/><D:shared/>')],
    ['another type', lockBody().replace('<D:write/>', '<D:read/>')],
    ['an endless owner', lockBody('exclusive', 'x'.repeat(5000))],
  ])('a body with %s is 400', async (_, body) => {
    expect(await status('LOCK', '/dav/m/a.txt', { body })).toBe(400);
  });

  test('a user can not hold more than a thousand', async () => {
    const { id = 0 } = doors.users['admin'] ?? {};
    for (let i = 0; i < 1000; i++) {
      const row = { token: `t${i}`, path: `/elsewhere/${i}`, deep: false, exclusive: true, userId: id };
      const time = { owner: '', timeoutS: 60, expiresAt: doors.clock.now() + 60_000 };
      const limits = { now: doors.clock.now(), perUser: 2000, together: 16 };
      await doors.store.locks.grant({ ...row, ...time }, limits);
    }
    expect((await lock('/dav/m/a.txt')).status).toBe(507);
    expect((await lock('/dav/m/a.txt', { as: 'bob' })).status).toBe(200);
  });

  test('shared locks that hold one path are few: every listing tells all of them for every entry', async () => {
    const deep = { headers: { Depth: 'infinity' } };
    for (let i = 0; i < 16; i++) expect((await lock('/dav/m/dir', deep, 'shared')).status).toBe(200);
    expect((await lock('/dav/m/dir', deep, 'shared')).status).toBe(507);
    expect((await lock('/dav/m/dir/b.txt', { as: 'bob' }, 'shared')).status).toBe(507);
    expect((await lock('/dav/m/a.txt', { as: 'bob' }, 'shared')).status).toBe(200);
    const long = { body: lockBody('shared', 'x'.repeat(1025)) };
    expect((await lock('/dav/m/other', long)).status).toBe(400);
  });

  test('an admin may end the lock of someone who left, nobody else', async () => {
    const headers = { 'Lock-Token': `<${tokenOf(await lock('/dav/m/a.txt', { as: 'bob' }))}>` };
    expect(await status('UNLOCK', '/dav/m/a.txt', { as: 'carol', headers })).toBe(403);
    expect(await status('UNLOCK', '/dav/m/a.txt', { headers })).toBe(204);
    expect(await status('PUT', '/dav/m/a.txt', { body: 'x' })).toBe(204);
  });
});

describe('If', () => {
  test('with Not <DAV:no-lock> it always holds, without it never', async () => {
    expect(await status('PUT', '/dav/m/a.txt', { headers: { If: '(Not <DAV:no-lock>)' }, body: 'x' })).toBe(
      204,
    );
    expect(await status('PUT', '/dav/m/a.txt', { headers: { If: '(<DAV:no-lock>)' }, body: 'x' })).toBe(412);
    expect(await status('GET', '/dav/m/a.txt', { headers: { If: '(<DAV:no-lock>)' } })).toBe(412);
    expect(await status('PUT', '/dav/m/a.txt', { headers: { If: 'nonsense' }, body: 'x' })).toBe(400);
  });

  test('tells versions apart by their tags', async () => {
    const etag = (await doors.call('HEAD', '/dav/m/a.txt')).headers.get('etag') ?? '';
    expect(await status('PUT', '/dav/m/a.txt', { headers: { If: '(["other"])' }, body: 'x' })).toBe(412);
    expect(await status('PUT', '/dav/m/a.txt', { headers: { If: `([${etag}])` }, body: 'xyz' })).toBe(204);
  });

  test('knows nothing of other servers, where nothing is locked', async () => {
    const elsewhere = { If: '<http://elsewhere.example/a> (Not <urn:x>)' };
    expect(await status('PUT', '/dav/m/a.txt', { headers: elsewhere, body: 'x' })).toBe(204);
  });
});
