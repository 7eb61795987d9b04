/** The player's own language for a language of the page; it knows English and Chinese without more files. */
export function languageOfPlayer(language: string): 'en' | 'zh-cn' {
  return language.toLowerCase().startsWith('zh') ? 'zh-cn' : 'en';
}
