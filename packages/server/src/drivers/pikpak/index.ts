import type { DriverType } from '../../core/driver.ts';
import { type PikPakConfig, pikpakConfig } from './config.ts';
import { createPikPakDriver, KIND, TRAITS } from './driver.ts';

/** A PikPak drive: protocol reference §1–§4. */
export const pikpakDriverType: DriverType<PikPakConfig> = {
  kind: KIND,
  title: 'PikPak',
  config: pikpakConfig,
  abilities: { givesLinks: true, canUpload: true, traits: TRAITS },
  create: createPikPakDriver,
};
