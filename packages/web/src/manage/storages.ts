import { queryOptions } from '@tanstack/react-query';
import type { Api } from '../api/client.ts';
import { type MountState, readMountState } from '../api/entries.ts';
import { ApiError, type FieldProblem } from '../api/errors.ts';
import { isRecord, readList, readNumber, readRecord, readText } from '../api/read.ts';
import { type DriverForm, type FormValues, readDriverForms, requestBody } from './storage-form.ts';

/** A configured storage. `fields` and `addition` are as stored, secrets masked. */
export interface Storage {
  readonly id: number;
  readonly mountPath: string;
  readonly driver: string;
  readonly disabled: boolean;
  readonly state: MountState;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly addition: Readonly<Record<string, unknown>>;
}

function readStorage(value: unknown): Storage {
  const wire = readRecord(value);
  return {
    id: readNumber(wire['id']),
    mountPath: readText(wire['mount_path']),
    driver: readText(wire['driver']),
    disabled: wire['disabled'] === true,
    state: readMountState(wire['state']),
    fields: wire,
    addition: readAddition(readText(wire['addition'])),
  };
}

function readAddition(text: string): Readonly<Record<string, unknown>> {
  try {
    return readRecord(JSON.parse(text));
  } catch {
    return {}; // a storage of another program's making; its form begins empty
  }
}

/** All storages, looked at again now and then: their states change by themselves. */
export function storageListQuery(api: Api) {
  return queryOptions({
    queryKey: ['storages', 'all'],
    queryFn: async ({ signal }) =>
      readList(readRecord(await api('/admin/storage/list', { signal }))['content']).map(readStorage),
    refetchInterval: 10_000,
  });
}

export function storageQuery(api: Api, id: number) {
  return queryOptions({
    queryKey: ['storages', id],
    queryFn: async ({ signal }) => readStorage(await api('/admin/storage/get', { query: { id }, signal })),
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
}

export function driverFormsQuery(api: Api) {
  return queryOptions({
    queryKey: ['drivers'],
    queryFn: async ({ signal }) => readDriverForms(await api('/admin/driver/list', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What came of saving: kept and working, kept but not working, or not kept. */
export type SaveOutcome =
  | { readonly kind: 'works'; readonly id: number }
  | { readonly kind: 'kept'; readonly id: number; readonly state: MountState }
  | { readonly kind: 'refused'; readonly problems: readonly FieldProblem[]; readonly message: string };

/** Creates a storage, or updates the one with `id`. Takes as long as the storage needs to answer. @throws ApiError when the gateway itself fails. */
export async function saveStorage(
  api: Api,
  form: DriverForm,
  values: FormValues,
  id: number | undefined,
): Promise<SaveOutcome> {
  const body = requestBody(form, values);
  try {
    if (id === undefined) {
      const created = readRecord(await api('/admin/storage/create', { body }));
      return { kind: 'works', id: readNumber(created['id']) };
    }
    await api('/admin/storage/update', { body: { ...body, id } });
    return { kind: 'works', id };
  } catch (error) {
    return refusal(error);
  }
}

/** An error of saving, told apart by what came along with it: a state when it was kept, problems when it was not. */
function refusal(error: unknown): SaveOutcome {
  if (!(error instanceof ApiError) || !isRecord(error.data)) throw error;
  const { id, state, problems } = error.data;
  if (isRecord(state)) return { kind: 'kept', id: readNumber(id), state: readMountState(state) };
  return { kind: 'refused', problems: readList(problems).map(readProblem), message: error.message };
}

function readProblem(value: unknown): FieldProblem {
  const wire = readRecord(value);
  return { field: readText(wire['field']), message: readText(wire['message']) };
}

export async function checkStorage(api: Api, id: number): Promise<MountState> {
  return readMountState(await api('/admin/storage/check', { method: 'POST', query: { id } }));
}

/** Switches a storage on or off. One that is on but does not work is no error here: its state says so. */
export async function switchStorage(api: Api, id: number, on: boolean): Promise<void> {
  try {
    await api(`/admin/storage/${on ? 'enable' : 'disable'}`, { method: 'POST', query: { id } });
  } catch (error) {
    if (!(error instanceof ApiError && isRecord(error.data) && isRecord(error.data['state']))) throw error;
  }
}

export async function removeStorage(api: Api, id: number): Promise<void> {
  await api('/admin/storage/delete', { method: 'POST', query: { id } });
}
