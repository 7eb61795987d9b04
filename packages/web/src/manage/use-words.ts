import { useTranslation } from 'react-i18next';

/** The words of the management screens; they are loaded with the screens. */
export function useWords() {
  return useTranslation('manage');
}
