import { useTranslation } from 'react-i18next';

/** The words of the folder picker; they are loaded with it. */
export function useWords() {
  return useTranslation('picker');
}
