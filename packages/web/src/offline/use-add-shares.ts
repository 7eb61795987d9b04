import { useNavigate } from '@tanstack/react-router';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Text with shares in it, for the page that adds them. Kept out of the address: it may hold pass codes. */
    readonly shares?: string;
  }
}

/** Leads to the page that adds shares, with what is to be added. */
export function useAddShares(): (text: string) => void {
  const navigate = useNavigate();
  return (text) => void navigate({ to: '/shares/import', state: { shares: text } });
}
