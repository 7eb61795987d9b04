import { useTranslation } from 'react-i18next';

/** The viewers' words; they are loaded with the viewers. */
export function useWords() {
  return useTranslation('viewers');
}
