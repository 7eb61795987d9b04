import { StorageError } from '../core/errors.ts';
import type { Mount } from './mount.ts';
import type { Node, OpenFile } from './view.ts';

/** A file of a mount, ready to be read. @throws StorageError `unsupported` when the storage gives neither links nor bytes. */
export function openFile(node: Node, { driver, record, transport, memory }: Mount): OpenFile {
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
    ...(fileEgress === '' ? {} : { fileEgress }),
    ...(driver.seenAs === undefined
      ? {}
      : { askCloud: async (signal) => driver.seenAs?.({ signal, priority: 'background' }) }),
    forgetLink: () => memory.forgetLinks(id),
    async link(purpose, ctx) {
      if (driver.link === undefined) throw unsupported('files have no address');
      return located(driver.link({ id, purpose }, ctx));
    },
    async read(start, end, ctx) {
      if (driver.link !== undefined || driver.read === undefined) {
        throw unsupported('files are read by their address');
      }
      return located(driver.read({ id, start, end }, ctx));
    },
  };

  /** Names the storage in the errors of a call. */
  async function located<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      throw error.withDetail({ storage: record.mountPath });
    }
  }
}

function unsupported(what: string): StorageError {
  return new StorageError('unsupported', `${what} on this storage`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
