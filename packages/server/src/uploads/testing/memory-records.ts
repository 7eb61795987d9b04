import type { UploadRecords } from '../record.ts';

/** Records in memory, as they would be read back. */
export function memoryRecords(): UploadRecords & { readonly rows: Map<string, unknown> } {
  const rows = new Map<string, unknown>();
  return {
    rows,
    all: async () => new Map(rows),
    save: async (id, record) => void rows.set(id, JSON.parse(JSON.stringify(record))),
    remove: async (id) => void rows.delete(id),
  };
}
