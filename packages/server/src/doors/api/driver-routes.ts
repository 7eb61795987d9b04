import { z } from 'zod';
import type { ConfigField } from '../../core/config-spec.ts';
import type { DriverInfo } from '../../storages/service.ts';
import { WEBDAV_POLICIES } from '../../core/storage-record.ts';
import { required } from './bind.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route } from './route.ts';

/** A field of the storage form (API reference §6.2); `label`, `secret` and `advanced` are ours. */
interface FormItem {
  readonly name: string;
  readonly type: ConfigField['type'];
  readonly default: string;
  readonly options: string;
  readonly required: boolean;
  readonly help: string;
  readonly label?: string;
  readonly secret?: boolean;
  readonly advanced?: boolean;
}

/** What the storage form shows for one driver kind. */
interface DriverForm {
  readonly common: readonly FormItem[];
  readonly additional: readonly FormItem[];
  readonly config: Readonly<Record<string, string | boolean>>;
}

function item(name: string, type: FormItem['type'], more: Partial<FormItem> = {}): FormItem {
  return { name, type, default: '', options: '', required: false, help: '', ...more };
}

function keepsListings({ listTtlMs }: DriverInfo['traits']): boolean {
  return listTtlMs > 0;
}

/** Fields that every storage has, in the reference's order. */
function commonItems({ givesLinks, traits }: DriverInfo): FormItem[] {
  const policy = givesLinks
    ? { default: 'auto', options: WEBDAV_POLICIES.join() }
    : { default: 'native_proxy', options: 'use_proxy_url,native_proxy' };
  return [
    item('mount_path', 'string', {
      required: true,
      help: 'The path you want to mount to, it is unique and cannot be repeated',
    }),
    item('order', 'number', { help: 'use to sort' }),
    item('remark', 'text'),
    ...(keepsListings(traits)
      ? [
          item('cache_expiration', 'number', {
            default: '30',
            required: true,
            help: 'The cache expiration time for this storage',
          }),
        ]
      : []),
    ...(givesLinks ? [item('web_proxy', 'bool')] : []),
    item('webdav_policy', 'select', { ...policy, required: true }),
    item('down_proxy_url', 'text'),
    item('down_proxy_sign', 'bool', { default: 'true' }),
    ...(traits.localSort
      ? [
          item('order_by', 'select', { options: 'name,size,modified' }),
          item('order_direction', 'select', { options: 'asc,desc' }),
        ]
      : []),
    item('extract_folder', 'select', { options: 'front,back' }),
    item('disable_index', 'bool', { default: 'false', required: true }),
    item('enable_sign', 'bool', { default: 'false', required: true }),
  ];
}

function additionalItem(field: ConfigField): FormItem {
  return {
    name: field.name,
    type: field.type,
    default: field.default === undefined ? '' : String(field.default),
    options: field.options?.join(',') ?? '',
    required: field.required ?? false,
    help: field.help,
    label: field.label,
    secret: field.secret ?? false,
    advanced: field.advanced ?? false,
  };
}

function formOf(info: DriverInfo): DriverForm {
  const root = info.fields.find(({ name }) => name === 'root_folder_id' || name === 'root_folder_path');
  return {
    common: commonItems(info),
    additional: info.fields.map(additionalItem),
    config: {
      name: info.kind,
      local_sort: info.traits.localSort,
      only_local: !info.givesLinks,
      only_proxy: false,
      no_cache: !keepsListings(info.traits),
      no_upload: !info.canUpload,
      need_ms: false,
      default_root: root?.default === undefined ? '' : String(root.default),
      alert: '',
    },
  };
}

/** Driver kinds and their forms (API reference §6.2, §13.11). */
export const driverRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/admin/driver/list',
    access: 'admin',
    request: z.object({}),
    run: async (_, __, { storages }) =>
      Object.fromEntries(storages.drivers().map((info) => [info.kind, formOf(info)])),
  }),
  route({
    method: 'GET',
    path: '/admin/driver/names',
    access: 'admin',
    request: z.object({}),
    run: async (_, __, { storages }) => storages.drivers().map(({ kind }) => kind),
  }),
  route({
    method: 'GET',
    path: '/admin/driver/info',
    access: 'admin',
    request: z.object({ driver: required('Driver') }),
    run: async ({ driver }, _, { storages }) => {
      const info = storages.drivers().find(({ kind }) => kind === driver);
      if (info === undefined) throw new ApiFailure(404, `driver [${driver}] not found`);
      return formOf(info);
    },
  }),
];
