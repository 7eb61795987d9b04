import type { Setting } from '../../api/settings.ts';
import { isKnown } from './arrange.ts';
import { useWords } from './use-words.ts';

export interface SettingWords {
  readonly label: string;
  readonly help: string;
}

/** What a setting is called and does; one that the page doesn't know goes by its key and the gateway's words. */
export function useSettingWords(): (setting: Setting) => SettingWords {
  const { t } = useWords();
  return ({ key, help }) =>
    isKnown(key)
      ? { label: t(`fields.${key}.label`), help: t(`fields.${key}.help`) }
      : { label: key.replaceAll('_', ' '), help };
}
