import type { Account } from '../account/accounts.ts';
import type { Drive } from '../drive/drive.ts';
import { createIdMaker } from '../ids.ts';
import type { Links } from '../links.ts';
import type { Share } from '../share/share.ts';
import type { MediaSource } from '../../types.ts';
import { DriveBuilder } from './drive-builder.ts';
import { STANDARD_ACCOUNTS } from './standard-accounts.ts';
import { addWide, fillDemoDrive, fillNearlyFullDrive, fillSmallDrive } from './standard-drives.ts';
import { makeShares } from './standard-shares.ts';

/**
 * Names that `reset` takes. `empty`: the accounts of `standard`, with nothing in their drives. `wide`: `standard`, and fifty thousand files in
 * a hundred folders of the demo drive.
 */
export const SEED_NAMES = ['standard', 'empty', 'wide'] as const;

/** What the emulated cloud holds at first. */
export interface SeededState {
  readonly accounts: readonly Account[];
  readonly drives: readonly Drive[];
  readonly shares: readonly Share[];
}

/** What each drive of the seed `empty` holds after all: texts by their paths; a path that ends with a slash is a folder. */
export type PlantedContent = Readonly<Record<string, string>>;

function plantContent(builder: DriveBuilder, content: PlantedContent): void {
  for (const [path, text] of Object.entries(content)) {
    if (path.endsWith('/')) builder.folder(path.slice(0, -1));
    else builder.text(path, text);
  }
}

/** Makes the state of a seed and publishes its bytes. @throws RangeError for a seed that is not known. */
export async function plantSeed(
  name: string,
  links: Links,
  media: MediaSource,
  content: PlantedContent = {},
): Promise<SeededState> {
  if (!SEED_NAMES.some((known) => known === name))
    throw new RangeError(`unknown seed "${name}"; known: ${SEED_NAMES.join(', ')}`);
  const ids = createIdMaker(name);
  const builderFor = (account: Account): DriveBuilder =>
    new DriveBuilder({ account, ids, publish: (content, cut) => links.publish(content, cut) });
  const accounts = Object.values(STANDARD_ACCOUNTS);
  if (name === 'empty') {
    const builders = accounts.map(builderFor);
    for (const builder of builders) plantContent(builder, content);
    return { accounts, drives: builders.map(({ drive }) => drive), shares: [] };
  }
  const { demo, verify, google, full, sharer } = STANDARD_ACCOUNTS;
  const sharing = builderFor(sharer);
  const demoBuilder = builderFor(demo);
  if (name === 'wide') addWide(demoBuilder);
  const shares = await makeShares(sharing, media);
  return {
    accounts,
    drives: [
      await fillDemoDrive(demoBuilder, media),
      await fillSmallDrive(builderFor(verify), media),
      await fillSmallDrive(builderFor(google), media),
      await fillNearlyFullDrive(builderFor(full), media),
      sharing.drive,
    ],
    shares,
  };
}
