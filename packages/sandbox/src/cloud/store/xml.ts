const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** An element with a text in it. */
export function element(name: string, text: string): string {
  return `<${name}>${text.replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? '')}</${name}>`;
}

/** An element with elements in it. */
export function parent(name: string, children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}

/** A whole document. */
export function xmlDocument(root: string, children: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${parent(root, children)}`;
}
