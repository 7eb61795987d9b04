import type { Row } from './row.ts';
import { ahead } from './rows/ahead.ts';
import { uploading } from './rows/uploading.ts';
import { cache } from './rows/cache.ts';
import { cpu } from './rows/cpu.ts';
import { listing } from './rows/listing.ts';
import { local } from './rows/local.ts';
import { memory } from './rows/memory.ts';
import { offload } from './rows/offload.ts';
import { propfind } from './rows/propfind.ts';
import { ranges } from './rows/ranges.ts';
import { redirects } from './rows/redirects.ts';
import { scanning } from './rows/scanning.ts';
import { shares } from './rows/shares.ts';
import { start } from './rows/start.ts';
import { tasks } from './rows/tasks.ts';
import type { Bench } from './setup.ts';

/** Rows that are measured together; `--rows` names groups. */
export interface Group {
  readonly name: string;
  /** Whether the demo account has to be mounted. */
  readonly onAccount: boolean;
  measure(bench: Bench): Promise<Row[]>;
}

/** In the order in which they run: what wants a fresh gateway comes first. */
export const GROUPS: readonly Group[] = [
  { name: 'start', onAccount: false, measure: start },
  { name: 'memory', onAccount: true, measure: memory },
  { name: 'shares', onAccount: false, measure: shares },
  { name: 'listing', onAccount: true, measure: listing },
  { name: 'propfind', onAccount: true, measure: propfind },
  { name: 'ranges', onAccount: true, measure: ranges },
  { name: 'redirects', onAccount: true, measure: redirects },
  { name: 'uploading', onAccount: false, measure: uploading },
  { name: 'cpu', onAccount: true, measure: cpu },
  { name: 'ahead', onAccount: true, measure: ahead },
  { name: 'cache', onAccount: false, measure: cache },
  { name: 'offload', onAccount: false, measure: offload },
  { name: 'local', onAccount: false, measure: local },
  { name: 'tasks', onAccount: true, measure: tasks },
  { name: 'scanning', onAccount: true, measure: scanning }, // plants another seed
];
