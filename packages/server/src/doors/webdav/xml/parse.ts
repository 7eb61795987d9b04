import { SaxesParser, type SaxesTagNS } from 'saxes';
import { DavFailure } from '../failure.ts';
import type { XmlElement } from './element.ts';

/** The largest body of XML that is read. */
export const MAX_XML_BYTES = 262_144;
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 10_000;
const MAX_ATTRIBUTES = 64;

interface Open {
  readonly element: XmlElement;
  readonly children: (XmlElement | string)[];
}

/**
 * Reads a whole document into elements; comments and instructions fall away. A document type is refused whatever it says: no client
 * needs one, and it is what entity bombs and outside entities hang on (RFC 4918 §20.6).
 *
 * @throws DavFailure 400 for what is not well-formed, has a document type, or is deeper or richer than any client's.
 */
export function parseXml(body: Uint8Array): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const stack: Open[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  const text = (chars: string): void => void stack.at(-1)?.children.push(chars);
  parser.on('error', () => {
    throw malformed('the body is not well-formed XML');
  });
  parser.on('doctype', () => {
    throw malformed('document types are not taken');
  });
  parser.on('opentag', (tag) => {
    count += 1;
    if (stack.length >= MAX_DEPTH || count > MAX_ELEMENTS) throw malformed('the XML is too large');
    const open = opened(tag);
    stack.at(-1)?.children.push(open.element);
    root ??= open.element;
    stack.push(open);
  });
  parser.on('closetag', () => void stack.pop());
  parser.on('text', text);
  parser.on('cdata', text);
  parser.write(decoded(body)).close();
  if (root === undefined) throw malformed('the body holds no element');
  return root;
}

function opened(tag: SaxesTagNS): Open {
  const attributes = Object.values(tag.attributes);
  if (attributes.length > MAX_ATTRIBUTES) throw malformed('the XML is too large');
  const children: (XmlElement | string)[] = [];
  const element: XmlElement = {
    uri: tag.uri,
    local: tag.local,
    prefix: tag.prefix,
    // What declares namespaces is written anew where the element goes out.
    attributes: attributes
      .filter(({ name, prefix }) => name !== 'xmlns' && prefix !== 'xmlns')
      .map(({ uri, local, prefix, value }) => ({ uri, local, prefix, value })),
    children,
  };
  return { element, children };
}

function decoded(body: Uint8Array): string {
  const [first, second] = body;
  const encoding =
    first === 0xfe && second === 0xff ? 'utf-16be' : first === 0xff && second === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch {
    throw malformed('the body is not valid Unicode');
  }
}

function malformed(message: string): DavFailure {
  return new DavFailure(400, message);
}
