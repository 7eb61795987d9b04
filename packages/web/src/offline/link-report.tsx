import { useFormat } from '../format/use-format.ts';
import type { FoundLinks } from '../links/links.ts';
import { useIsAdmin } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { useAddShares } from './use-add-shares.ts';
import { useKinds } from './use-kinds.ts';
import { useWords } from './use-words.ts';

interface LinkReportProps {
  readonly found: FoundLinks;
  readonly text: string;
  readonly onClose: () => void;
}

/** What was found in the field: links by kind, lines without one, shares and what to do with those. */
export function LinkReport({ found: { links, unusable }, text, onClose }: LinkReportProps) {
  const { t } = useWords();
  const format = useFormat();
  const admin = useIsAdmin();
  const addShares = useAddShares();
  const kinds = useKinds();
  const shares = links.filter(({ kind }) => kind === 'share').length;
  const counted = (count: number) => ({ count, formatted: format.number(count) });
  return (
    <div role="status" className="flex flex-col items-start gap-1">
      <p>{links.length === 0 ? t('links_help') : t('found', { list: kinds(links) })}</p>
      {unusable.length > 0 && (
        <p className="text-warn wrap-anywhere">
          {t('unusable', { ...counted(unusable.length), line: shortened(unusable[0] ?? '') })}
        </p>
      )}
      {shares > 0 && (
        <p className="flex flex-wrap items-center gap-2">
          {t(admin ? 'shares_here' : 'shares_admins')}
          {admin && (
            <Button
              onClick={() => {
                onClose();
                addShares(text);
              }}
            >
              {t('add_shares', counted(shares))}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

const MOST_SHOWN = 60;

function shortened(line: string): string {
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
}
