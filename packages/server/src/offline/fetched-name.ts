const MAX_BYTES = 200;

/**
 * The name of what a server sends: by `Content-Disposition` (RFC 6266, RFC 8187), else by the address. What servers write there is not trusted:
 * only the last segment counts, and characters that no storage takes are replaced.
 */
export function fetchedName(url: URL, disposition: string | undefined): string {
  const wanted = named(disposition) ?? decoded(url.pathname.split('/').findLast((part) => part !== '') ?? '');
  const last = wanted.replaceAll('\\', '/').split('/').at(-1) ?? '';
  const clean = withoutEdges(last.toWellFormed().replaceAll(/[\p{Cc}"*:<>?|]/gu, '_'));
  const name = clean === '' ? 'download' : clean;
  return shortened(name);
}

/** Without blanks and dots at both ends. A pattern would look at a long run of them, inside the name, once from each of its signs. */
function withoutEdges(text: string): string {
  const isEdge = (at: number): boolean => text[at] === ' ' || text[at] === '.';
  let [start, end] = [0, text.length];
  while (start < end && isEdge(start)) start += 1;
  while (end > start && isEdge(end - 1)) end -= 1;
  return text.slice(start, end);
}

function named(disposition = ''): string | undefined {
  const extended = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1];
  if (extended !== undefined) return decoded(extended);
  const quoted = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  return quoted?.replaceAll(/\\(.)/g, '$1') ?? /;\s*filename\s*=\s*([^;\s"]+)/i.exec(disposition)?.[1];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Cut in the middle of a name, so that its extension stays. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  const room = MAX_BYTES - Buffer.byteLength(extension);
  const stem = Buffer.from(name.slice(0, name.length - extension.length)).subarray(0, room);
  // As a stream, the decoder keeps a character that was cut back for later.
  return new TextDecoder().decode(stem, { stream: true }) + extension;
}
