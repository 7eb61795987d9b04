import { describe, expect, test } from 'bun:test';
import { elementsOf, type XmlElement } from './element.ts';
import { MAX_XML_BYTES, parseXml } from './parse.ts';
import { emptyElement, escapeXml, writeElement } from './write.ts';

const parse = (text: string): XmlElement => parseXml(Buffer.from(text));
const first = (text: string): XmlElement => {
  const [element] = elementsOf(parse(text));
  if (element === undefined) throw new Error('no child');
  return element;
};

describe('reading XML', () => {
  test('names are resolved, prefixes kept', () => {
    expect(parse('<a:b xmlns:a="urn:x" a:c="1" d="2">t<![CDATA[<]]><!-- no --></a:b>')).toEqual({
      uri: 'urn:x',
      local: 'b',
      prefix: 'a',
      attributes: [
        { uri: 'urn:x', local: 'c', prefix: 'a', value: '1' },
        { uri: '', local: 'd', prefix: '', value: '2' },
      ],
      children: ['t', '<'],
    });
  });

  test('UTF-16 with a mark is read', () => {
    const text = Buffer.from('\ufeff<é/>', 'utf16le');
    expect(parseXml(text).local).toBe('é');
  });

  test.each([
    ['a bomb of entities', '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'],
    ['an entity from outside', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['a document type by itself', '<!DOCTYPE a><a/>'],
    ['an entity that nobody declared', '<a>&b;</a>'],
    ['a prefix that nobody declared', '<a:b/>'],
    ['tags that do not match', '<a><b></a></b>'],
    ['two roots', '<a/><b/>'],
    ['nothing', ''],
    ['a text', 'hello'],
    ['a NUL', '<a>\0</a>'],
    ['too many levels', '<a>'.repeat(65) + '</a>'.repeat(65)],
    ['too many elements', `<a>${'<b/>'.repeat(10_000)}</a>`],
    ['too many attributes', `<a ${Array.from({ length: 65 }, (_, i) => `b${i}="1"`).join(' ')}/>`],
  ])('%s is refused with 400', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test('an overlong form of a sign is no UTF-8', () => {
    expect(() => parseXml(Buffer.from([0x3c, 0x61, 0x3e, 0xc0, 0xaf, 0x3c, 0x2f, 0x61, 0x3e]))).toThrow();
  });

  test('the limit is far below what hurts', () => {
    expect(MAX_XML_BYTES).toBeLessThanOrEqual(1024 * 1024);
  });
});

describe('writing XML', () => {
  test.each([
    '<b xmlns="urn:x">t &lt;&amp;</b>',
    '<p:b xmlns:p="urn:x" p:c="1" d="&quot;2&#10;"><p:e/></p:b>',
    '<b xmlns="urn:x"><c xmlns="">t</c></b>',
    '<b/>',
    '<b xml:lang="de">x</b>',
    '<b xmlns="urn:x" c="no namespace"/>',
  ])('%p comes out of its surroundings as it was', (text) => {
    expect(writeElement(first(`<a>${text}</a>`))).toBe(text);
  });

  test('a namespace that was declared further out goes with the element', () => {
    const element = first('<a xmlns="urn:x" xmlns:p="urn:y"><p:b c="1"><d/></p:b></a>');
    expect(writeElement(element)).toBe('<p:b xmlns:p="urn:y" c="1"><d xmlns="urn:x"/></p:b>');
  });

  test('a client can not put markup into a text, nor what XML can not hold', () => {
    expect(escapeXml('</D:href>&"\u0000\u001b\ufffe\t')).toBe(
      '&lt;/D:href&gt;&amp;&quot;\ufffd\ufffd\ufffd&#9;',
    );
    expect(emptyElement('urn:"><x', 'b')).toBe('<x:b xmlns:x="urn:&quot;&gt;&lt;x"/>');
  });
});
