import { checkName } from '../../core/entry-name.ts';
import { StorageError } from '../../core/errors.ts';

/** What PikPak refuses or changes without a word (protocol reference §3.13). */
const REFUSED = [
  { sign: /\p{Cc}/u, what: 'control characters' },
  { sign: /["*:<>?|]/, what: '" * : < > ? or |' },
  { sign: /^\s|\s$/u, what: 'blanks at its begin or end' },
  { sign: /\.$/, what: 'a dot at its end' },
] as const;

/** Checks a name that is to be given to something on PikPak. @throws StorageError `invalid_name` with words. */
export function checkPikPakName(name: string): void {
  checkName(name);
  const found = REFUSED.find(({ sign }) => sign.test(name));
  if (found === undefined) return;
  throw new StorageError('invalid_name', `PikPak takes no name with ${found.what}.`, {
    detail: { remedy: 'Choose another name.' },
  });
}

/** Whether `name` is what PikPak makes of a wanted name that is taken: `foo(1).txt`, `foo(1)` (protocol reference §3.8). */
export function isNumbered(name: string, wanted: string): boolean {
  const dot = wanted.lastIndexOf('.');
  const places = dot > 0 ? [dot, wanted.length] : [wanted.length];
  return places.some((place) => {
    const [head, tail] = [wanted.slice(0, place), wanted.slice(place)];
    const fits = name.startsWith(head) && name.endsWith(tail) && name.length > wanted.length;
    return fits && /^ ?\(\d+\)$/.test(name.slice(head.length, name.length - tail.length));
  });
}

export function nameTaken(name: string): StorageError {
  return new StorageError('exists', `The folder has something called "${name}" already.`, {
    detail: { remedy: 'Choose another name, or remove what is there.' },
  });
}
