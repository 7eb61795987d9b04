import { describe, expect, test } from 'bun:test';
import { ifHolds, parseIf, submittedTokens } from './if-header.ts';

describe('reading If', () => {
  test('lists without resources, tokens and tags, negated or not', () => {
    expect(parseIf('(<urn:a> ["x"]) (Not <urn:b> Not ["y z"])')).toEqual([
      {
        conditions: [
          { not: false, token: 'urn:a' },
          { not: false, etag: '"x"' },
        ],
      },
      {
        conditions: [
          { not: true, token: 'urn:b' },
          { not: true, etag: '"y z"' },
        ],
      },
    ]);
  });

  test('a resource stands for all lists behind it', () => {
    expect(parseIf('<http://h/a> (<urn:a>)(<urn:b>)  </b> (["e"])')).toEqual([
      { resource: 'http://h/a', conditions: [{ not: false, token: 'urn:a' }] },
      { resource: 'http://h/a', conditions: [{ not: false, token: 'urn:b' }] },
      { resource: '/b', conditions: [{ not: false, etag: '"e"' }] },
    ]);
  });

  test('tokens are submitted wherever they stand', () => {
    expect([...submittedTokens(parseIf('(<urn:a>) (Not <urn:b>)'))]).toEqual(['urn:a', 'urn:b']);
  });

  test.each([
    '',
    '()',
    '(',
    '(<urn:a>',
    '<urn:a>',
    '</a> </b> (<urn:a>)',
    '(<urn:a>) </b> (<urn:b>)',
    '(Not)',
    '(Not Not <urn:a>)',
    '(urn:a)',
    '(["x)',
    'nonsense',
    '(<urn a>)',
  ])('%p is no If', (header) => {
    expect(() => parseIf(header)).toThrow('can not be read');
  });
});

describe('holding If', () => {
  const state =
    (etag: string | undefined, ...tokens: string[]) =>
    async () => ({
      etag,
      tokens: new Set(tokens),
    });
  const holds = (header: string, of: ReturnType<typeof state>): Promise<boolean> =>
    ifHolds(parseIf(header), of);

  test('all of one list must hold, and one list is enough', async () => {
    expect(await holds('(<urn:a> ["x"])', state('"x"', 'urn:a'))).toBe(true);
    expect(await holds('(<urn:a> ["y"])', state('"x"', 'urn:a'))).toBe(false);
    expect(await holds('(["y"]) (<urn:a>)', state('"x"', 'urn:a'))).toBe(true);
    expect(await holds('(Not <DAV:no-lock>)', state(undefined))).toBe(true);
    expect(await holds('(<DAV:no-lock>)', state(undefined, 'urn:a'))).toBe(false);
  });

  test('a weak tag matches nothing', async () => {
    expect(await holds('([W/"x"])', state('W/"x"'))).toBe(false);
    expect(await holds('(Not [W/"x"])', state('W/"x"'))).toBe(true);
  });
});
