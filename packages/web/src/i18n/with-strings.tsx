import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { addStrings, type Strings } from './i18n.ts';

interface WithStringsProps {
  readonly namespace: string;
  readonly strings: Strings;
  readonly children: ReactNode;
}

/** Gives the screens inside a namespace of strings that came with their own part of the bundle. */
export function WithStrings({ namespace, strings, children }: WithStringsProps) {
  const { i18n } = useTranslation();
  if (!i18n.hasResourceBundle('en', namespace)) addStrings(i18n, namespace, strings);
  return children;
}
