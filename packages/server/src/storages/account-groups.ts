import type { StorageRecord, StorageStatus } from '../core/storage-record.ts';

/** A storage at work, as far as its account is concerned. */
export interface AccountUser {
  readonly record: StorageRecord;
  readonly status: StorageStatus;
  /** The session that it shares with others on its account and way out. */
  readonly session: object;
}

/** An account of a cloud, by one way out, with the storages that use it. */
export interface AccountView {
  /** Of the first of its storages: what `test` takes. */
  readonly id: number;
  readonly driver: string;
  /** '' for one that is known by a token alone. */
  readonly username: string;
  /** Without the credentials of a proxy. */
  readonly egress: string;
  /** The worst that one of its storages is in. */
  readonly status: StorageStatus;
  readonly storages: readonly { readonly id: number; readonly mountPath: string }[];
}

/** From the best to the worst: a person is wanted more urgently than a wait that ends by itself. */
const WORSE: readonly StorageStatus['state'][] = ['disabled', 'idle', 'ok', 'degraded', 'needs_verification'];

/** The accounts behind storages, in the order of their first one. Sessions without an account, as public shares have, are none. */
export function accountsOf(users: readonly AccountUser[]): AccountView[] {
  const groups = new Map<object, AccountUser[]>();
  for (const user of users.toSorted((a, b) => a.record.id - b.record.id)) {
    if (!hasLogin(user.record)) continue;
    groups.set(user.session, [...(groups.get(user.session) ?? []), user]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [viewOf(first, group)];
  });
}

function viewOf({ record }: AccountUser, group: readonly AccountUser[]): AccountView {
  const names = group.map((user) => textOf(user.record, 'username'));
  const worst = group.reduce((bad, { status }) =>
    WORSE.indexOf(status.state) > WORSE.indexOf(bad.status.state) ? { ...bad, status } : bad,
  );
  return {
    id: record.id,
    driver: record.driver,
    username: names.find((name) => name !== '') ?? '',
    egress: textOf(record, 'egress').replace(/^(\w+:\/\/).*@/, '$1'),
    status: worst.status,
    storages: group.map((user) => ({ id: user.record.id, mountPath: user.record.mountPath })),
  };
}

function hasLogin(record: StorageRecord): boolean {
  return textOf(record, 'username') !== '' || textOf(record, 'refresh_token') !== '';
}

function textOf({ addition }: StorageRecord, name: string): string {
  const value = addition[name];
  return typeof value === 'string' ? value.trim() : '';
}
