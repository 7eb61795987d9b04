import type { DriverType, KindAbilities } from '../core/driver.ts';
import type { ConfigField } from '../core/config-spec.ts';
import type { Mount } from '../vfs/mount.ts';
import { choicesOf } from './references.ts';
import type { DriverInfo } from './service.ts';

/** What a form offers for a kind that does not tell what it can do. */
const ANYTHING: KindAbilities = {
  givesLinks: true,
  canUpload: true,
  traits: { duplicateNames: true, caseSensitive: true, listTtlMs: 300_000, localSort: true },
};

/** A driver kind as the admin form needs it. */
export function driverInfo(
  { kind, title, config, abilities = ANYTHING }: DriverType<unknown>,
  mounted: readonly Mount[],
): DriverInfo {
  return { kind, title, fields: config.fields.map((field) => withChoices(field, mounted)), ...abilities };
}

/** A setting that names another storage is chosen from those that there are. */
function withChoices(field: ConfigField, mounted: readonly Mount[]): ConfigField {
  const options = choicesOf(field, mounted);
  // Forms tell choices apart by commas.
  if (options.length === 0 || options.some((path) => path.includes(','))) return field;
  return { ...field, type: 'select', options };
}
