import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { StoredValue } from '../session/stored-value.ts';
import { en } from '../strings/en.ts';

export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'zh-CN', name: '简体中文' },
] as const;

export type Language = (typeof LANGUAGES)[number]['code'];

/** The language to begin with: the one chosen before, else the browser's first that there is. */
export function chooseLanguage(chosen: string | null, wanted: readonly string[]): Language {
  const exact = LANGUAGES.find(({ code }) => code === chosen);
  if (exact !== undefined) return exact.code;
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0];
    if (base === 'zh') return 'zh-CN';
    if (base === 'en') return 'en';
  }
  return 'en';
}

/**
 * Sets up i18next with the page's own strings; those of other languages than English come when they are chosen.
 * A screen that loads later adds its own by `addStrings`.
 */
export async function createI18n(language: StoredValue<Language>): Promise<i18n> {
  const instance = createInstance();
  await instance.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    partialBundledLanguages: true,
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
  const follow = async () => {
    const chosen = language.get();
    await bringStrings(instance, chosen);
    if (language.get() !== chosen) return;
    document.documentElement.lang = chosen;
    await instance.changeLanguage(chosen);
  };
  language.subscribe(() => void follow());
  await follow();
  return instance;
}

async function bringStrings(instance: i18n, language: Language): Promise<void> {
  if (instance.hasResourceBundle(language, 'translation')) return;
  const { zhCN } = await import('../strings/zh-cn.ts');
  instance.addResourceBundle('zh-CN', 'translation', zhCN);
}

/** The strings of one screen in all languages, with the same keys in each. */
export interface Strings {
  readonly en: object;
  readonly 'zh-CN': object;
}

/** Adds a screen's strings as a namespace of their own. */
export function addStrings(instance: i18n, namespace: string, strings: Strings): void {
  for (const { code } of LANGUAGES) instance.addResourceBundle(code, namespace, strings[code], true, true);
}
