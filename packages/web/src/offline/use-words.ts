import { useTranslation } from 'react-i18next';

/** The words of the dialog for links; they are loaded with it. */
export function useWords() {
  return useTranslation('offline');
}
