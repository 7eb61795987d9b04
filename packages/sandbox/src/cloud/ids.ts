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

/** Ids for what comes to be while the sandbox runs; the same ones in every run of the same calls. */
export interface FreshIds {
  /** The next id of a file or folder. */
  item(): string;
  /** The next id of a task: from `VP` to `o2`, as in §9.8. */
  task(): string;
}

/** Fresh ids that no item of the seed has. */
export function createFreshIds(seed: string): FreshIds {
  const maker = createIdMaker(seed);
  let count = 0;
  const next = (): string => {
    count += 1;
    return maker.of(`fresh ${count}`);
  };
  return {
    item: next,
    task: () => `VP${next().slice(2, -2)}o2`,
  };
}
