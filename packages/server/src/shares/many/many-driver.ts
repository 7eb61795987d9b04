import { LRUCache } from 'lru-cache';
import { throwIfAborted } from '../../core/abort.ts';
import type { Call, Driver, DriverType, Env } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { FoundShare } from '../parse/found-share.ts';
import type { ManyConfig } from './many-shares.ts';
import { idInside, keyOf } from './shelf.ts';

/** Shares that are kept open; the one used longest ago is closed, and opened anew at its next use. */
const MAX_OPEN = 100;

interface ManyParts extends ManyConfig {
  /** The kind that shows one share. */
  readonly one: DriverType<unknown>;
  readonly env: Env;
}

/** What lies in a share, by its driver's own ids. */
interface Inside {
  readonly key: string;
  readonly driver: Driver;
  readonly id: EntryId;
}

/** Many shares as folders of one storage. No I/O until a share's folder is opened. */
export function createManyDriver(parts: ManyParts): Driver {
  const { shelf, one, env, settingsOf } = parts;
  const closing = new Set<Promise<void>>();
  const close = (driver: Driver): void => {
    const closed = driver
      .close()
      .catch((error: unknown) => env.log.warn({ error }, 'a share did not close cleanly'))
      .finally(() => closing.delete(closed));
    closing.add(closed);
  };
  const open = new LRUCache<string, Driver>({ max: MAX_OPEN, dispose: close });
  const driverOf = (key: string, share: FoundShare): Driver => {
    const known = open.get(key);
    if (known !== undefined) return known;
    const parsed = one.config.parse(settingsOf(share));
    if ('problems' in parsed) {
      throw new StorageError('misconfigured', parsed.problems.map(({ message }) => message).join(' '), {
        detail: { alone: true },
      });
    }
    const driver = one.create(parsed.ok, env);
    open.set(key, driver);
    return driver;
  };
  /** @throws StorageError `not_found` */
  const locate = (id: EntryId): Inside => {
    const found = shelf.locate(id);
    if (found === undefined) throw new StorageError('not_found', 'There is no such share in the list.');
    const driver = driverOf(found.key, found.share);
    return { key: found.key, driver, id: found.inner === '' ? driver.root : found.inner };
  };
  /** All shares have the same settings but for what they show: what one can do, all can, and all use one account. */
  const [first] = shelf.shares;
  if (first === undefined) throw new StorageError('misconfigured', 'The list holds no share.');
  const sample = locate(keyOf(first));
  return {
    kind: `${one.kind}s`,
    root: '',
    traits: sample.driver.traits,
    ...(sample.driver.verification && { verification: sample.driver.verification }),
    ...(sample.driver.probes && { probes: sample.driver.probes }),
    async list({ dir, cursor }, ctx) {
      throwIfAborted(ctx.signal);
      const own = shelf.entries(dir);
      if (own !== undefined) {
        if (cursor !== undefined)
          throw new StorageError('invalid_argument', 'The cursor does not belong here.');
        return { entries: own };
      }
      const { key, driver, id } = locate(dir);
      const args = { dir: id, ...(cursor === undefined ? {} : { cursor }) };
      const page = await ofOne(driver.list(args, ctx));
      return { ...page, entries: page.entries.map((entry) => inside(key, entry)) };
    },
    async stat({ id }, ctx) {
      throwIfAborted(ctx.signal);
      const own = id === '' ? ROOT : shelf.folder(id);
      if (own !== undefined) return own;
      const found = locate(id);
      return inside(found.key, await ofOne(found.driver.stat({ id: found.id }, ctx)));
    },
    ...optional(sample.driver, locate),
    async close() {
      open.clear();
      await Promise.all(closing);
    },
  };
}

const ROOT: Entry = { id: '', name: '', kind: 'folder', size: 0 };

/** What a share's driver may lack. */
function optional(sample: Driver, locate: (id: EntryId) => Inside): Partial<Driver> {
  const link: Call<'link'> = async ({ id, ...wish }, ctx) => {
    const found = locate(id);
    return ofOne(present(found.driver.link?.({ ...wish, id: found.id }, ctx)));
  };
  const shareTicket: Call<'shareTicket'> = async ({ ids }, ctx) => {
    const all = ids.map(locate);
    const [first] = all;
    if (first === undefined || all.some(({ key }) => key !== first.key)) throw ofSeveral();
    return ofOne(present(first.driver.shareTicket?.({ ids: all.map(({ id }) => id) }, ctx)));
  };
  return {
    ...(sample.link && { link }),
    ...(sample.shareTicket && { shareTicket }),
  };
}

function present<T>(call: Promise<T> | undefined): Promise<T> {
  return call ?? Promise.reject(new StorageError('unsupported', 'this share can not do that'));
}

function inside(key: string, entry: Entry): Entry {
  const { id, parent } = entry;
  return {
    ...entry,
    id: idInside(key, id),
    ...(parent === undefined ? {} : { parent: idInside(key, parent) }),
  };
}

/** What is wrong with one share says nothing of the others. */
async function ofOne<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof StorageError && OF_ONE.has(error.code)) throw error.withDetail({ alone: true });
    throw error;
  }
}

const OF_ONE: ReadonlySet<StorageError['code']> = new Set(['share_password', 'share_gone', 'share_expired']);

function ofSeveral(): StorageError {
  return new StorageError('unsupported', 'things of several shares can not be saved at once', {
    detail: { remedy: 'Save them share by share.' },
  });
}
