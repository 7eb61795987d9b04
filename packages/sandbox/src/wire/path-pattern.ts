/** What stands for itself right after a collection's name, where otherwise an id stands. */
const ACTION = /:|%3a/i;
const COLLECTION = /^(files|tasks)$/;
/** Ids of files, tasks and shares (protocol reference §0.2), hashes, and keys of the object store. */
const ID = /^(V[A-Za-z0-9_-]{20,}|[0-9A-Fa-f]{32,}(_\d+)?)$/;

/** A path with its ids replaced by `{id}`, so that requests can be counted by what they are. */
export function pathPattern(path: string): string {
  const segments = path.split('/');
  return segments
    .map((segment, i) => {
      const isMember = COLLECTION.test(segments[i - 1] ?? '') && segment !== '' && !ACTION.test(segment);
      return isMember || ID.test(segment) ? '{id}' : segment;
    })
    .join('/');
}
