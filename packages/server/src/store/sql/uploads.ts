import type { UploadTable } from '../port.ts';
import { SealError, type Sealer } from '../seal.ts';
import type { Sql } from './schema.ts';

export function uploadTable({ db }: Sql, sealer: Sealer): UploadTable {
  const place = (id: string): string => `uploads:${id}:state`;
  return {
    async all() {
      const rows = await db.selectFrom('uploads').selectAll().execute();
      return new Map(rows.map(({ id, sealed_state }) => [id, opened(sealer, sealed_state, place(id))]));
    },
    async save(id, state) {
      const text: string | undefined = JSON.stringify(state);
      if (text === undefined) throw new TypeError('the state of an upload must be JSON data');
      const sealed_state = sealer.seal(text, place(id));
      await db
        .insertInto('uploads')
        .values({ id, sealed_state })
        .onConflict((c) => c.column('id').doUpdateSet({ sealed_state }))
        .execute();
    },
    async remove(id) {
      await db.deleteFrom('uploads').where('id', '=', id).execute();
    },
  };
}

function opened(sealer: Sealer, sealed: string, place: string): unknown {
  try {
    return JSON.parse(sealer.open(sealed, place));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}
