/** What a long line may say of one address, on either side of it. */
const REACH = 400;
const MAX_NAME = 200;

const CHAT_HEADER =
  /^\s{0,9}(?:[^\s:：][^:：]{0,60}[,，\s])?\[?(?:\d{2,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,4}日?)?[,\s]{1,3})?\d{1,2}:\d{2}(?::\d{2})?\s?(?:[AP]M)?\]?(?:\s{1,3}[^:：]{1,40})?[:：]?\s{0,9}$/i;
const CHAT_PREFIX = /^\s{0,9}\[(?:[\d/.\-, ]{0,20})?\d{1,2}:\d{2}(?::\d{2})?\]\s{0,3}(?:[^:：]{1,40}[:：])?/;
const LABEL_WORDS =
  /(?:分享链接|分享地址|分享鏈接|资源链接|下载链接|网盘链接|链接|鏈接|连接|地址|网址|(?<![A-Za-z])(?:share(?:d)? link|link|url|share))\s{0,4}[:：=\-–—>→]{0,3}\s{0,4}$/i;
const NAME_LABEL =
  /^(?:片名|剧名|名称|名稱|标题|標題|资源名称|文件名|(?:name|title|file)(?=\s{0,4}[:：=]))\s{0,4}[:：=]?\s{0,4}/i;
/** What the vendor's own share texts go on with, which names nothing. */
const BOILERPLATE =
  /(?:复制|複製)(?:这段|這段|此)?(?:内容|內容|信息|链接)[^]*$|(?:copy|paste) (?:this|the) (?:link|text)[^]*$|打开(?:手机)?[^]{0,12}app[^]*$/i;
const LIST_MARK = /^(?:[-*•·●○▪►▶✅👉🔗📁🎬>+]\s{0,4}|[(（]?\d{1,4}[.)、．）]\s{0,4})+/u;
const EDGE_LEFT = /^[\s:：=|,，;；\-–—→"'“”‘’`*_~<>)）{}\]]+/u;
const EDGE_RIGHT = /[\s:：=|,，;；\-–—→"'“”‘’`*_~<>（({}[]+$/u;
/** A bracket that opened before a pass code and lost its other half with it. */
const UNCLOSED = /^[(（](?=[^)）]*$)/;
const NO_NAME = /^(?:the|and|or|with|here|see|和|与|及)$/i;
const WRAPPED = /^(?:《([^《》]+)》|「([^「」]+)」|【([^【】]+)】|『([^『』]+)』|\[([^[\]]+)\])$/u;

/** Whether a line says only who wrote when, as exported chats have it. */
export function isChatHeader(line: string): boolean {
  return line.length < 140 && CHAT_HEADER.test(line);
}

/** The name in what stands before an address, as far back as one reads; undefined when there is none. */
export function nameBefore(text: string): string | undefined {
  const near = text.slice(-REACH).replace(CHAT_PREFIX, '');
  const markdown = /\[([^[\]]{1,300})\]\([<\s]{0,3}$/.exec(near);
  if (markdown?.[1] !== undefined) return cleanName(markdown[1]);
  const json =
    /"(?:title|name|file_?name|share_?name)"\s?:\s?"((?:[^"\\]|\\.){1,300})"[^"]{0,40}"[^"]{1,40}"\s?:\s?"$/i.exec(
      near,
    );
  if (json?.[1] !== undefined) return cleanName(json[1]);
  return cleanName(near.replace(/<[^<>]*$/, '').replace(/\[url=?["']?$/i, ''));
}

/** The name in what stands behind an address; undefined when there is none. */
export function nameBehind(text: string): string | undefined {
  const near = text.slice(0, REACH);
  const linked = /^["'][^<>]{0,200}>([^<]{1,300})</.exec(near);
  if (linked?.[1] !== undefined) return cleanName(linked[1]);
  return cleanName(near.replace(/^\]?(.*?)\[\/url\].*$/is, '$1'));
}

/** A name without what lists, mark-up and labels put around it; undefined when no letter or digit is left. */
export function cleanName(text: string): string | undefined {
  let name = text
    .replace(/<[^<>]{0,300}>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  name = (unquoted(name) ?? name).replace(BOILERPLATE, '');
  name = name.replace(LIST_MARK, '').replace(NAME_LABEL, '');
  name = name.replace(EDGE_RIGHT, '').replace(LABEL_WORDS, '');
  name = name.replace(EDGE_LEFT, '').replace(EDGE_RIGHT, '');
  const wrapped = WRAPPED.exec(name)
    ?.slice(1)
    .find((inner) => inner !== undefined);
  const bare = (wrapped ?? name).replace(UNCLOSED, '').trim();
  if (!/[\p{L}\p{N}]/u.test(bare) || NO_NAME.test(bare)) return undefined;
  return bare.length > MAX_NAME
    ? `${Array.from(bare)
        .slice(0, MAX_NAME - 1)
        .join('')
        .trimEnd()}…`
    : bare;
}

/** What a quoted YAML key or CSV cell means; undefined for what isn't quoted. */
function unquoted(text: string): string | undefined {
  const single = /^'((?:[^']|'')+)'\s?:?$/.exec(text)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  const double = /^"((?:[^"\\]|\\.|"")+)"\s?:?$/.exec(text)?.[1];
  return double?.replaceAll('""', '"').replaceAll('\\"', '"');
}
