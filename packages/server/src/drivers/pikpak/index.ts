import type { DriverType } from '../../core/driver.ts';
import { type PikPakConfig, pikpakConfig } from './config.ts';
import { createPikPakDriver, KIND } from './driver.ts';

/** A PikPak drive: protocol reference §1–§3. Reading side. */
export const pikpakDriverType: DriverType<PikPakConfig> = {
  kind: KIND,
  title: 'PikPak',
  config: pikpakConfig,
  create: createPikPakDriver,
};
