import type { Kysely } from 'kysely';
import type { Schema } from '../sql/schema.ts';

/** One step of the database's form. Once released it never changes; a further step follows it. */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  readonly name: string;
  up(db: Kysely<Schema>): Promise<void>;
}
