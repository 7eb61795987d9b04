import { queryOptions } from '@tanstack/react-query';
import type { TreePath } from '../tree/tree-path.ts';
import type { Api } from './client.ts';
import { isRecord, readList, readNumber, readRecord, readText, readTime } from './read.ts';

/** How much of something is used; bytes or numbers. `total` is undefined where there is no limit or the cloud doesn't tell. */
export interface Amount {
  readonly used: number;
  readonly total: number | undefined;
}

/** What the account behind a storage has used of what it may. Undefined is what the cloud doesn't tell. */
export interface Usage {
  readonly space: (Amount & { readonly trashed: number }) | undefined;
  /** Offline downloads of the day. */
  readonly offlineJobs: Amount | undefined;
  /** Bytes of the month. */
  readonly transfer: Readonly<Record<TransferKind, Amount | undefined>>;
  readonly plan: string;
  /** Ms since the epoch. */
  readonly paidUntil: number | undefined;
  /** What will be in the way soon, in the gateway's words, each with a code. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export const TRANSFER_KINDS = ['download', 'upload', 'offline'] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];

const FRESH_MS = 5 * 60_000;

export function usageQuery(api: Api, path: TreePath) {
  return queryOptions({
    queryKey: ['usage', path],
    queryFn: async ({ signal }) => readUsage(await api('/fs/usage', { query: { path }, signal })),
    staleTime: FRESH_MS,
  });
}

export function readUsage(value: unknown): Usage {
  const wire = readRecord(value);
  const space = readAmount(wire['space']);
  const transfer = readRecord(wire['transfer']);
  return {
    space: space && { ...space, trashed: readNumber(readRecord(wire['space'])['trashed']) },
    offlineJobs: readAmount(wire['offline_jobs']),
    transfer: {
      download: readAmount(transfer['download']),
      upload: readAmount(transfer['upload']),
      offline: readAmount(transfer['offline']),
    },
    plan: readText(wire['plan']),
    paidUntil: readTime(wire['paid_until']),
    warnings: readList(wire['warnings']).map((item) => {
      const { code, message } = readRecord(item);
      return { code: readText(code), message: readText(message) };
    }),
  };
}

function readAmount(value: unknown): Amount | undefined {
  if (!isRecord(value)) return undefined;
  const { used, total } = value;
  return { used: readNumber(used), total: typeof total === 'number' ? total : undefined };
}
