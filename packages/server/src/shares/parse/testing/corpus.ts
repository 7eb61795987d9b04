/** What a snippet should give: name, share id, pass code, category, target inside the share. '' where there is none. */
export type Expected = readonly [
  name: string,
  shareId: string,
  code?: string,
  category?: string,
  target?: string,
];

export interface Snippet {
  readonly what: string;
  readonly text: string;
  readonly shares: readonly Expected[];
  readonly unusable?: number;
  readonly repeated?: number;
}

const S = 'https://mypikpak.com/s/';

/** Texts as people paste them: chats, forum posts, lists, tables, files of other tools. Made up, after what such texts look like. */
export const CORPUS: readonly Snippet[] = [
  { what: 'an address alone', text: `${S}VNa1`, shares: [['', 'VNa1']] },
  { what: 'an address without scheme', text: 'mypikpak.com/s/VNa1', shares: [['', 'VNa1']] },
  { what: 'an address with www and http', text: 'http://www.mypikpak.com/s/VNa1', shares: [['', 'VNa1']] },
  { what: 'the .net root', text: 'https://mypikpak.net/s/VNa1', shares: [['', 'VNa1']] },
  { what: 'the pikpak.me root', text: 'https://pikpak.me/s/VNa1', shares: [['', 'VNa1']] },
  { what: 'the pikpakdrive root', text: 'https://pikpakdrive.com/s/VNa1', shares: [['', 'VNa1']] },
  { what: 'capitals in scheme and host', text: 'HTTPS://MyPikPak.COM/s/VNa1', shares: [['', 'VNa1']] },
  { what: 'a trailing slash', text: `${S}VNa1/`, shares: [['', 'VNa1']] },
  { what: 'a fragment', text: `${S}VNa1#top`, shares: [['', 'VNa1']] },
  { what: 'a folder in the share', text: `${S}VNa1/VNf1`, shares: [['', 'VNa1', '', '', 'VNf1']] },
  { what: 'a path of folders', text: `${S}VNa1/VNf1/VNf2`, shares: [['', 'VNa1', '', '', 'VNf2']] },
  { what: 'a code in the address', text: `${S}VNa1?pwd=k7pm`, shares: [['', 'VNa1', 'k7pm']] },
  { what: 'the other spelling of it', text: `${S}VNa1?pass_code=k7pm`, shares: [['', 'VNa1', 'k7pm']] },
  {
    what: 'a play address',
    text: `${S}VNa1/VNf1?act=play&pwd=k7pm`,
    shares: [['', 'VNa1', 'k7pm', '', 'VNf1']],
  },
  {
    what: 'an entity in the address',
    text: `${S}VNa1?act=play&amp;pwd=k7pm`,
    shares: [['', 'VNa1', 'k7pm']],
  },
  { what: 'an id with - and _', text: `${S}VNa-_1`, shares: [['', 'VNa-_1']] },
  { what: 'a full stop behind', text: `See ${S}VNa1.`, shares: [['', 'VNa1']] },
  { what: 'a Chinese full stop behind', text: `${S}VNa1。`, shares: [['', 'VNa1']] },
  { what: 'brackets around', text: `(${S}VNa1)`, shares: [['', 'VNa1']] },
  { what: 'angle brackets around', text: `<${S}VNa1>`, shares: [['', 'VNa1']] },
  { what: 'a code behind a blank', text: `${S}VNa1 7k2m`, shares: [['', 'VNa1', '7k2m']] },
  { what: 'pwd:', text: `${S}VNa1 pwd: k7pm`, shares: [['', 'VNa1', 'k7pm']] },
  { what: 'password=', text: `${S}VNa1 password=k7pm`, shares: [['', 'VNa1', 'k7pm']] },
  { what: 'Pass code without a sign', text: `${S}VNa1 Pass code k7pm`, shares: [['', 'VNa1', 'k7pm']] },
  { what: 'the code is', text: `${S}VNa1 (the code is k7pm)`, shares: [['', 'VNa1', 'k7pm']] },
  { what: '提取码 with a wide colon', text: `${S}VNa1 提取码：k7pm`, shares: [['', 'VNa1', 'k7pm']] },
  { what: '访问码 without a sign', text: `${S}VNa1 访问码k7pm`, shares: [['', 'VNa1', 'k7pm']] },
  { what: '密码是', text: `${S}VNa1 密码是k7pm`, shares: [['', 'VNa1', 'k7pm']] },
  { what: 'the code in brackets', text: `${S}VNa1（密码：k7pm）`, shares: [['', 'VNa1', 'k7pm']] },
  { what: 'the code in the next line', text: `${S}VNa1\n提取码：k7pm`, shares: [['', 'VNa1', 'k7pm']] },
  { what: 'the code before', text: `提取码: k7pm 链接: ${S}VNa1`, shares: [['', 'VNa1', 'k7pm']] },
  { what: 'the code in the line before', text: `密码 k7pm\n${S}VNa1`, shares: [['', 'VNa1', 'k7pm']] },
  {
    what: 'a code in the address goes before another',
    text: `${S}VNa1?pwd=aaaa pwd: bbbb`,
    shares: [['', 'VNa1', 'aaaa']],
  },
  { what: 'a word behind is a name, not a code', text: `${S}VNa1 Film`, shares: [['Film', 'VNa1']] },
  { what: 'code name is no code', text: `code name Otter ${S}VNa1`, shares: [['code name Otter', 'VNa1']] },
  { what: 'the name before, with a colon', text: `A Film: ${S}VNa1`, shares: [['A Film', 'VNa1']] },
  {
    what: 'the name before, with a dash',
    text: `A Film (2026) - ${S}VNa1`,
    shares: [['A Film (2026)', 'VNa1']],
  },
  { what: 'the name before, with an arrow', text: `A Film → ${S}VNa1`, shares: [['A Film', 'VNa1']] },
  { what: 'the name behind', text: `${S}VNa1 A Film`, shares: [['A Film', 'VNa1']] },
  { what: 'the name above', text: `A Film\n${S}VNa1`, shares: [['A Film', 'VNa1']] },
  { what: 'the name above an empty line', text: `A Film\n\n${S}VNa1`, shares: [['A Film', 'VNa1']] },
  {
    what: 'names above',
    text: `A\n${S}VNa1\nB\n${S}VNb1`,
    shares: [
      ['A', 'VNa1'],
      ['B', 'VNb1'],
    ],
  },
  {
    what: 'names below',
    text: `${S}VNa1\nA\n${S}VNb1\nB`,
    shares: [
      ['A', 'VNa1'],
      ['B', 'VNb1'],
    ],
  },
  {
    what: 'two in a line, names before',
    text: `A ${S}VNa1 B ${S}VNb1`,
    shares: [
      ['A', 'VNa1'],
      ['B', 'VNb1'],
    ],
  },
  {
    what: 'two in a line, names behind',
    text: `${S}VNa1 A, ${S}VNb1 B`,
    shares: [
      ['A', 'VNa1'],
      ['B', 'VNb1'],
    ],
  },
  {
    what: 'two in a line with codes',
    text: `A ${S}VNa1 pwd: aa11; B ${S}VNb1 pwd: bb22`,
    shares: [
      ['A', 'VNa1', 'aa11'],
      ['B', 'VNb1', 'bb22'],
    ],
  },
  {
    what: 'a numbered list',
    text: `1. A ${S}VNa1\n2. B ${S}VNb1`,
    shares: [
      ['A', 'VNa1'],
      ['B', 'VNb1'],
    ],
  },
  {
    what: 'a list with points',
    text: `- A: ${S}VNa1\n• B: ${S}VNb1`,
    shares: [
      ['A', 'VNa1'],
      ['B', 'VNb1'],
    ],
  },
  { what: 'a name that begins with a number', text: `12 Monkeys ${S}VNa1`, shares: [['12 Monkeys', 'VNa1']] },
  {
    what: 'a Chinese post',
    text: `片名：流浪地球2\n链接：${S}VNa1 提取码：k7pm`,
    shares: [['流浪地球2', 'VNa1', 'k7pm']],
  },
  { what: 'title marks', text: `《沙丘》 ${S}VNa1`, shares: [['沙丘', 'VNa1']] },
  { what: 'a name in 【】 above', text: `【沙丘】\n${S}VNa1`, shares: [['沙丘', 'VNa1']] },
  {
    what: 'the words of a share button',
    text: `链接：${S}VNa1 提取码：k7pm 复制这段内容后打开手机App`,
    shares: [['', 'VNa1', 'k7pm']],
  },
  {
    what: 'Markdown',
    text: `[A Film](${S}VNa1) and [B](${S}VNb1)`,
    shares: [
      ['A Film', 'VNa1'],
      ['B', 'VNb1'],
    ],
  },
  {
    what: 'Markdown headings',
    text: `# Films\n- A: ${S}VNa1\n## Series\n- B: ${S}VNb1`,
    shares: [
      ['A', 'VNa1', '', 'Films'],
      ['B', 'VNb1', '', 'Series'],
    ],
  },
  {
    what: 'HTML',
    text: `<a href="${S}VNa1">A Film</a><br><a href="${S}VNb1">B</a>`,
    shares: [
      ['A Film', 'VNa1'],
      ['B', 'VNb1'],
    ],
  },
  { what: 'BBCode', text: `[url=${S}VNa1]A Film[/url]`, shares: [['A Film', 'VNa1']] },
  {
    what: 'JSON',
    text: `{"title":"A Film","url":"https:\\/\\/mypikpak.com\\/s\\/VNa1"}`,
    shares: [['A Film', 'VNa1']],
  },
  {
    what: 'an exported chat',
    text: `Bob, [25.11.26 12:03]\nA Film\n${S}VNa1\n\nBob, [25.11.26 12:04]\n${S}VNb1 7k2m`,
    shares: [
      ['A Film', 'VNa1'],
      ['', 'VNb1', '7k2m'],
    ],
  },
  {
    what: 'a chat with times in the line',
    text: `[12:03] Bob: A Film ${S}VNa1`,
    shares: [['A Film', 'VNa1']],
  },
  {
    what: 'YAML of alist_batch',
    text: `电影:\n  流浪地球: ${S}VNa1/VNf1?pwd=1234\n  "2001: A Space Odyssey": ${S}VNb1\n剧集:\n  'It''s': ${S}VNc1\n`,
    shares: [
      ['流浪地球', 'VNa1', '1234', '电影', 'VNf1'],
      ['2001: A Space Odyssey', 'VNb1', '', '电影'],
      ["It's", 'VNc1', '', '剧集'],
    ],
  },
  {
    what: 'YAML with comments',
    text: `# mine\nFilms:\n  # old ones\n  A: ${S}VNa1\n`,
    shares: [['A', 'VNa1', '', 'Films']],
  },
  {
    what: 'YAML that names a key twice',
    text: `Films:\n  A: ${S}VNa1\n  A: ${S}VNb1\n`,
    shares: [
      ['A', 'VNa1', '', 'Films'],
      ['A', 'VNb1', '', 'Films'],
    ],
  },
  {
    what: 'YAML keys with & and /',
    text: `Films & Co:\n  a/b & c: ${S}VNa1\n`,
    shares: [['a/b & c', 'VNa1', '', 'Films & Co']],
  },
  {
    what: 'CSV with headings',
    text: `name,link,pwd,category\n"Film, The",${S}VNa1,k7pm,Films\nB,${S}VNb1,,`,
    shares: [
      ['Film, The', 'VNa1', 'k7pm', 'Films'],
      ['B', 'VNb1'],
    ],
  },
  {
    what: 'CSV in Chinese with semicolons',
    text: `名称;链接;提取码\n沙丘;${S}VNa1;k7pm`,
    shares: [['沙丘', 'VNa1', 'k7pm']],
  },
  { what: 'a table from a spreadsheet', text: `Title\tURL\nA Film\t${S}VNa1`, shares: [['A Film', 'VNa1']] },
  {
    what: 'CSV without headings',
    text: `A Film,${S}VNa1,k7pm\nB,${S}VNb1,b2b2`,
    shares: [
      ['A Film', 'VNa1', 'k7pm'],
      ['B', 'VNb1', 'b2b2'],
    ],
  },
  { what: 'CSV with a mark of byte order', text: `\ufefflink,name\n${S}VNa1,A`, shares: [['A', 'VNa1']] },
  {
    what: 'Windows line ends',
    text: `A\r\n${S}VNa1\r\nB\r\n${S}VNb1\r\n`,
    shares: [
      ['A', 'VNa1'],
      ['B', 'VNb1'],
    ],
  },
  { what: 'invisible characters', text: `A\u200b Film ${S}VN\u200ba1`, shares: [['A Film', 'VNa1']] },
  {
    what: 'the same twice',
    text: `A ${S}VNa1\n${S}VNa1 pwd: k7pm`,
    shares: [['A', 'VNa1', 'k7pm']],
    repeated: 1,
  },
  {
    what: 'two folders of one share',
    text: `A ${S}VNa1/VNf1\nB ${S}VNa1/VNf2`,
    shares: [
      ['A', 'VNa1', '', '', 'VNf1'],
      ['B', 'VNa1', '', '', 'VNf2'],
    ],
  },
  {
    what: 'an address that is no share',
    text: `https://mypikpak.com/drive/all ${S}VNa1`,
    shares: [['', 'VNa1']],
    unusable: 1,
  },
  { what: 'a share without id', text: 'https://mypikpak.com/s/', shares: [], unusable: 1 },
  {
    what: 'hosts that only look alike',
    text: 'https://evil-mypikpak.com/s/VNa1 https://mypikpak.com.example.test/s/VNa1',
    shares: [],
  },
  { what: 'other clouds', text: 'A https://www.aliyundrive.com/s/abc', shares: [] },
  { what: 'nothing', text: '', shares: [] },
  { what: 'talk', text: 'Has anybody got the film? The pwd is k7pm, I think.', shares: [] },
  { what: 'a name in emoji and letters', text: `🎬 电影 A ${S}VNa1`, shares: [['电影 A', 'VNa1']] },
  { what: 'the name of the cloud in front', text: `A Film\nPikPak：${S}VNa1`, shares: [['A Film', 'VNa1']] },
];
