import type { DriverType } from '../core/driver.ts';
import { localDriverType } from './local/index.ts';
import { pikpakDriverType } from './pikpak/index.ts';
import { pikpakShareDriverType } from './pikpak-share/index.ts';

/** Every kind of storage that users can add, in the order in which they are offered. */
export const driverTypes: readonly DriverType<unknown>[] = [
  pikpakDriverType,
  pikpakShareDriverType,
  localDriverType,
];
