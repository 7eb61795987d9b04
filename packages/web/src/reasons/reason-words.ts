import { useTranslation } from 'react-i18next';
import type { ReasonTold } from '../api/reasons.ts';
import { zhCN } from './strings/zh-cn.ts';

/** Why something doesn't work and what to do about it, each '' where there is nothing to say. */
export interface ReasonWords {
  readonly reason: string;
  readonly remedy: string;
}

const TABLES: Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>> = {
  'zh-CN': zhCN,
};

/** The page's own words for a reason in a language, or the gateway's where there are none. */
export function wordsFor({ reason, remedy, code, params }: ReasonTold, language: string): ReasonWords {
  const table = TABLES[language];
  const own = table !== undefined && Object.hasOwn(table, code) ? table[code] : undefined;
  if (own === undefined) return { reason, remedy };
  return { reason: filled(own[0], params), remedy: filled(own[1], params) };
}

/** `wordsFor` in the language of the page. */
export function useReasonWords(): (told: ReasonTold) => ReasonWords {
  const { i18n } = useTranslation();
  return (told) => wordsFor(told, i18n.language);
}

function filled(text: string, params: ReasonTold['params']): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => params.get(name) ?? '…');
}
