import { useTranslation } from 'react-i18next';

/** The words of the app passwords; they are loaded with the screen. */
export function useWords() {
  return useTranslation('app-passwords');
}
