import { useTranslation } from 'react-i18next';

/** The words of the settings; they are loaded with them. */
export function useWords() {
  return useTranslation('settings');
}
