import { describe, expect, test } from 'bun:test';
import type { Caller, Cloud } from '../../types.ts';
import {
  ask,
  ASIA,
  DEVICE,
  driveHeaders,
  EUROPE,
  LOCAL,
  makeCloud,
  record,
  records,
  WEB_CLIENT,
} from '../cloud-fixture.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };
import type { Body } from '../request.ts';
import { shapeMismatches } from '../shape-mismatches.ts';

const OPEN = 'VNsandboxOpenShare00001';
const LOCKED = 'VNsandboxLockedShare001';
const LARGE = 'VNsandboxLargeShare0001';
const REGION = 'VNsandboxRegionShare001';
const headers = { 'x-device-id': DEVICE, 'x-client-id': WEB_CLIENT };

const call = (cloud: Cloud, path: string, query: Record<string, string>, caller: Caller = LOCAL) =>
  ask(cloud, `/drive/v1/${path}`, { headers, query, caller });
const info = async (cloud: Cloud, query: Record<string, string>, caller?: Caller) =>
  (await call(cloud, 'share', query, caller)).body;
const detail = async (cloud: Cloud, query: Record<string, string>, caller?: Caller) =>
  (await call(cloud, 'share/detail', query, caller)).body;
const namesOf = (body: Body) => records(body, 'files').map((file) => file['name']);

async function childId(cloud: Cloud, shareId: string, ...path: string[]): Promise<string> {
  let id = '';
  for (const name of path) {
    const body = await detail(cloud, { share_id: shareId, parent_id: id });
    id = String(records(body, 'files').find((file) => file['name'] === name)?.['id']);
  }
  return id;
}

describe('an open share', () => {
  test('tells about itself in the shape that the reference shows', async () => {
    const { cloud } = await makeCloud();
    const body = await info(cloud, { share_id: OPEN });
    expect(shapeMismatches(body, examples.shareInfo)).toEqual([]);
    expect(body).toMatchObject({ share_status: 'OK', share_status_text: '', title: 'Open Share' });
    expect(namesOf(body)).toEqual(['readme.md', 'Deep', 'Photos', 'Film']);
    expect(records(body, 'files')[0]).toMatchObject({
      share_id: OPEN,
      parent_id: '',
      user_id: '',
      links: {},
    });
  });

  test('always lists its root in the info, whatever parent_id says', async () => {
    const { cloud } = await makeCloud();
    const film = await childId(cloud, OPEN, 'Film');
    expect(namesOf(await info(cloud, { share_id: OPEN, parent_id: film }))).toContain('readme.md');
  });

  test('needs no token for its folders, however deep', async () => {
    const { cloud } = await makeCloud();
    const three = await childId(cloud, OPEN, 'Deep', 'One', 'Two', 'Three');
    const body = await detail(cloud, { share_id: OPEN, parent_id: three, pass_code_token: '' });
    expect(Object.keys(body)).toEqual(['share_status', 'share_status_text', 'files', 'next_page_token']);
    expect(namesOf(body)).toEqual(['notes.txt']);
    expect(records(body, 'files')[0]).toMatchObject({
      parent_id: three,
      share_id: OPEN,
      web_content_link: '',
    });
  });

  test('is read by pages', async () => {
    const { cloud } = await makeCloud();
    const query = { share_id: OPEN, limit: '3' };
    const first = await detail(cloud, query);
    const second = await detail(cloud, { ...query, page_token: String(first['next_page_token']) });
    expect([...namesOf(first), ...namesOf(second)]).toEqual(['readme.md', 'Deep', 'Photos', 'Film']);
    expect(second['next_page_token']).toBe('');
  });

  test('holds nothing of another share or of the drive around it', async () => {
    const { cloud } = await makeCloud();
    const other = await childId(cloud, LARGE, 'feature.mp4');
    for (const path of ['share/detail', 'share/file_info']) {
      const { status, body } = await call(cloud, path, { share_id: OPEN, parent_id: other, file_id: other });
      expect({ status, error: body['error'] }).toEqual({ status: 404, error: 'file_not_found' });
    }
  });

  test('gives a film by media links that work from any address', async () => {
    const { cloud } = await makeCloud();
    const fileId = await childId(cloud, OPEN, 'Film', 'sample.mp4');
    const { body } = await call(cloud, 'share/file_info', { share_id: OPEN, file_id: fileId });
    const mismatches = shapeMismatches(body, examples.sharedFile);
    expect(mismatches).toEqual(['$.file_info.params.anonymous_play_range is missing']);
    const file = record(body, 'file_info');
    expect(file).toMatchObject({ web_content_link: '', links: {} });
    const url = new URL(String(record(records(file, 'medias')[0] ?? {}, 'link')['url']));
    const example = new URL(examples.sharedFile.file_info.medias[0]?.link.url ?? '');
    expect([...url.searchParams.keys()]).toEqual([...example.searchParams.keys()]);
    expect(url.searchParams.get('userid')).toBe('');
    for (const caller of [LOCAL, ASIA, EUROPE]) {
      const decision = cloud.authorizeDownload(url.pathname, url.searchParams, caller);
      expect(decision).toMatchObject({ ok: true, owner: `share:${fileId}` });
      expect(decision).not.toHaveProperty('cutAt');
    }
  });

  test('gives another file by its download link', async () => {
    const { cloud } = await makeCloud();
    const fileId = await childId(cloud, OPEN, 'readme.md');
    const { body } = await call(cloud, 'share/file_info', { share_id: OPEN, file_id: fileId });
    const url = new URL(String(record(body, 'file_info')['web_content_link']));
    expect(cloud.authorizeDownload(url.pathname, url.searchParams, ASIA)).toMatchObject({ ok: true });
  });
});

describe('a share with a pass code', () => {
  test('asks for the code, refuses a wrong one, and gives a token for the right one', async () => {
    const { cloud } = await makeCloud();
    expect(await info(cloud, { share_id: LOCKED })).toEqual({
      share_status: 'PASS_CODE_EMPTY',
      share_status_text: 'Pass code is required',
      files: [],
      next_page_token: '',
      pass_code_token: '',
    });
    const wrong = await info(cloud, { share_id: LOCKED, pass_code: 'nope' });
    expect(wrong).toEqual({
      ...examples.shareRefusal,
      share_status: 'PASS_CODE_ERROR',
      share_status_text: 'Wrong pass code',
    });
    const right = await info(cloud, { share_id: LOCKED, pass_code: 'k7pm' });
    expect(namesOf(right)).toEqual(['notes.txt', 'guide.pdf']);
    const token = String(right['pass_code_token']);
    expect(namesOf(await detail(cloud, { share_id: LOCKED, pass_code_token: token }))).toHaveLength(2);
  });

  test('refuses detail and file_info without the token, or with an invented or stale one', async () => {
    const { cloud, clock } = await makeCloud();
    const right = await info(cloud, { share_id: LOCKED, pass_code: 'k7pm' });
    const token = String(right['pass_code_token']);
    const file_id = String(records(right, 'files')[0]?.['id']);
    const statusOf = async (path: string, given: string) => {
      const query = { share_id: LOCKED, file_id, pass_code_token: given };
      return (await call(cloud, path, query)).body['share_status'];
    };
    for (const path of ['share/detail', 'share/file_info']) {
      expect(await statusOf(path, '')).toBe('PASS_CODE_EMPTY');
      expect(await statusOf(path, 'invented')).toBe('PASS_CODE_ERROR');
      expect(await statusOf(path, token)).toBe('OK');
    }
    clock.advance(3_600_000);
    expect(await statusOf('share/detail', token)).toBe('PASS_CODE_ERROR');
  });

  test('does not take the token of another share', async () => {
    const { cloud } = await makeCloud();
    const token = String((await info(cloud, { share_id: OPEN }))['pass_code_token']);
    expect(token).not.toBe('');
    const body = await detail(cloud, { share_id: LOCKED, pass_code_token: token });
    expect(body['share_status']).toBe('PASS_CODE_ERROR');
  });

  test('stops a caller that tries too many codes, and no one else', async () => {
    const { cloud } = await makeCloud();
    const attempt = (caller: Caller) => call(cloud, 'share', { share_id: LOCKED, pass_code: 'nope' }, caller);
    for (let i = 0; i < 10; i++) expect((await attempt(LOCAL)).status).toBe(200);
    const { status, body } = await attempt(LOCAL);
    expect({ status, code: body['error_code'] }).toEqual({ status: 400, code: 10 });
    expect((await attempt(ASIA)).status).toBe(200);
  });
});

describe('a share that may not be read', () => {
  test.each([
    ['VNsandboxGoneShare00001', 'DELETED'],
    ['VNsandboxEndedShare0001', 'EXPIRED'],
    ['VNsandboxNoSuchShare001', 'NOT_FOUND'],
  ])('%s says %s with HTTP 200 in every call', async (share_id, shareStatus) => {
    const { cloud } = await makeCloud();
    for (const path of ['share', 'share/detail', 'share/file_info']) {
      const { status, body } = await call(cloud, path, { share_id, file_id: 'VNany' });
      expect({ status, share_status: body['share_status'] }).toEqual({
        status: 200,
        share_status: shareStatus,
      });
      expect(body['share_status_text']).not.toBe('');
    }
  });

  test('because of its region opens for a caller from there', async () => {
    const { cloud } = await makeCloud();
    for (const caller of [LOCAL, ASIA]) {
      expect(await info(cloud, { share_id: REGION }, caller)).toEqual(examples.shareRefusal);
      expect((await detail(cloud, { share_id: REGION }, caller))['share_status']).toBe('PROHIBITED');
    }
    expect(namesOf(await info(cloud, { share_id: REGION }, EUROPE))).toEqual(['europe-only.md']);
  });

  test('needs a share id to be named at all', async () => {
    const { cloud } = await makeCloud();
    const { status, body } = await call(cloud, 'share', {});
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_argument' });
  });
});

describe('a share whose original is cut', () => {
  test('says so, cuts the original at 45 % and gives the transcode whole', async () => {
    const { cloud } = await makeCloud();
    const file_id = await childId(cloud, LARGE, 'feature.mp4');
    const { body } = await call(cloud, 'share/file_info', { share_id: LARGE, file_id });
    expect(shapeMismatches(body, examples.sharedFile)).toEqual([]);
    const file = record(body, 'file_info');
    expect(record(file, 'params')['anonymous_play_range']).toBe('0.45');
    const decisions = records(file, 'medias').map((media) => {
      const url = new URL(String(record(media, 'link')['url']));
      return cloud.authorizeDownload(url.pathname, url.searchParams, LOCAL);
    });
    const size = Number(file['size']);
    expect(decisions[0]).toMatchObject({ ok: true, cutAt: Math.floor(size * 0.45), blob: { size } });
    expect(decisions[1]).toMatchObject({ ok: true });
    expect(decisions[1]).not.toHaveProperty('cutAt');
  });

  test('leaves the same film of a drive whole', async () => {
    const { cloud } = await makeCloud();
    const own = await driveHeaders(cloud, 'full@sluice.test');
    const { body } = await ask(cloud, '/drive/v1/files', { headers: own });
    const id = String(records(body, 'files').find((file) => file['name'] === 'sample.mp4')?.['id']);
    const film = (await ask(cloud, `/drive/v1/files/${id}`, { headers: own })).body;
    const url = new URL(String(film['web_content_link']));
    expect(cloud.authorizeDownload(url.pathname, url.searchParams, LOCAL)).not.toHaveProperty('cutAt');
  });
});
