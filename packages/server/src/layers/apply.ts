import type { Call, Driver, Layer, OpName, Ops } from '../core/driver.ts';

/** The operations that a driver may lack; the type makes sure that none is forgotten. */
const OPTIONAL = {
  link: 'link',
  variants: 'variants',
  read: 'read',
  thumbnail: 'thumbnail',
  mkdir: 'mkdir',
  rename: 'rename',
  move: 'move',
  copy: 'copy',
  remove: 'remove',
  listTrash: 'listTrash',
  untrash: 'untrash',
  purgeTrashed: 'purgeTrashed',
  emptyTrash: 'emptyTrash',
  star: 'star',
  listStarred: 'listStarred',
  upload: 'upload',
  leftUpload: 'leftUpload',
  quota: 'quota',
  inspect: 'inspect',
  offline: 'offline',
  jobs: 'jobs',
  retryJob: 'retryJob',
  removeJob: 'removeJob',
  allowances: 'allowances',
  shareTicket: 'shareTicket',
  restore: 'restore',
  share: 'share',
  listShares: 'listShares',
  unshare: 'unshare',
} as const satisfies { readonly [K in Exclude<OpName, 'list' | 'stat'>]: K };

/**
 * `driver` seen through `layers`, the outermost first. It has just the operations that the driver has, and they are called
 * as methods of the driver, so that a driver may be a class.
 */
export function applyLayers(driver: Driver, layers: readonly Layer[]): Driver {
  const wrap = <K extends OpName>(op: K, method: Call<K>): Call<K> =>
    layers.reduceRight<Call<K>>((next, layer) => layer(op, next), method.bind(driver));

  const methods: Partial<Ops> = driver;
  const wrapped: Calls<OpName> = {};
  const add = <K extends OpName>(into: Calls<K>, op: K): void => {
    const method: Call<K> | undefined = methods[op];
    if (method !== undefined) into[op] = wrap(op, method);
  };
  for (const op of Object.values(OPTIONAL)) add(wrapped, op);

  return {
    ...wrapped,
    kind: driver.kind,
    root: driver.root,
    traits: driver.traits,
    ...(driver.uploadHashes === undefined ? {} : { uploadHashes: driver.uploadHashes }),
    ...(driver.verification === undefined ? {} : { verification: driver.verification }),
    ...(driver.seenAs === undefined ? {} : { seenAs: driver.seenAs.bind(driver) }),
    list: wrap('list', driver.list),
    stat: wrap('stat', driver.stat),
    close: () => driver.close(),
  };
}

type Calls<K extends OpName> = { [P in K]?: Call<P> };
