import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useFormat } from '../format/use-format.ts';
import { IconButton } from '../ui/button.tsx';
import { useWords } from './use-words.ts';

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly onChange: (page: number) => void;
}

/** Leads through pages, the newest first. */
export function Pager({ page, pages, onChange }: PagerProps) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <nav aria-label={t('pages')} className="flex items-center justify-center gap-2 p-3">
      <IconButton
        label={t('previous')}
        icon={<ChevronLeft size={20} />}
        disabled={page <= 1}
        onClick={() => onChange(page - 1)}
      />
      <p role="status" className="figures text-sm text-muted">
        {t('page', { page: format.number(page), pages: format.number(pages) })}
      </p>
      <IconButton
        label={t('next')}
        icon={<ChevronRight size={20} />}
        disabled={page >= pages}
        onClick={() => onChange(page + 1)}
      />
    </nav>
  );
}
