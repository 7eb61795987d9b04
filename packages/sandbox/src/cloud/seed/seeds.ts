import type { Account } from '../account/accounts.ts';
import type { Drive } from '../drive/drive.ts';
import { createIdMaker } from '../ids.ts';
import type { Links } from '../links.ts';
import type { Share } from '../share/share.ts';
import type { MediaSource } from '../../types.ts';
import { DriveBuilder } from './drive-builder.ts';
import { STANDARD_ACCOUNTS } from './standard-accounts.ts';
import { fillDemoDrive, fillNearlyFullDrive, fillSmallDrive } from './standard-drives.ts';
import { makeShares } from './standard-shares.ts';

/** Names that `reset` takes. */
export const SEED_NAMES = ['standard'] as const;

/** What the emulated cloud holds at first. */
export interface SeededState {
  readonly accounts: readonly Account[];
  readonly drives: readonly Drive[];
  readonly shares: readonly Share[];
}

/** Makes the state of a seed and publishes its bytes. @throws RangeError for a seed that is not known. */
export async function plantSeed(name: string, links: Links, media: MediaSource): Promise<SeededState> {
  if (!SEED_NAMES.some((known) => known === name))
    throw new RangeError(`unknown seed "${name}"; known: ${SEED_NAMES.join(', ')}`);
  const ids = createIdMaker(name);
  const builderFor = (account: Account): DriveBuilder =>
    new DriveBuilder({ account, ids, publish: (content, cut) => links.publish(content, cut) });
  const { demo, verify, google, full, sharer } = STANDARD_ACCOUNTS;
  const sharing = builderFor(sharer);
  const shares = await makeShares(sharing, media);
  return {
    accounts: Object.values(STANDARD_ACCOUNTS),
    drives: [
      await fillDemoDrive(builderFor(demo), media),
      await fillSmallDrive(builderFor(verify), media),
      await fillSmallDrive(builderFor(google), media),
      await fillNearlyFullDrive(builderFor(full), media),
      sharing.drive,
    ],
    shares,
  };
}
