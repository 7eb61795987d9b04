const ROOT = '/Unicode 名字 é 🎬';

/** As long as names should be: up to 255 bytes of UTF-8 (protocol reference §3.13). */
const LONGEST = `${'长'.repeat(83)}.txt`;

/**
 * Names that are legal and hard: what URLs, shells, XML, HTML and other file systems trip over. None holds a character that
 * the service refuses (§3.13).
 */
export const UNICODE_FILES: readonly string[] = [
  `${ROOT}/名字.txt`,
  `${ROOT}/한국어 日本語 العربية עברית.txt`,
  // The same letter composed and decomposed: two names.
  `${ROOT}/caf\u00E9.txt`,
  `${ROOT}/cafe\u0301.txt`,
  `${ROOT}/👨‍👩‍👧‍👦 family 🏳️‍🌈.txt`,
  `${ROOT}/100% #1 & more.txt`,
  `${ROOT}/%2F is not a slash.txt`,
  `${ROOT}/a+b=c;d,e@f!g.txt`,
  `${ROOT}/it's (very) [odd] {name}.txt`,
  `${ROOT}/$HOME \`tick\` ~tilde^.txt`,
  `${ROOT}/-rf.txt`,
  `${ROOT}/.hidden`,
  `${ROOT}/...three dots.txt`,
  `${ROOT}/CON.txt`,
  `${ROOT}/no extension`,
  `${ROOT}/UPPER.TXT`,
  `${ROOT}/upper.txt`,
  `${ROOT}/two  blanks.txt`,
  `${ROOT}/nested/100%/#hash/深い/さらに深い/file.txt`,
  `${ROOT}/nested/ünïcödé/𝒎𝒂𝒕𝒉.txt`,
  `${ROOT}/nested/${LONGEST}`,
];
