import type { DriverType } from '../../core/driver.ts';
import { type PikPakConfig, pikpakConfig } from './config.ts';
import { createPikPakDriver, KIND, TRAITS } from './driver.ts';

/** A PikPak drive: protocol reference §1–§3 (no uploads). */
export const pikpakDriverType: DriverType<PikPakConfig> = {
  kind: KIND,
  title: 'PikPak',
  config: pikpakConfig,
  abilities: { givesLinks: true, canUpload: false, traits: TRAITS },
  create: createPikPakDriver,
};
