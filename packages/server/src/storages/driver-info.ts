import type { DriverType, KindAbilities } from '../core/driver.ts';
import type { DriverInfo } from './service.ts';

/** What a form offers for a kind that does not tell what it can do. */
const ANYTHING: KindAbilities = {
  givesLinks: true,
  canUpload: true,
  traits: { duplicateNames: true, caseSensitive: true, listTtlMs: 300_000, localSort: true },
};

/** A driver kind as the admin form needs it. */
export function driverInfo({ kind, title, config, abilities = ANYTHING }: DriverType<unknown>): DriverInfo {
  return { kind, title, fields: config.fields, ...abilities };
}
