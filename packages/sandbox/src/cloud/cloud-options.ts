import type { MediaSource, VirtualClock } from '../types.ts';
import type { JwtSigner } from './account/jwt.ts';
import type { Faults } from './faults.ts';
import type { CloudRules } from './rules.ts';
import type { PlantedContent } from './seed/seeds.ts';
import type { SpoolOptions } from './upload/spool.ts';

/** What a cloud is made of. */
export interface CloudOptions {
  readonly clock: Pick<VirtualClock, 'now'>;
  readonly media: MediaSource;
  /** Shared with the wire, which takes the faults of downloads. */
  readonly faults: Faults;
  /** `standard` unless said. */
  readonly seed?: string;
  /** What drives of the seed `empty` hold. */
  readonly content?: PlantedContent;
  /** Signs access tokens; one with a key of its own unless said. */
  readonly jwt?: JwtSigner;
  readonly rules?: Partial<CloudRules>;
  /** Scheme and host that links and thumbnails lead to, such as `http://127.0.0.1:1234`; each service's own host unless said. */
  readonly linkBase?: string;
  /** The same for the human check's page. */
  readonly challengeBase?: string;
  /** Host (and port) that clients are told to upload to; each root's own `upload-a10b` unless said. */
  readonly uploadEndpoint?: string;
  /** Where uploaded bytes are kept. */
  readonly spool?: SpoolOptions;
  /** The machine's own time, which clients sign with even when the sandbox's clock was advanced. `Date.now` unless said. */
  readonly machineNow?: () => number;
}
