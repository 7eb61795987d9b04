import { describe, expect, test } from 'bun:test';
import { normalizePath } from '../../core/path.ts';
import type { Node } from '../../vfs/view.ts';
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
  const context = {
    settings: { get: (key: string) => values[key] ?? '' },
    signer: { sign: () => `sign-${(signs += 1)}` },
  } as unknown as DoorContext;
  return { context, values, signs: () => signs };
}

function node(path = '/m/a.txt', more: Partial<Node> = {}): Node {
  const full = normalizePath(path);
  return { path: full, fullPath: full, entry: { id: '1', name: 'a.txt', kind: 'file', size: 1 }, ...more };
}

describe('RecordTexts', () => {
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
