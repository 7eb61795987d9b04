import { afterEach, expect, test } from 'bun:test';
import { type DoorFixture, guest, startDoors } from '../testing/fixture.ts';

const fixtures: DoorFixture[] = [];
afterEach(() => {
  for (const { close } of fixtures.splice(0)) close();
});

test('keys of signs are changed by admins alone, and never shown', async () => {
  const fixture = await startDoors({ users: [guest] });
  fixtures.push(fixture);
  const refused = await fixture.api(
    '/admin/link_keys/rotate',
    {},
    { headers: { Authorization: 'guest-token' } },
  );
  expect(JSON.parse(refused).code).toBe(403);
  const own = await startDoors();
  fixtures.push(own);
  expect(JSON.parse(await own.api('/admin/link_keys/rotate', { keep_old: true }))).toEqual({
    code: 200,
    message: 'success',
    data: { keys: 1 },
  });
  expect(JSON.parse(await own.api('/admin/link_keys/import', { token: 'too short' })).code).toBe(400);
});
