import { describe, expect, test } from 'bun:test';
import type { Link } from '../links/links.ts';
import { bestTool, refusalOf } from './refusal.ts';

const WEB: Link = { kind: 'web', url: 'https://a.test/f' };
const MAGNET: Link = { kind: 'magnet', url: 'magnet:?xt=urn:btih:0' };
const TOOLS = ['PikPak', 'SimpleHttp'];

describe('what a tool refuses', () => {
  test('a cloud fetches into its own storages alone', () => {
    expect(refusalOf('PikPak', 'PikPak', [MAGNET])).toBeUndefined();
    expect(refusalOf('PikPak', 'Local', [WEB])).toEqual({ why: 'storage' });
  });

  test('the gateway fetches web links alone, into any storage', () => {
    expect(refusalOf('SimpleHttp', 'Local', [WEB])).toBeUndefined();
    expect(refusalOf('SimpleHttp', 'PikPak', [WEB, MAGNET])).toEqual({ why: 'links', links: [MAGNET] });
  });

  test('nobody fetches into a folder that only leads to storages', () => {
    expect(refusalOf('SimpleHttp', 'unknown', [WEB])).toEqual({ why: 'root' });
  });
});

test("the storage's own cloud is asked first, else whoever takes the links", () => {
  expect(bestTool(TOOLS, 'PikPak', [WEB])).toBe('PikPak');
  expect(bestTool(TOOLS, 'Local', [WEB])).toBe('SimpleHttp');
  expect(bestTool(TOOLS, 'Local', [MAGNET])).toBe('PikPak');
  expect(bestTool([], 'Local', [])).toBe('');
});
