import { describe, expect, test } from 'bun:test';
import { complaint, makeDriveClient } from './drive-client.ts';
import { freeName, storedName } from './names.ts';

const RULES = { forbiddenCharacters: 'refuse', maxNameBytes: 255 } as const;
const client = await makeDriveClient();

describe('F13: numbering', () => {
  test.each([
    ['foo.txt', ['foo.txt'], 'file', 'foo(1).txt'],
    ['foo.txt', ['foo.txt', 'foo(1).txt', 'foo(2).txt'], 'file', 'foo(3).txt'],
    ['foo.txt', ['foo.txt', 'foo(2).txt'], 'file', 'foo(1).txt'],
    ['foo.txt', ['FOO.txt'], 'file', 'foo.txt'],
    ['a.tar.gz', ['a.tar.gz'], 'file', 'a.tar(1).gz'],
    ['.hidden', ['.hidden'], 'file', '.hidden(1)'],
    ['README', ['README'], 'file', 'README(1)'],
    ['v1.0', ['v1.0'], 'folder', 'v1.0(1)'],
  ] as const)('of %s beside %p, as a %s, gives %s', (name, taken, kind, expected) => {
    expect(freeName(new Set(taken), name, kind)).toBe(expected);
  });
});

describe('F21: names', () => {
  test('keep their case and their letters', () => {
    for (const name of ['UPPER lower.TXT', '名字 é 🎬.mkv', '...three', ' inner  blanks '.trim()])
      expect(storedName(name, RULES)).toBe(name);
  });

  test('lose blanks around them and dots at their end', () => {
    expect(storedName('  name. . ', RULES)).toBe('name');
  });

  test.each([
    ['', 'file_name_empty'],
    ['   ', 'file_name_empty'],
    ['..', 'file_name_empty'],
    ['a/b', 'invalid_argument'],
    ['a\\b', 'invalid_argument'],
    ['what?', 'invalid_argument'],
    ['tab\there', 'invalid_argument'],
    ['\uD800', 'invalid_argument'],
    [`${'长'.repeat(84)}.mkv`, 'invalid_argument'],
  ])('%p is refused with %s', async (name, error) => {
    expect(complaint(await client.mkdir(name))).toEqual([400, error, 3]);
  });

  test('of 255 bytes are taken', async () => {
    expect((await client.mkdir('x'.repeat(255))).status).toBe(200);
  });

  test('lose forbidden characters when the rule says so', () => {
    expect(storedName('a/b: c?.txt', { ...RULES, forbiddenCharacters: 'strip' })).toBe('ab c.txt');
  });
});
