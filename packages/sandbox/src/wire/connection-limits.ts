/** Counts downloads in progress and refuses those beyond the limits of rule C7 (protocol reference §10.4). */
export interface ConnectionLimits {
  /** Takes a place for one download and gives the function that frees it, or undefined when there is none left. */
  take(url: string, owner: string): (() => void) | undefined;
  /** Downloads in progress. */
  open(): number;
}

interface Limits {
  readonly perUrl: number;
  readonly perOwner: number;
}

/** Field observations: up to 8 for one URL, about 20 for one account. */
const OBSERVED: Limits = { perUrl: 8, perOwner: 20 };

/** For measurements of what lies before the cloud. */
export const UNLIMITED: Limits = { perUrl: Number.POSITIVE_INFINITY, perOwner: Number.POSITIVE_INFINITY };

/** No download in progress. */
export function createConnectionLimits({ perUrl, perOwner } = OBSERVED): ConnectionLimits {
  const urls = new Map<string, number>();
  const owners = new Map<string, number>();
  let open = 0;
  return {
    take: (url, owner) => {
      if ((urls.get(url) ?? 0) >= perUrl || (owners.get(owner) ?? 0) >= perOwner) return undefined;
      change(urls, url, 1);
      change(owners, owner, 1);
      open += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        change(urls, url, -1);
        change(owners, owner, -1);
        open -= 1;
      };
    },
    open: () => open,
  };
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
