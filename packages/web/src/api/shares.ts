import { queryOptions } from '@tanstack/react-query';
import type { TreePath } from '../tree/tree-path.ts';
import type { Api } from './client.ts';
import { readList, readNumber, readRecord, readText, readTime } from './read.ts';

/** How a share was doing at the last look. */
export const SHARE_STATES = [
  'ok',
  'password',
  'region',
  'expired',
  'deleted',
  'blocked',
  'unknown',
  'unchecked',
] as const;
export type ShareState = (typeof SHARE_STATES)[number];

/** A storage that shows what somebody shared. */
export interface Share {
  readonly id: number;
  /** In the whole tree. */
  readonly mountPath: TreePath;
  readonly title: string;
  readonly disabled: boolean;
  readonly state: ShareState;
  readonly reason: string;
  readonly remedy: string;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number | undefined;
  readonly since: number | undefined;
}

export interface ShareList {
  readonly shares: readonly Share[];
  readonly counts: Readonly<Partial<Record<ShareState, number>>>;
  /** Looks that are still to come. */
  readonly pending: number;
}

export const SHARES_KEY = ['shares'] as const;

/** How often the list is asked for while shares are looked at, in ms. */
const POLL_MS = 1000;

/** Admins only. */
export function sharesQuery(api: Api) {
  return queryOptions({
    queryKey: SHARES_KEY,
    queryFn: async ({ signal }): Promise<ShareList> => {
      const wire = readRecord(await api('/admin/share/list', { signal }));
      const counts = readRecord(wire['counts']);
      return {
        shares: readList(wire['content']).map(readShare),
        counts: Object.fromEntries(SHARE_STATES.map((state) => [state, readNumber(counts[state])])),
        pending: readNumber(wire['pending']),
      };
    },
    refetchInterval: (query) => ((query.state.data?.pending ?? 0) > 0 ? POLL_MS : false),
  });
}

function readShare(value: unknown): Share {
  const wire = readRecord(value);
  return {
    id: readNumber(wire['id']),
    mountPath: readText(wire['mount_path']),
    title: readText(wire['title']),
    disabled: wire['disabled'] === true,
    state: readState(wire['state']) ?? 'unchecked',
    reason: readText(wire['reason']),
    remedy: readText(wire['remedy']),
    checkedAt: readTime(wire['checked_at']),
    since: readTime(wire['since']),
  };
}

function readState(value: unknown): ShareState | undefined {
  return SHARE_STATES.find((state) => state === value);
}

/** What can be done with several shares at once. */
export type ShareAction = 'check' | 'disable' | 'delete';

export async function actOnShares(api: Api, action: ShareAction, ids: readonly number[]): Promise<void> {
  await api(`/admin/share/${action}`, { body: { ids } });
}

/** One address of a pasted text. */
export interface ImportRow {
  readonly index: number;
  readonly line: number;
  readonly address: string;
  readonly name: string;
  readonly category: string;
  readonly passCode: string;
  readonly state: ShareState | 'waiting' | 'looking' | 'mounted' | 'added';
  readonly target: TreePath;
  readonly size: number | undefined;
  readonly files: number | undefined;
  readonly reason: string;
  readonly remedy: string;
}

/** A dry run, with the rows that changed since the revision that was asked for. */
export interface ImportProgress {
  readonly id: string;
  readonly state: 'running' | 'done' | 'cancelled';
  readonly total: number;
  readonly lookedAt: number;
  readonly good: number;
  readonly pausedUntil: number | undefined;
  readonly revision: number;
  readonly rows: readonly ImportRow[];
  readonly unusable: readonly { readonly address: string; readonly line: number }[];
  readonly repeated: number;
  readonly added: number;
}

const OTHER_STATES = ['waiting', 'looking', 'mounted', 'added'] as const;

export function readImport(value: unknown): ImportProgress {
  const wire = readRecord(value);
  const state = wire['state'];
  return {
    id: readText(wire['id']),
    state: state === 'running' || state === 'cancelled' ? state : 'done',
    total: readNumber(wire['total']),
    lookedAt: readNumber(wire['looked_at']),
    good: readNumber(wire['good']),
    pausedUntil: readTime(wire['paused_until']),
    revision: readNumber(wire['revision']),
    rows: readList(wire['rows']).map(readImportRow),
    unusable: readList(wire['unusable']).map((item) => {
      const { address, line } = readRecord(item);
      return { address: readText(address), line: readNumber(line) };
    }),
    repeated: readNumber(wire['repeated']),
    added: readNumber(wire['added']),
  };
}

function readImportRow(value: unknown): ImportRow {
  const wire = readRecord(value);
  const count = (name: string): number | undefined =>
    wire[name] === null || wire[name] === undefined ? undefined : readNumber(wire[name]);
  const state = OTHER_STATES.find((one) => one === wire['state']) ?? readState(wire['state']);
  return {
    index: readNumber(wire['index']),
    line: readNumber(wire['line']),
    address: readText(wire['address']),
    name: readText(wire['name']),
    category: readText(wire['category']),
    passCode: readText(wire['pass_code']),
    state: state ?? 'unknown',
    target: readText(wire['target']),
    size: count('size'),
    files: count('files'),
    reason: readText(wire['reason']),
    remedy: readText(wire['remedy']),
  };
}

/** What somebody wants to add. */
export interface ImportWish {
  readonly text: string;
  readonly template: string;
  readonly egress: string;
}

export async function startImport(api: Api, { text, template, egress }: ImportWish): Promise<ImportProgress> {
  const addition = egress === '' ? {} : { egress };
  return readImport(await api('/admin/share/import', { body: { text, addition, path_template: template } }));
}

export async function readProgress(
  api: Api,
  { id, since, signal }: { readonly id: string; readonly since: number; readonly signal: AbortSignal },
): Promise<ImportProgress> {
  return readImport(await api('/admin/share/import', { query: { id, since }, signal }));
}

export async function cancelImport(api: Api, id: string): Promise<ImportProgress> {
  return readImport(await api('/admin/share/import/cancel', { body: { id } }));
}

/** A correction of a row. */
export interface RowEdit {
  readonly name?: string;
  readonly passCode?: string;
}

export async function editImport(
  api: Api,
  { id, index, name, passCode }: RowEdit & { readonly id: string; readonly index: number },
): Promise<ImportProgress> {
  const body = {
    id,
    index,
    ...(name === undefined ? {} : { name }),
    ...(passCode === undefined ? {} : { pass_code: passCode }),
  };
  return readImport(await api('/admin/share/import/row', { body }));
}

export async function commitImport(api: Api, id: string, rows: 'good' | 'all'): Promise<ImportProgress> {
  return readImport(await api('/admin/share/import/commit', { body: { id, rows } }));
}
