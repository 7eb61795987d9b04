import { queryOptions } from '@tanstack/react-query';
import type { Api } from '../api/client.ts';
import { readList, readNumber, readRecord, readText, readTime } from '../api/read.ts';

/** An app password as it may be seen again. */
export interface AppPassword {
  readonly id: number;
  readonly name: string;
  readonly readOnly: boolean;
  readonly folder: string;
  readonly created: number | undefined;
  /** Undefined for never. */
  readonly used: number | undefined;
}

/** What a new one is to be. */
export interface Wanted {
  readonly name: string;
  readonly folder: string;
  readonly readOnly: boolean;
}

export function readAppPassword(value: unknown): AppPassword {
  const wire = readRecord(value);
  return {
    id: readNumber(wire['id']),
    name: readText(wire['name']),
    readOnly: wire['read_only'] === true,
    folder: readText(wire['folder']),
    created: readTime(wire['created']),
    used: readTime(wire['used']),
  };
}

export function appPasswordsQuery(api: Api) {
  return queryOptions({
    queryKey: ['app-passwords'],
    queryFn: async ({ signal }) =>
      readList(await api('/me/app_password/list', { signal })).map(readAppPassword),
    staleTime: 0,
  });
}

/** Makes one. Its password comes this once. */
export async function createAppPassword(
  api: Api,
  { name, folder, readOnly }: Wanted,
): Promise<{ readonly name: string; readonly password: string }> {
  const body = { name, folder: folder.trim() || '/', read_only: readOnly };
  const made = readRecord(await api('/me/app_password/create', { body }));
  return { name: readText(made['name']), password: readText(made['password']) };
}

export async function revokeAppPassword(api: Api, id: number): Promise<void> {
  await api('/me/app_password/revoke', { body: { id } });
}

/** Where programs connect, by the address of this page. */
export function davAddress(origin: string): string {
  return `${origin}/dav/`;
}
