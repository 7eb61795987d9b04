import { afterEach, describe, expect, test } from 'bun:test';
import { z } from 'zod';
import { admin, type DoorFixture, type FixtureOptions, startDoors } from '../testing/fixture.ts';
import { bindRequest } from './bind.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function doors(options: FixtureOptions = {}): Promise<DoorFixture> {
  const fixture = await startDoors(options);
  cleanups.push(fixture.close);
  return fixture;
}

const MOVIES: FixtureOptions = { users: [admin], files: { '/movies/a.mp4': { size: 1 } } };

describe('requests that mean harm', () => {
  test('CSRF and CORS: no cookie is set, and no other origin may read answers or send the token', async () => {
    const { url } = await doors({ users: [admin] });
    const headers = { Origin: 'https://other.test', 'Access-Control-Request-Headers': 'authorization' };
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const res = await fetch(`${url}/api/public/settings`, { method, headers });
      expect(res.headers.get('access-control-allow-origin')).toBeNull();
      expect(res.headers.get('access-control-allow-headers')).toBeNull();
      expect(res.headers.get('set-cookie')).toBeNull();
      expect(res.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('a query key that every object has is unknown like any other', async () => {
    const { api } = await doors(MOVIES);
    const text = await api('/fs/list?path=/movies&constructor=1&toString=1&__proto__=1&hasOwnProperty=');
    expect(JSON.parse(text).code).toBe(200);
  });

  test('JSON of any depth is answered', async () => {
    const { api } = await doors();
    for (const body of [
      `{"username":${'['.repeat(400_000)}}`,
      `{"username":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
    ]) {
      expect(JSON.parse(await api('/auth/login', body))).toMatchObject({ code: 400 });
    }
  });

  test('a body that its sender cuts short is no fault of ours, so that nobody fills the log with it', async () => {
    const cut = new ReadableStream({ pull: (controller) => controller.error(new Error('aborted')) });
    const request = new Request('http://localhost/', { method: 'POST', body: cut });
    const failure = await bindRequest(request, z.object({})).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ApiFailure', code: 400 });
  });
});
