import { describe, expect, test } from 'bun:test';
import { normalizePath } from '../../core/path.ts';
import { fakeClock } from '../../../testing/fake-clock.ts';
import type { Listing, Node } from '../../vfs/view.ts';
import type { DoorContext } from '../context.ts';
import { admin, guest, MODIFIED } from '../testing/fixture.ts';
import { RecordTexts } from './record-texts.ts';

/** A door that counts its signs. */
function door(settings: Record<string, string> = {}) {
  const values: Record<string, string> = {
    link_expiration: '0',
    sign_all: 'true',
    text_types: 'txt',
    ...settings,
  };
  let signs = 0;
  const clock = fakeClock();
  const linkKeys = { keys: ['first key'] };
  const context = {
    clock,
    settings: { get: (key: string) => values[key] ?? '' },
    shares: { playableBytes: () => undefined, cutsKnown: 0 },
    signer: { sign: () => `sign-${(signs += 1)}` },
    linkKeys,
  } as unknown as DoorContext;
  return { context, clock, values, linkKeys, signs: () => signs };
}

function node(path = '/m/a.txt', more: Partial<Node> = {}): Node {
  const full = normalizePath(path);
  return { path: full, fullPath: full, entry: { id: '1', name: 'a.txt', kind: 'file', size: 1 }, ...more };
}

describe('RecordTexts', () => {
  test('another key of signs makes every text anew', () => {
    const { context, linkKeys } = door();
    const texts = new RecordTexts();
    const first = texts.writer(context, admin)(node());
    linkKeys.keys = ['second key'];
    expect(texts.writer(context, admin)(node())).not.toBe(first);
  });

  test('an entry is signed and encoded once', () => {
    const { context, signs } = door();
    const texts = new RecordTexts();
    const entry = node();
    const first = texts.writer(context, admin)(entry);
    expect(texts.writer(context, admin)({ ...entry })).toBe(first);
    expect(signs()).toBe(1);
  });

  test('what the text depends on makes a new one', () => {
    const { context, values } = door();
    const texts = new RecordTexts();
    const entry = node();
    const first = JSON.parse(texts.writer(context, admin)(entry));
    expect(first).toMatchObject({ id: '1', type: 4, sign: 'sign-1' });
    expect(JSON.parse(texts.writer(context, guest)(entry)).id).toBe('');
    const moved = normalizePath('/n/a.txt');
    expect(JSON.parse(texts.writer(context, admin)({ ...entry, fullPath: moved })).virtual_path).toBe(
      '/n/a.txt',
    );
    values['sign_all'] = 'false';
    expect(JSON.parse(texts.writer(context, admin)(entry)).sign).toBe('');
    values['text_types'] = 'md';
    expect(JSON.parse(texts.writer(context, admin)(entry)).type).toBe(0);
  });

  test('signs that expire are made anew', () => {
    const { context } = door({ link_expiration: '4' });
    const texts = new RecordTexts();
    const entry = node();
    expect(texts.writer(context, admin)(entry)).toContain('sign-1');
    expect(texts.writer(context, admin)(entry)).toContain('sign-2');
  });

  test("a storage's state is never an old one", () => {
    const { context } = door();
    const texts = new RecordTexts();
    const entry = node();
    const at = (state: 'ok' | 'degraded') =>
      ({ ...entry, mount: { status: { state, since: MODIFIED } } }) as unknown as Node;
    expect(texts.writer(context, admin)(at('ok'))).toContain('"state":"ok"');
    expect(texts.writer(context, admin)(at('degraded'))).toContain('"state":"degraded"');
  });
});

describe('the content of a large folder', () => {
  const listing = (snapshot: object | undefined, name = 'a'): Listing => {
    const nodes = Array.from({ length: 200 }, (_, index) => {
      const { entry, ...more } = node(`/m/${name}${index}.txt`);
      return { ...more, entry: { ...entry, id: `${index}`, name: `${name}${index}.txt` } };
    });
    const more = snapshot === undefined ? {} : { snapshot };
    return { folder: node('/m'), nodes, known: 200, complete: true, ...more };
  };
  const texts = new RecordTexts();
  const read = (bytes: string | Uint8Array) => JSON.parse(Buffer.from(bytes).toString());

  test('is made once for as long as the folder stays as it is', () => {
    const { context } = door();
    const snapshot = {};
    const first = texts.content(listing(snapshot), context, admin);
    expect(texts.content(listing(snapshot), context, admin)).toBe(first);
    expect(read(first)).toHaveLength(200);
    expect(read(texts.content(listing({}, 'b'), context, admin))[0].name).toBe('b0.txt');
    expect(read(texts.content(listing(undefined, 'c'), context, admin))[0].name).toBe('c0.txt');
  });

  test('is another for guests, and after a setting has changed', () => {
    const { context, values } = door();
    const snapshot = {};
    expect(read(texts.content(listing(snapshot), context, admin))[7].id).toBe('7');
    expect(read(texts.content(listing(snapshot), context, guest))[7].id).toBe('');
    values['text_types'] = 'md';
    expect(read(texts.content(listing(snapshot), context, admin))[7].type).toBe(0);
  });

  test('with signs that expire is made anew after a minute, or a sixtieth of their life', async () => {
    for (const [hours, ms] of [
      ['4', 60_000],
      ['0.01', 600],
    ] as const) {
      const { context, clock, signs } = door({ link_expiration: hours });
      const snapshot = {};
      texts.content(listing(snapshot), context, admin);
      await clock.advance(ms - 1);
      texts.content(listing(snapshot), context, admin);
      expect(signs()).toBe(200);
      await clock.advance(1);
      texts.content(listing(snapshot), context, admin);
      expect(signs()).toBe(400);
    }
  });
});
