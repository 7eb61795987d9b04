import { z } from 'zod';
import { Flag, type SettingItem } from '../../settings/setting-table.ts';
import { LIST_FIELD } from './bind.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route } from './route.ts';

/** The setting that AList keeps its proxies' token in. Here it is no setting, but tools read and renew it as one. */
const TOKEN_KEY = 'token';

type Valued = SettingItem & { readonly value: string };

/** One setting as clients know it (API reference §6.5). */
function wireItem({ key, value, help, type, options = [], group, flag }: Valued, index: number): object {
  // `regexps` is ours; frontends have a text field for it.
  const shown = type === 'regexps' || type === 'json' ? 'text' : type;
  return { key, value, help, type: shown, options: options.join(), group, flag, index };
}

function wireToken(value: string): object {
  const help = 'What download proxies are set up with.';
  return { key: TOKEN_KEY, value, help, type: 'string', options: '', group: 0, flag: Flag.private, index: 0 };
}

const groupChoice = z.object({ group: z.string().default(''), groups: z.string().default('') });

function chosen(items: readonly Valued[], { group, groups }: z.output<typeof groupChoice>): object[] {
  const wanted = `${group},${groups}`
    .split(',')
    .filter((text) => text.trim() !== '')
    .map(Number);
  return items.flatMap((item, index) =>
    wanted.length === 0 || wanted.includes(item.group) ? [wireItem(item, index)] : [],
  );
}

/** Settings, all or those of some groups. */
const list = route({
  method: 'GET',
  path: '/admin/setting/list',
  access: 'admin',
  request: groupChoice,
  run: async (choice, _, { settings }) => chosen(settings.items(), choice),
});

/** One setting by `key`, or several by `keys`. */
const get = route({
  method: 'GET',
  path: '/admin/setting/get',
  access: 'admin',
  request: z.object({ key: z.string().default(''), keys: z.string().default('') }),
  async run({ key, keys }, _, { settings, workers }) {
    const find = (name: string): object => {
      if (name === TOKEN_KEY) return wireToken(workers.token.value);
      const index = settings.items().findIndex((item) => item.key === name);
      const item = settings.items()[index];
      if (item === undefined) throw new ApiFailure(400, `there is no setting named ${name}`);
      return wireItem(item, index);
    };
    if (key !== '') return find(key);
    return keys
      .split(',')
      .filter((name) => name !== '')
      .map(find);
  },
});

/**
 * Saves values, all or none. What else a client sends of a setting is not looked at: one that leaves the flag out would make a private
 * setting public (API reference §15.3). Read-only ones may be sent along as they are.
 */
const save = route({
  method: 'POST',
  path: '/admin/setting/save',
  access: 'admin',
  request: z.object({
    [LIST_FIELD]: z.array(z.looseObject({ key: z.string(), value: z.string() })).max(500),
  }),
  async run({ [LIST_FIELD]: sent }, _, { settings }) {
    const items = new Map(settings.items().map((item) => [item.key, item]));
    const changes = sent.filter(({ key, value }) => {
      const item = items.get(key);
      return key !== TOKEN_KEY && !(item?.flag === Flag.readonly && item.value === value);
    });
    await settings.save(Object.fromEntries(changes.map(({ key, value }) => [key, value])));
    return null;
  },
});

/** No setting of this version is deprecated. */
const remove = route({
  method: 'POST',
  path: '/admin/setting/delete',
  from: 'query',
  access: 'admin',
  request: z.object({ key: z.string() }),
  run: async ({ key }) => {
    throw new ApiFailure(400, `setting [${key}] is not deprecated`);
  },
});

/** A new token for download proxies; those with the old one stop working. */
const resetToken = route({
  method: 'POST',
  path: '/admin/setting/reset_token',
  from: 'query',
  access: 'admin',
  request: z.object({}),
  async run(_, __, { workers }) {
    await workers.token.replace();
    return workers.token.value;
  },
});

/** The built-in items with their defaults; nothing is saved. */
const defaults = route({
  method: 'POST',
  path: '/admin/setting/default',
  from: 'query',
  access: 'admin',
  request: groupChoice,
  async run(choice, _, { settings }) {
    const untouched = settings.items().map((item) => ({ ...item, value: item.default }));
    return chosen(untouched, choice);
  },
});

/** The site's settings, for admins. */
export const settingRoutes: readonly Route[] = [list, get, save, remove, resetToken, defaults];
