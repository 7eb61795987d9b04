/** Pass codes are 4 to 10 letters and digits (protocol reference §6.8). */
const CODE = '([A-Za-z0-9]{4,10})(?![A-Za-z0-9])';
const SEPARATOR = '[ \\t]{0,4}(?:[:：=]|是|为|為|\\bis\\b)[ \\t]{0,4}';

/** Words that can mean nothing else take their code with or without a sign between; `code` and the like only with one. */
const LABELLED = new RegExp(
  [
    `(?:提取码|提取碼|访问码|訪問碼|分享码|分享碼|密码|密碼|口令)(?:${SEPARATOR}|[ \\t]{0,4})${CODE}`,
    `(?<![A-Za-z])(?:pass[ _-]?code|access code)(?:${SEPARATOR}|[ \\t]{1,4})${CODE}`,
    `(?<![A-Za-z])(?:password|passwd|pwd|pass|pw|code|пароль)${SEPARATOR}${CODE}`,
  ].join('|'),
  'i',
);

/** A code that stands behind its address without a word. A bare word would be a name, so there has to be a digit. */
const BARE = /^[\s,;|\t]{1,8}(?=[A-Za-z]{0,9}[0-9])([A-Za-z0-9]{4,8})\s{0,8}$/;

/** What is left of a text when the pass code in it is taken out. */
export interface CodeSplit {
  readonly code: string | undefined;
  readonly rest: string;
}

/** Takes out the first code that a word announces, such as `pwd: k7pm` and `提取码 k7pm`. */
export function takeLabelledCode(text: string): CodeSplit {
  const match = LABELLED.exec(text);
  if (match === null) return { code: undefined, rest: text };
  const code = match[1] ?? match[2] ?? match[3];
  const after = text.slice(match.index + match[0].length).replace(/^["'”’)\]）】]/, '');
  return { code, rest: `${text.slice(0, match.index).replace(/["'“‘([（【]$/, '')}\n${after}` };
}

/** Takes a code out of what stands behind an address, be it announced or the only word there. */
export function takeCodeBehind(text: string): CodeSplit {
  const bare = BARE.exec(text);
  return bare === null ? takeLabelledCode(text) : { code: bare[1], rest: '' };
}
