import type { Ctx } from '../core/driver.ts';
import type { Entry } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import type { Variant } from '../core/link.ts';
import type { Mount } from './mount.ts';
import type { Node, OpenFile } from './view.ts';

/** The forms in which a file can be played; none where its storage has only the file. */
export async function variantsOf({ entry }: Node, mount: Mount, ctx: Ctx): Promise<readonly Variant[]> {
  const { driver } = mount;
  if (driver.variants === undefined) return [];
  return (await located(mount, driver.variants({ id: entry.id }, ctx))).variants;
}

/**
 * A variant in the place of its file: under the file's path, but with the name, size and type that its own bytes have, so that what is
 * listed and what is served are one.
 * @throws StorageError `not_found` for one that isn't offered; `unsupported` when its size isn't known.
 */
export async function openVariant(node: Node, mount: Mount, id: string, ctx: Ctx): Promise<OpenFile> {
  const variant = (await variantsOf(node, mount, ctx)).find((one) => one.id === id);
  if (variant === undefined) {
    throw new StorageError('not_found', 'the storage does not offer this version of the file');
  }
  if (variant.original) return openFile(node, mount);
  if (variant.size === undefined) {
    throw new StorageError('unsupported', 'the storage does not tell how large this version of the file is', {
      detail: { remedy: 'Play the original.' },
    });
  }
  const { entry } = node;
  const { hashes: _hashes, mimeType: _type, ...plain } = entry;
  const stem = entry.name.replace(/\.[^.]*$/, '');
  const extension = variant.extension ?? entry.name.slice(stem.length + 1);
  const copy: Entry = {
    ...plain,
    name: `${stem} (${variant.name.replaceAll(/[/\\]/g, '-')})${extension === '' ? '' : `.${extension}`}`,
    size: variant.size,
    ...(variant.mimeType === undefined ? {} : { mimeType: variant.mimeType }),
  };
  return { ...openFile({ ...node, entry: copy }, mount, id), variant: id };
}

/** A file of a mount, ready to be read. @throws StorageError `unsupported` when the storage gives neither links nor bytes. */
export function openFile(node: Node, mount: Mount, variant?: string): OpenFile {
  const { driver, record, transport, memory } = mount;
  const thumbnail = node.entry.pictured === true ? driver.thumbnail?.bind(driver) : undefined;
  const { id } = node.entry;
  const egress = textOf(record.addition['egress']);
  const fileEgress = textOf(record.addition['file_egress']);
  if (driver.link === undefined && driver.read === undefined) throw unsupported('files cannot be read');
  return {
    node,
    storage: record,
    source: driver.link === undefined ? 'read' : 'link',
    transport,
    egress,
    ...(fileEgress === '' || fileEgress === egress ? {} : { fileEgress }),
    ...(driver.traits.connections === undefined
      ? {}
      : { connections: { ...driver.traits.connections, account: driver.verification?.session ?? driver } }),
    ...(driver.seenAs === undefined
      ? {}
      : { askCloud: async (signal) => driver.seenAs?.({ signal, priority: 'background' }) }),
    ...(thumbnail === undefined ? {} : { thumbnail: (ctx: Ctx) => located(mount, thumbnail({ id }, ctx)) }),
    forgetLink: () => memory.forgetLinks(id),
    async link(purpose, ctx) {
      if (driver.link === undefined) throw unsupported('files have no address');
      return located(mount, driver.link({ id, purpose, ...(variant === undefined ? {} : { variant }) }, ctx));
    },
    async read(start, end, ctx) {
      if (driver.link !== undefined || driver.read === undefined) {
        throw unsupported('files are read by their address');
      }
      return located(mount, driver.read({ id, start, end }, ctx));
    },
  };
}

/** Names the storage in the errors of a call. */
async function located<T>({ record }: Mount, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw error.withDetail({ storage: record.mountPath });
  }
}

function unsupported(what: string): StorageError {
  return new StorageError('unsupported', `${what} on this storage`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
