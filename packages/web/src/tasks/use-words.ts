import { useTranslation } from 'react-i18next';

/** The words of the screens about tasks; they are loaded with the screens. */
export function useWords() {
  return useTranslation('tasks');
}
