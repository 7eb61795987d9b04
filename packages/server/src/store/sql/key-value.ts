import { StorageError } from '../../core/errors.ts';
import type { AccountTable, SecretTable, SettingTable } from '../port.ts';
import { SealError, type Sealer } from '../seal.ts';
import type { Sql } from './schema.ts';

export function settingTable({ db }: Sql): SettingTable {
  return {
    async all() {
      const rows = await db.selectFrom('settings').selectAll().execute();
      return new Map(rows.map(({ key, value }) => [key, value]));
    },
    async get(key) {
      const query = db.selectFrom('settings').select('value').where('key', '=', key);
      return (await query.executeTakeFirst())?.value;
    },
    async set(key, value) {
      await db
        .insertInto('settings')
        .values({ key, value })
        .onConflict((c) => c.column('key').doUpdateSet({ value }))
        .execute();
    },
  };
}

export function secretTable({ db }: Sql, sealer: Sealer): SecretTable {
  const place = (key: string): string => `secrets:${key}:value`;
  const load = async (key: string): Promise<string | undefined> => {
    const query = db.selectFrom('secrets').select('sealed_value').where('key', '=', key);
    const row = await query.executeTakeFirst();
    return row && openOrExplain(sealer, row.sealed_value, place(key));
  };
  return {
    load,
    async loadOrCreate(key, make) {
      const found = await load(key);
      if (found !== undefined) return found;
      const made = make();
      await db
        .insertInto('secrets')
        .values({ key, sealed_value: sealer.seal(made, place(key)) })
        .onConflict((c) => c.column('key').doNothing())
        .execute();
      return (await load(key)) ?? made;
    },
    async save(key, value) {
      const sealed_value = sealer.seal(value, place(key));
      await db
        .insertInto('secrets')
        .values({ key, sealed_value })
        .onConflict((c) => c.column('key').doUpdateSet({ sealed_value }))
        .execute();
    },
  };
}

export function accountTable({ db }: Sql, sealer: Sealer): AccountTable {
  const nameOf = (key: string): string => sealer.blindName(`account:${key}`);
  const place = (name: string): string => `accounts:${name}:state`;
  return {
    async load(key) {
      const name = nameOf(key);
      const query = db.selectFrom('accounts').select('sealed_state').where('blind_key', '=', name);
      const row = await query.executeTakeFirst();
      if (row === undefined) return undefined;
      const state: unknown = JSON.parse(openOrExplain(sealer, row.sealed_state, place(name)));
      return state;
    },
    async save(key, value) {
      const name = nameOf(key);
      const text: string | undefined = JSON.stringify(value);
      if (text === undefined) throw new TypeError('the state of an account must be JSON data');
      const sealed_state = sealer.seal(text, place(name));
      await db
        .insertInto('accounts')
        .values({ blind_key: name, sealed_state })
        .onConflict((c) => c.column('blind_key').doUpdateSet({ sealed_state }))
        .execute();
    },
    async remove(key) {
      await db.deleteFrom('accounts').where('blind_key', '=', nameOf(key)).execute();
    },
  };
}

function openOrExplain(sealer: Sealer, sealed: string, place: string): string {
  try {
    return sealer.open(sealed, place);
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new StorageError('misconfigured', 'a saved secret was changed outside of Sluice', {
      detail: { remedy: 'Restore the data folder from a backup.' },
      cause,
    });
  }
}
