import { useTranslation } from 'react-i18next';

/** The words of moving, copying and renaming; they are loaded with their dialogs. */
export function useWords() {
  return useTranslation('arranging');
}
