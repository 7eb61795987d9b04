/** An XML element, its names resolved (Namespaces in XML 1.0). */
export interface XmlElement {
  readonly uri: string;
  readonly local: string;
  /** As it was written; kept, because clients may refer to it. */
  readonly prefix: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly (XmlElement | string)[];
}

export interface XmlAttribute {
  readonly uri: string;
  readonly local: string;
  readonly prefix: string;
  readonly value: string;
}

/** The namespace of WebDAV's own elements (RFC 4918 §14). */
export const DAV = 'DAV:';

/** The element's child elements. */
export function elementsOf({ children }: XmlElement): XmlElement[] {
  return children.filter((child): child is XmlElement => typeof child !== 'string');
}

/** The first child of that name in the namespace `DAV:`. */
export function davChild(parent: XmlElement, local: string): XmlElement | undefined {
  return elementsOf(parent).find((child) => child.uri === DAV && child.local === local);
}
