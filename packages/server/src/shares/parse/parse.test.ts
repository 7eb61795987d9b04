import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { driverTypes } from '../../drivers/index.ts';
import { MAX_SHARES, parseShares } from './parse.ts';
import { CORPUS, type Expected } from './testing/corpus.ts';
import { addressKinds, type AddressKind } from './text-line.ts';

const KINDS: readonly AddressKind[] = addressKinds(driverTypes);
const parse = (text: string) => parseShares(text, KINDS);
const link = (id: string) => `https://mypikpak.com/s/${id}`;

describe('what people paste', () => {
  test('the corpus is as large as promised', () => expect(CORPUS.length).toBeGreaterThanOrEqual(60));

  test.each(CORPUS.map((snippet) => [snippet.what, snippet] as const))('%s', (_, snippet) => {
    const { shares, unusable, repeated } = parse(snippet.text);
    const got = shares.map(
      ({ name, place, category }): Expected => [
        name ?? '',
        place.shareId,
        place.passCode,
        category ?? '',
        place.targetId,
      ],
    );
    const wanted = snippet.shares.map(
      ([name, id, code = '', category = '', target = '']): Expected => [name, id, code, category, target],
    );
    expect(got).toEqual(wanted);
    expect([unusable.length, repeated]).toEqual([snippet.unusable ?? 0, snippet.repeated ?? 0]);
  });

  test('an address is told with the line it stood in', () => {
    expect(parse(`A\n\n${link('VNa')}\nhttps://mypikpak.com/help`)).toMatchObject({
      shares: [{ line: 3, address: link('VNa'), kind: 'PikPakShare' }],
      unusable: [{ line: 4, reason: 'not_a_share' }],
    });
  });

  test('what is above the limit is told of, not dropped', () => {
    const text = Array.from({ length: MAX_SHARES + 2 }, (_, index) => link(`VN${index}`)).join('\n');
    const { shares, unusable } = parse(text);
    expect(shares).toHaveLength(MAX_SHARES);
    expect(unusable.map(({ reason }) => reason)).toEqual(['too_many', 'too_many']);
  });
});

describe('any text', () => {
  const id = fc.stringMatching(/^VN[A-Za-z0-9]{4,20}$/);
  const code = fc.option(fc.stringMatching(/^[a-z][0-9][a-z0-9]{2}$/), { nil: undefined });
  const name = fc
    .stringMatching(/^[A-Z][a-z]{2,9}( [A-Z][a-z]{2,9}){0,3}$/)
    .filter((text) => !/\b(?:The|And|With|Here|See|Link|Url|Share|Pass|Code)\b/.test(text)); // words that mean something else
  const entry = fc.record({ id, code, name });
  const entries = fc.uniqueArray(entry, { minLength: 1, maxLength: 8, selector: (one) => one.id });
  type Entries = readonly { readonly id: string; readonly code: string | undefined; readonly name: string }[];

  const forms: readonly (readonly [string, (list: Entries) => string])[] = [
    [
      'name, address, code',
      (list) =>
        list
          .map((e) => `${e.name}: ${link(e.id)}${e.code === undefined ? '' : ` pwd: ${e.code}`}`)
          .join('\n'),
    ],
    [
      'name above, code in the address',
      (list) =>
        list
          .map((e) => `${e.name}\n${link(e.id)}${e.code === undefined ? '' : `?pwd=${e.code}`}`)
          .join('\n\n'),
    ],
    [
      'address, then name',
      (list) =>
        list.map((e) => `${link(e.id)}${e.code === undefined ? '' : `?pwd=${e.code}`} ${e.name}`).join('\n'),
    ],
    [
      'CSV',
      (list) => ['name,link,pwd', ...list.map((e) => `"${e.name}",${link(e.id)},${e.code ?? ''}`)].join('\n'),
    ],
    [
      'YAML',
      (list) =>
        `Films:\n${list.map((e) => `  ${e.name}: ${link(e.id)}${e.code === undefined ? '' : `?pwd=${e.code}`}`).join('\n')}`,
    ],
  ];

  test.each(forms)('what was written as %s is read again', (_, write) => {
    fc.assert(
      fc.property(entries, (list) => {
        const got = parse(write(list)).shares.map(({ name, place }) => [name, place.shareId, place.passCode]);
        expect(got).toEqual(list.map((e) => [e.name, e.id, e.code ?? '']));
      }),
    );
  });

  test('no address is lost, whatever stands around it', () => {
    const junk = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom(
        '"',
        "'",
        '<',
        '[',
        '(',
        ',',
        ':\n',
        '\n\n',
        '# ',
        'name,link\n',
        '密码',
        'pwd:',
        '- ',
        '\t',
        '|',
      ),
    );
    const text = fc.array(
      fc.oneof(
        junk,
        id.map((one) => ` ${link(one)} `),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(text, (parts) => {
        const ids = new Set(parts.join('').match(/(?<= https:\/\/mypikpak\.com\/s\/)VN\w+(?= )/g) ?? []);
        const found = new Set(parse(parts.join('')).shares.map(({ place }) => place.shareId));
        for (const one of ids) expect(found).toContain(one);
      }),
      { numRuns: 2000 },
    );
  });

  test('names are one line of text that a folder could carry', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ unit: 'binary', maxLength: 60 }),
        (a, b) => {
          for (const { name } of parse(`${a} ${link('VNa1')} ${b}`).shares) {
            if (name === undefined) continue;
            expect(name).toMatch(/^\S(?:.*\S)?$/u);
            expect(name.length).toBeLessThanOrEqual(400);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
