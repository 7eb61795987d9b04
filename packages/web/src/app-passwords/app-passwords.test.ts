import { expect, test } from 'bun:test';
import { createAppPassword, davAddress, readAppPassword } from './app-passwords.ts';

test('an app password is read from the wire, one that was never used too', () => {
  const wire = {
    id: 3,
    name: 'TV',
    read_only: true,
    folder: '/films',
    created: '2026-01-02T03:04:05Z',
    used: null,
  };
  expect(readAppPassword(wire)).toEqual({
    id: 3,
    name: 'TV',
    readOnly: true,
    folder: '/films',
    created: Date.UTC(2026, 0, 2, 3, 4, 5),
    used: undefined,
  });
});

test('an empty folder stands for everything', async () => {
  const sent: unknown[] = [];
  const api = async (_: string, { body }: { body?: unknown } = {}) => {
    sent.push(body);
    return { name: 'TV', password: 'k7pm-x2vd-9hqr-tn4w' };
  };
  const made = await createAppPassword(api, { name: 'TV', folder: ' ', readOnly: false });
  expect(made.password).toBe('k7pm-x2vd-9hqr-tn4w');
  expect(sent).toEqual([{ name: 'TV', folder: '/', read_only: false }]);
});

test('the address of WebDAV is told by the address of the page', () => {
  expect(davAddress('https://nas.example:5244')).toBe('https://nas.example:5244/dav/');
});
