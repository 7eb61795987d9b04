import { readList, readRecord, readText } from '../api/read.ts';

/** One field of the storage form, as the driver describes it (API reference §6.2). */
export interface FormField {
  readonly name: string;
  readonly type: 'string' | 'text' | 'number' | 'bool' | 'select';
  readonly label: string;
  readonly help: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly initial: string;
  readonly options: readonly string[];
  /** The driver whose own field it is, which travels inside `addition`; undefined for one that every storage has. */
  readonly owner: string | undefined;
  /** Whether few need it. */
  readonly rare: boolean;
}

/** A driver kind with its form. */
export interface DriverForm {
  readonly kind: string;
  readonly fields: readonly FormField[];
}

/** What is in the form's fields: text as typed, switches as booleans. */
export type FormValues = Readonly<Record<string, string | boolean>>;

const TYPES: readonly FormField['type'][] = ['string', 'text', 'number', 'bool', 'select'];

/** Settings of every storage that few need; they stand in a fold-out. */
const RARE = new Set([
  'order',
  'remark',
  'cache_expiration',
  'webdav_policy',
  'down_proxy_url',
  'down_proxy_sign',
  'order_by',
  'order_direction',
  'extract_folder',
  'disable_index',
  'enable_sign',
]);

/** All driver kinds of `admin/driver/list`, by name. */
export function readDriverForms(value: unknown): DriverForm[] {
  return Object.entries(readRecord(value))
    .map(([kind, form]) => ({
      kind,
      fields: [
        ...readList(readRecord(form)['common']).map((item) => readField(item, undefined)),
        ...readList(readRecord(form)['additional']).map((item) => readField(item, kind)),
      ],
    }))
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function readField(value: unknown, owner: string | undefined): FormField {
  const wire = readRecord(value);
  const name = readText(wire['name']);
  return {
    name,
    type: TYPES.find((type) => type === wire['type']) ?? 'string',
    label: readText(wire['label']),
    help: readText(wire['help']),
    required: wire['required'] === true,
    secret: wire['secret'] === true,
    initial: readText(wire['default']),
    options: readText(wire['options'])
      .split(',')
      .filter((option) => option !== ''),
    owner,
    rare: owner === undefined ? RARE.has(name) : wire['advanced'] === true,
  };
}

/** The fields in the order of the form: where it is mounted, the driver's own, what many need; the rest folded away, the driver's first. */
export function arrangeFields({ fields }: DriverForm): {
  readonly shown: readonly FormField[];
  readonly folded: readonly FormField[];
} {
  const rank = ({ name, owner }: FormField): number =>
    name === 'mount_path' ? 0 : owner === undefined ? 2 : 1;
  const ordered = fields.toSorted((a, b) => rank(a) - rank(b));
  return { shown: ordered.filter(({ rare }) => !rare), folded: ordered.filter(({ rare }) => rare) };
}

/** What a form begins with: the stored storage's values, else the driver's defaults. */
export function initialValues(
  { fields }: DriverForm,
  stored: Readonly<Record<string, unknown>>,
  addition: Readonly<Record<string, unknown>>,
): FormValues {
  return Object.fromEntries(
    fields.map((field) => {
      const value = (field.owner === undefined ? stored : addition)[field.name];
      return [
        field.name,
        field.type === 'bool' ? asSwitch(value, field.initial) : asText(value, field.initial),
      ];
    }),
  );
}

function asSwitch(value: unknown, initial: string): boolean {
  return typeof value === 'boolean' ? value : (typeof value === 'string' ? value : initial) === 'true';
}

function asText(value: unknown, initial: string): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : initial;
}

/** The body of `admin/storage/create` or `update`. Numbers that aren't any go as 0, as the reference has it for empty ones. */
export function requestBody(form: DriverForm, values: FormValues): Record<string, unknown> {
  const pick = (own: boolean) =>
    Object.fromEntries(
      form.fields
        .filter(({ owner }) => (owner !== undefined) === own)
        .map((field) => [field.name, typed(field, values[field.name])]),
    );
  return { ...pick(false), driver: form.kind, addition: JSON.stringify(pick(true)) };
}

function typed(field: FormField, value: string | boolean | undefined): unknown {
  if (field.type === 'bool') return value === true;
  if (field.type !== 'number') return typeof value === 'string' ? value : '';
  const number = Number(value);
  return Number.isFinite(number) ? Math.trunc(number) : 0;
}

/** Required fields that are still empty. */
export function missingFields({ fields }: DriverForm, values: FormValues): readonly string[] {
  return fields
    .filter(({ required, type }) => required && type !== 'bool' && type !== 'select')
    .filter(({ name }) => String(values[name] ?? '').trim() === '')
    .map(({ name }) => name);
}
