import { z } from 'zod';
import type { UploadTarget } from '../core/driver.ts';
import { normalizePath, type TreePath } from '../core/path.ts';

/** Where records of uploads are kept; the store's table is one. */
export interface UploadRecords {
  all(): Promise<ReadonlyMap<string, unknown>>;
  save(id: string, record: unknown): Promise<void>;
  remove(id: string): Promise<void>;
}

const record = z.object({
  /** `leaving`: whole on our disk, and on its way to a storage. */
  stage: z.literal('leaving'),
  owner: z.number().optional(),
  size: z.number(),
  /** By kind. */
  hashes: z.record(z.string(), z.string()),
  target: z.object({
    path: z.string().transform(normalizePath),
    overwrite: z.boolean(),
    skipExisting: z.boolean(),
    modified: z.number().optional(),
  }),
  /** The driver's own. */
  driver: z.unknown(),
});

/** What is kept of an upload over a restart. */
export interface UploadRecord {
  readonly owner?: number | undefined;
  readonly size: number;
  readonly hashes: Readonly<Record<string, string>>;
  readonly target: UploadTarget;
  readonly driver?: unknown;
}

/** As `leaving`, for a task: which may not have begun with it. */
const held = record.extend({ stage: z.literal('held'), target: record.shape.target.optional() });

/** What is kept of an upload that a task takes to its storage. */
export type HeldRecord = Omit<UploadRecord, 'target'> & { readonly target?: UploadTarget };

const arriving = z.object({
  stage: z.literal('arriving'),
  owner: z.number(),
  size: z.number(),
  goal: z.object({
    path: z.string().transform(normalizePath),
    overwrite: z.boolean(),
    modified: z.number().optional(),
  }),
});

/** Where an upload is to go once it is whole, as its owner sees the tree. */
export interface ArrivalGoal {
  readonly path: TreePath;
  readonly overwrite: boolean;
  /** Milliseconds since the epoch. */
  readonly modified?: number;
}

/** What is kept of an upload that comes in pieces. */
export interface ArrivingRecord {
  readonly owner: number;
  readonly size: number;
  readonly goal: ArrivalGoal;
}

/** Undefined for what is none. */
export function readArriving(value: unknown): ArrivingRecord | undefined {
  const { data } = arriving.safeParse(value);
  if (data === undefined) return undefined;
  const { modified, ...goal } = data.goal;
  return { ...data, goal: { ...goal, ...(modified === undefined ? {} : { modified }) } };
}

const done = z.object({ stage: z.literal('done'), owner: z.number(), size: z.number(), at: z.number() });

/** Undefined for what is none. */
export function readDone(value: unknown): Omit<z.output<typeof done>, 'stage'> | undefined {
  return done.safeParse(value).data;
}

/** Undefined for what is none, such as a record of a newer version. */
export function readRecord(value: unknown): UploadRecord | undefined {
  const { data } = record.safeParse(value);
  if (data === undefined) return undefined;
  return { ...data, target: targetOf(data.target) };
}

/** Undefined for what is none. */
export function readHeld(value: unknown): HeldRecord | undefined {
  const { data } = held.safeParse(value);
  if (data === undefined) return undefined;
  const { target, ...rest } = data;
  return { ...rest, ...(target === undefined ? {} : { target: targetOf(target) }) };
}

function targetOf({ modified, ...target }: z.output<typeof record>['target']): UploadTarget {
  return { ...target, ...(modified === undefined ? {} : { modified }) };
}
