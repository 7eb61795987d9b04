import type { ConfigField, ConfigProblem, ConfigSpec } from '../../core/config-spec.ts';
import { defineConfig } from '../../core/config-fields.ts';
import type { DriverType } from '../../core/driver.ts';
import type { ShareAddresses } from '../../core/share-address.ts';
import type { FoundShare } from '../parse/found-share.ts';
import { parseShares } from '../parse/parse.ts';
import { createManyDriver } from './many-driver.ts';
import { shelve, type Shelf } from './shelf.ts';

/** Bytes of the longest list: some 20 000 shares with long names. */
const MAX_LIST = 4 * 1024 * 1024;

const LIST = {
  name: 'shares',
  type: 'text',
  label: 'Shares',
  help: 'Share links with names and pass codes, in any form that the import takes: one a line, a table, or alist_batch’s YAML. Headings become folders.',
  required: true,
  maxLength: MAX_LIST,
} as const satisfies ConfigField;

/** The settings of a mount that shows many shares, checked. */
export interface ManyConfig {
  readonly shelf: Shelf;
  /** What one of its shares is opened with: the settings of a storage that shows it alone. */
  readonly settingsOf: (share: FoundShare) => Readonly<Record<string, unknown>>;
}

/**
 * A kind of storage that shows a whole list of shares as folders, each as a storage of kind `one` would show it. Nothing of a share is asked
 * before its folder is opened; one that doesn't open is a folder that says why.
 */
export function manySharesType(one: DriverType<unknown>, shares: ShareAddresses): DriverType<ManyConfig> {
  return {
    kind: `${one.kind}s`,
    title: `${one.title}s`,
    config: configOf(one, shares),
    ...(one.abilities === undefined ? {} : { abilities: one.abilities }),
    create: (config, env) => createManyDriver({ ...config, one, env }),
  };
}

/** For each kind that shows what somebody shared, the one that shows many. */
export function withMany(types: readonly DriverType<unknown>[]): DriverType<unknown>[] {
  return types.flatMap((type): DriverType<unknown>[] => {
    if (type.shares === undefined) return [type];
    return [type, manySharesType(type, type.shares)];
  });
}

function configOf(one: DriverType<unknown>, shares: ShareAddresses): ConfigSpec<ManyConfig> {
  const ofOne = new Set(Object.keys(shares.additionOf({ shareId: '', passCode: '', targetId: '' })));
  const common = one.config.fields.filter(({ name }) => !ofOne.has(name));
  const list = defineConfig([LIST], (values) => values.shares);
  return {
    fields: [LIST, ...common],
    parse(values) {
      const text = list.parse(values);
      if ('problems' in text) return text;
      const found = parseShares(text.ok, [{ kind: one.kind, addresses: shares }]);
      const [first] = found.shares;
      const problems = first === undefined ? [NONE] : [];
      const settingsOf: ManyConfig['settingsOf'] = ({ place }) => ({
        ...values,
        ...shares.additionOf(place),
      });
      const checked = first === undefined ? undefined : one.config.parse(settingsOf(first));
      if (checked !== undefined && 'problems' in checked) problems.push(...checked.problems);
      return problems.length > 0 ? { problems } : { ok: { shelf: shelve(found.shares), settingsOf } };
    },
  };
}

const NONE: ConfigProblem = { field: LIST.name, message: 'Shares must hold at least one share link.' };
