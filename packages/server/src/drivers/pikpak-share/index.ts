import type { DriverType } from '../../core/driver.ts';
import { shareAddresses } from './address.ts';
import { type PikPakShareConfig, pikpakShareConfig } from './config.ts';
import { createPikPakShareDriver, TRAITS } from './driver.ts';
import { KIND } from './share-client.ts';

/** A share on PikPak: protocol reference §6. Reading side. */
export const pikpakShareDriverType: DriverType<PikPakShareConfig> = {
  kind: KIND,
  title: 'PikPak share',
  config: pikpakShareConfig,
  abilities: { givesLinks: true, canUpload: false, traits: TRAITS },
  shares: shareAddresses,
  create: createPikPakShareDriver,
};
