import mime from 'mime';

const FALLBACK = 'application/octet-stream';

/** Types of files that people keep beside films and that the general table lacks or names by an old draft. */
const OWN_TYPES: ReadonlyMap<string, string> = new Map([
  ['ass', 'text/x-ssa'],
  ['ssa', 'text/x-ssa'],
  ['lrc', 'text/plain'],
  ['flac', 'audio/flac'],
  ['ape', 'audio/x-ape'],
]);

/** Text that a text type doesn't say it is. */
const TEXTUAL = new Set([
  'application/json',
  'application/javascript',
  'application/xml',
  'application/x-subrip',
]);

/** The `Content-Type` of a file by its name's extension; `application/octet-stream` when the extension says nothing. */
export function contentTypeOf(name: string): string {
  const extension = extensionOf(name);
  if (extension === '') return FALLBACK;
  const type = OWN_TYPES.get(extension) ?? mime.getType(extension) ?? FALLBACK;
  return type.startsWith('text/') || TEXTUAL.has(type) ? `${type}; charset=utf-8` : type;
}

/** The extension of a file's name in lower case, without the dot; '' for none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}

const PASSIVE = /^(?:audio\/|video\/|application\/pdf$|text\/plain\b|image\/(?!svg))/;

/**
 * Whether a browser that shows a body of this type runs nothing from it. Everything else is shown only inside a sandbox,
 * so that a file someone put on a drive can't act in the gateway's origin.
 */
export function isPassive(contentType: string): boolean {
  return PASSIVE.test(contentType);
}
