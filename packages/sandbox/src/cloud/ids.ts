import { hash } from 'node:crypto';

const BODY_LENGTH = 22;

/** Makes ids in the service's form, the same ones for the same seed name in every run. */
export interface IdMaker {
  /** The id of what `label` names; one label always gives one id. */
  of(label: string): string;
}

/**
 * Ids as protocol reference §0.2 describes them: 26 characters of the URL-safe base64 alphabet, from `VN` to `o1`.
 * Each comes from its own label, so that adding a file to a seed leaves all other ids as they are.
 */
export function createIdMaker(seed: string): IdMaker {
  return {
    of: (label) => {
      const digest = hash('sha256', `${seed}\0${label}`, 'base64url');
      return `VN${digest.slice(0, BODY_LENGTH)}o1`;
    },
  };
}
