import { DAV, type XmlElement } from './element.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Signs that no XML 1.0 document can hold, not even escaped, though a file's name may. */
const UNSPEAKABLE = String.raw`\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff`;
/** All that can't stand as it is. One test for each of thousands of names must be cheap. */
const SPECIAL = new RegExp(`[&<>"\\t\\n\\r${UNSPEAKABLE}]`);
const ALL_SPECIAL = new RegExp(SPECIAL, 'g');

/** A text as content or in double quotes. What XML can't carry becomes U+FFFD. */
export function escapeXml(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll(ALL_SPECIAL, (char) => ESCAPES[char] ?? '\ufffd') : text;
}

/** The namespaces that hold where an element is written, by prefix. */
type Scope = ReadonlyMap<string, string>;

const OUTSIDE: Scope = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);

/** An element as XML that stands by itself: it declares every namespace it needs, under the prefixes it came with. */
export function writeElement(element: XmlElement, scope: Scope = OUTSIDE): string {
  const inside = new Map(scope);
  const declared: string[] = [];
  // An attribute without prefix is in no namespace, whatever the default is.
  const named = [element, ...element.attributes.filter(({ prefix }) => prefix !== '')];
  for (const { prefix, uri } of named) {
    if (inside.get(prefix) === uri) continue;
    inside.set(prefix, uri);
    declared.push(` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeXml(uri)}"`);
  }
  const attributes = element.attributes.map(
    ({ prefix, local, value }) => ` ${nameOf(prefix, local)}="${escapeXml(value)}"`,
  );
  const name = nameOf(element.prefix, element.local);
  const open = `<${name}${declared.join('')}${attributes.join('')}`;
  if (element.children.length === 0) return `${open}/>`;
  return `${open}>${writeContent(element, inside)}</${name}>`;
}

/** What an element holds, as XML that stands by itself. */
export function writeContent({ children }: XmlElement, scope: Scope = OUTSIDE): string {
  return children
    .map((child) => (typeof child === 'string' ? escapeXml(child) : writeElement(child, scope)))
    .join('');
}

/** An empty element of that name, inside a document where `D` stands for `DAV:`. */
export function emptyElement(uri: string, local: string): string {
  if (uri === DAV) return `<D:${local}/>`;
  return uri === '' ? `<${local}/>` : `<x:${local} xmlns:x="${escapeXml(uri)}"/>`;
}

function nameOf(prefix: string, local: string): string {
  return prefix === '' ? local : `${prefix}:${local}`;
}

export const XML_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';
export const XML_TYPE = 'application/xml; charset=utf-8';
