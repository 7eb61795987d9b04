import { describe, expect, test } from 'bun:test';
import type { Call, Driver, Layer, OpName } from '../core/driver.ts';
import type { Entry, EntryPage, Quota } from '../core/entry.ts';
import { applyLayers } from './apply.ts';
import { ctxOf, fileEntry } from './testing/calls.ts';

/** A driver that is a class, whose methods need `this`. */
class Shelf implements Driver {
  readonly kind = 'Shelf';
  readonly root = 'top';
  readonly traits = { duplicateNames: false, caseSensitive: true, listTtlMs: 0, localSort: true };
  readonly #books = ['a', 'b'];
  closed = 0;

  async list(): Promise<EntryPage> {
    return { entries: this.#books.map((id) => fileEntry(id)) };
  }

  async stat({ id }: { readonly id: string }): Promise<Entry> {
    return fileEntry(this.#books.includes(id) ? id : 'none');
  }

  async quota(): Promise<Quota> {
    return { used: this.#books.length };
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

function noting(name: string, notes: string[]): Layer {
  return <K extends OpName>(op: K, next: Call<K>): Call<K> =>
    async (args, ctx) => {
      notes.push(`${name} ${op}`);
      return next(args, ctx);
    };
}

describe('applyLayers', () => {
  test('a driver that is a class works, also when its methods are taken off', async () => {
    const { list, stat, quota } = applyLayers(new Shelf(), [noting('one', [])]);
    expect((await list({ dir: 'top' }, ctxOf())).entries).toHaveLength(2);
    expect((await stat({ id: 'a' }, ctxOf())).id).toBe('a');
    expect(await quota?.({}, ctxOf())).toEqual({ used: 2 });
  });

  test('the first layer is the outermost', async () => {
    const notes: string[] = [];
    const driver = applyLayers(new Shelf(), [noting('outer', notes), noting('inner', notes)]);
    await driver.list({ dir: 'top' }, ctxOf());
    expect(notes).toEqual(['outer list', 'inner list']);
  });

  test('what the driver lacks is still lacking', () => {
    const driver = applyLayers(new Shelf(), [noting('one', [])]);
    expect(driver.link).toBeUndefined();
    expect('upload' in driver).toBe(false);
  });

  test('kind, root, traits and close are the driver’s own', async () => {
    const shelf = new Shelf();
    const driver = applyLayers(shelf, []);
    expect(driver).toMatchObject({ kind: 'Shelf', root: 'top', traits: shelf.traits });
    await driver.close();
    expect(shelf.closed).toBe(1);
  });
});
