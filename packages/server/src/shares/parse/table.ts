import Papa from 'papaparse';
import { parseText, type TextFindings } from './text.ts';
import { addressesIn, type AddressKind } from './text-line.ts';
import { cleanName } from './names.ts';
import type { FoundShare, UnusableAddress } from './found-share.ts';

const COLUMNS = {
  address: /^(?:link|url|share|share[ _]?link|share[ _]?url|address|链接|鏈接|分享链接|地址|网址)$/i,
  name: /^(?:name|title|file|filename|名称|名稱|片名|标题|標題|文件名|资源名称)$/i,
  code: /^(?:pwd|pw|pass|password|pass[ _]?code|share[ _]?pwd|code|提取码|提取碼|访问码|密码|密碼)$/i,
  category: /^(?:category|group|folder|type|分类|分類|类别|類別|目录)$/i,
} as const;

type Column = keyof typeof COLUMNS;
type Places = Partial<Record<Column, number>>;

/** What a table with a line of headings names (RFC 4180 and its kin); undefined for text that is no such table. */
export function parseTable(text: string, kinds: readonly AddressKind[]): TextFindings | undefined {
  const head =
    text
      .replace(/^\ufeff/, '')
      .slice(0, 4096)
      .split(/\r\n|\n|\r/, 1)[0] ?? '';
  const delimiter = [',', '\t', ';', '|'].find((sign) => head.includes(sign));
  if (delimiter === undefined || addressesIn(head, kinds).length > 0) return undefined;
  const places = columnsOf(rowsOf(head, delimiter)[0] ?? []);
  if (places.address === undefined) return undefined;
  const shares: FoundShare[] = [];
  const unusable: UnusableAddress[] = [];
  let line = 1;
  for (const row of rowsOf(text.replace(/^\ufeff/, ''), delimiter)) {
    const at = line;
    line += 1 + row.join('').split('\n').length - 1;
    if (at === 1) continue;
    const found = readRow(row, { ...places, address: places.address }, kinds, at);
    shares.push(...found.shares);
    unusable.push(...found.unusable);
  }
  return { shares, unusable };
}

function rowsOf(text: string, delimiter: string): string[][] {
  return Papa.parse<string[]>(text, { delimiter }).data;
}

function columnsOf(head: readonly string[]): Places {
  const places: Places = {};
  for (const column of ['address', 'name', 'code', 'category'] as const) {
    const index = head.findIndex((cell) => COLUMNS[column].test(cell.trim()));
    if (index >= 0) places[column] = index;
  }
  return places;
}

/** One row. An address in a column that should hold none is found as well. */
function readRow(
  row: readonly string[],
  places: Places & { readonly address: number },
  kinds: readonly AddressKind[],
  line: number,
): TextFindings {
  const cell = (column: Column): string => row[places[column] ?? -1] ?? '';
  const plain = parseText(cell('address').trim(), kinds);
  const code = /^[A-Za-z0-9]{1,32}$/.exec(cell('code').trim())?.[0] ?? '';
  const [name, category] = [cleanName(cell('name')), cleanName(cell('category'))];
  const elsewhere = parseText(row.filter((_, index) => index !== places.address).join('\n'), kinds);
  return {
    shares: [...plain.shares, ...elsewhere.shares].map((share) => ({
      ...share,
      line,
      place: share.place.passCode === '' ? { ...share.place, passCode: code } : share.place,
      ...(name === undefined ? {} : { name }),
      ...(category === undefined ? {} : { category }),
    })),
    unusable: [...plain.unusable, ...elsewhere.unusable].map((found) => ({ ...found, line })),
  };
}
