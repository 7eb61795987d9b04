import { useTranslation } from 'react-i18next';

/** The words of the trash; they are loaded with it. */
export function useWords() {
  return useTranslation('trash');
}
