import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { StorageError } from '../../core/errors.ts';
import { childId, decodeName, displayName, encodeName, namesOf, parentId } from './entry-id.ts';

const rawName = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .map((bytes) => Buffer.from(bytes))
  .filter(
    (name) => !name.includes(0) && !name.includes(0x2f) && !['.', '..'].includes(name.toString('latin1')),
  );

function refused(id: string): unknown {
  try {
    return namesOf(id);
  } catch (error) {
    return error instanceof StorageError ? error.code : error;
  }
}

describe('ids of local entries', () => {
  test('any file name goes into an id and comes out again', () => {
    fc.assert(
      fc.property(fc.array(rawName, { maxLength: 5 }), (names) => {
        const id = names.reduce((dir, name) => childId(dir, name), '/');
        expect(namesOf(id)).toEqual(names);
        expect(id.isWellFormed()).toBe(true);
      }),
    );
  });

  test('names that differ have ids that differ', () => {
    fc.assert(
      fc.property(rawName, rawName, (a, b) => {
        expect(encodeName(a) === encodeName(b)).toBe(a.equals(b));
      }),
    );
  });

  test('whatever an id is, its names stay inside', () => {
    const segment = fc.oneof(
      fc.constantFrom('.', '..', '%2e%2e', '%2E%2E', '%2F', '%00', '\0', '\\', '', '/', '%', '%25', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
        let names: Buffer[] = [];
        try {
          names = namesOf(segments.join('/'));
        } catch (error) {
          expect(error).toBeInstanceOf(StorageError);
        }
        for (const name of names) {
          expect(name.length).toBeGreaterThan(0);
          expect(name.includes(0) || name.includes(0x2f)).toBe(false);
          expect(['.', '..']).not.toContain(name.toString('latin1'));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['', 'the empty id'],
    ['a', 'a relative path'],
    ['../a', 'a way up'],
    ['/..', 'a way up from the root'],
    ['/a/../..', 'a way up from inside'],
    ['/.', 'a dot'],
    ['//', 'two slashes'],
    ['/a/', 'a slash at the end'],
    ['/%2E%2E', 'an escaped way up'],
    ['/%2e%2e', 'an escaped way up in small letters'],
    ['/a%2Fb', 'an escaped slash'],
    ['/a%00', 'an escaped NUL'],
    ['/a\0', 'a NUL'],
    ['/%41', 'a letter escaped without need'],
    ['/%C3%A9', 'UTF-8 escaped without need'],
    ['/100%', 'a bare percent sign'],
    ['/\ud800', 'a lone surrogate'],
  ])('%p is refused: %s', (id) => {
    expect(refused(id)).toBe('invalid_argument');
  });

  test('bytes that are no UTF-8 are escaped in ids and told apart in names', () => {
    const latin = Buffer.from('caf\u00e9.txt', 'latin1');
    expect(encodeName(latin)).toBe('caf%E9.txt');
    expect(displayName(latin)).toBe('caf\uFFFDE9.txt');
    expect(decodeName('caf%E9.txt')).toEqual(latin);
  });

  test('an encoding of slash or dots that UTF-8 does not allow is just bytes', () => {
    const overlong = Buffer.from([0xc0, 0xae, 0xc0, 0xae]);
    expect(encodeName(overlong)).toBe('%C0%AE%C0%AE');
    expect(namesOf('/%C0%AE%C0%AE')).toEqual([overlong]);
  });

  test('the parent of a parent is the root at last', () => {
    expect(parentId('/a/b')).toBe('/a');
    expect(parentId('/a')).toBe('/');
    expect(parentId('/')).toBe('/');
  });
});
