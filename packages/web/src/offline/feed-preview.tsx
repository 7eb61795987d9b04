import { useMutation } from '@tanstack/react-query';
import { Check, Minus } from 'lucide-react';
import { type FeedFilter, previewFeed } from '../api/feeds.ts';
import { useFormat } from '../format/use-format.ts';
import { useApi } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { useWords } from './use-words.ts';

/** Items that are drawn; feeds put the newest first. */
const MOST_DRAWN = 50;

/** Asks for what a feed holds, and shows which of it would be taken. */
export function FeedPreview({ filter }: { filter: FeedFilter }) {
  const { t } = useWords();
  const format = useFormat();
  const api = useApi();
  const look = useMutation({ mutationFn: () => previewFeed(api, filter) });
  const taken = look.data?.filter((item) => item.taken).length ?? 0;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={filter.url === '' || look.isPending} onClick={() => look.mutate()}>
          {t('feed.preview')}
        </Button>
        <p role="status" className="text-sm text-muted">
          {look.isPending && t('feed.looking')}
          {look.data !== undefined &&
            t('feed.found', { taken: format.number(taken), all: format.number(look.data.length) })}
        </p>
      </div>
      {look.error !== null && (
        <p role="alert" className="text-sm text-pretty text-bad wrap-anywhere">
          {look.error.message}
        </p>
      )}
      {look.data !== undefined && look.data.length > 0 && (
        <ul className="max-h-48 overflow-auto rounded-control border border-line text-sm">
          {look.data.slice(0, MOST_DRAWN).map((item, index) => (
            // A feed may hold one title twice.
            <li key={`${index} ${item.title}`} className="flex items-start gap-2 px-3 py-1.5">
              {item.taken ? (
                <Check size={16} aria-label={t('feed.taken')} className="mt-0.5 shrink-0 text-good" />
              ) : (
                <Minus size={16} aria-label={t('feed.not_taken')} className="mt-0.5 shrink-0 text-muted" />
              )}
              <span className="min-w-0 flex-1 wrap-anywhere">{item.title}</span>
              {item.size > 0 && <span className="figures text-muted">{format.size(item.size)}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
