import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ImportProgress } from '../../api/shares.ts';
import { useFormat } from '../../format/use-format.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { useWords } from '../use-words.ts';
import { ImportRowLine } from './import-row.tsx';
import type { Import } from './use-import.ts';

/** Rows that are drawn before somebody asks for more. */
const PAGE = 200;

/** What a dry run found, how far it is, and adding it. */
export function ImportTable({ work, progress }: { work: Import; progress: ImportProgress }) {
  const { t } = useWords();
  const [shown, setShown] = useState(PAGE);
  return (
    <div className="flex flex-col">
      <Head work={work} progress={progress} />
      <table className="w-full table-fixed" aria-label={t('import.table')}>
        <thead className="text-left text-sm text-muted">
          <tr className="border-b border-line">
            <th className="px-4 py-2 font-normal sm:px-5">{t('import.name')}</th>
            <th className="w-28 px-2 py-2 font-normal">{t('import.code')}</th>
            <th className="w-24 py-2 pr-3 text-right font-normal max-sm:hidden">{t('import.size')}</th>
            <th className="w-96 py-2 font-normal max-sm:w-36">{t('import.state')}</th>
          </tr>
        </thead>
        <tbody>
          {progress.rows.slice(0, shown).map((row) => (
            <ImportRowLine key={row.index} row={row} onEdit={(edit) => work.edit(row, edit)} />
          ))}
        </tbody>
      </table>
      {progress.rows.length > shown && (
        <Button className="m-4 self-center" onClick={() => setShown(shown + PAGE)}>
          {t('more')}
        </Button>
      )}
      <LeftOut progress={progress} />
    </div>
  );
}

function Head({ work, progress }: { work: Import; progress: ImportProgress }) {
  const { t } = useWords();
  const format = useFormat();
  const { state, total, lookedAt, good, pausedUntil } = progress;
  const numbers = { done: format.number(lookedAt), total: format.number(total) };
  const counted = (count: number) => ({ count, formatted: format.number(count) });
  const running = state === 'running';
  const bad = progress.rows.filter((row) => !['ok', 'added', 'mounted'].includes(row.state)).length;
  const summary = bad > 0 ? t('import.bad', counted(bad)) : '';
  const words = running
    ? t('import.progress', numbers)
    : state === 'cancelled'
      ? t('import.stopped', numbers)
      : work.added !== undefined
        ? t('import.added', counted(work.added))
        : summary;
  return (
    <div className="sticky top-0 z-10 flex flex-col gap-2 border-b border-line bg-surface px-4 py-3 sm:px-5">
      <div className="flex flex-wrap items-center gap-2">
        <p role="status" className="figures min-w-40 flex-1">
          {words}
          {pausedUntil !== undefined && (
            <span className="block text-sm text-warn">
              {t('import.paused', { time: format.moment(pausedUntil) })}
            </span>
          )}
        </p>
        {running && <Button onClick={work.stop}>{t('import.stop')}</Button>}
        {!running && work.added !== undefined && (
          <Link to="/shares" className={buttonClass('secondary')}>
            {t('import.to_shares')}
          </Link>
        )}
        {!running && bad > 0 && (
          <Button disabled={work.busy} onClick={() => work.commit('all')}>
            {t('import.add_all')}
          </Button>
        )}
        {(good > 0 || work.added === undefined) && (
          <Button
            tone="primary"
            disabled={work.busy || running || good === 0}
            onClick={() => work.commit('good')}
          >
            {good === 0 && !running ? t('import.none_good') : t('import.add_good', counted(good))}
          </Button>
        )}
      </div>
      {running && (
        <progress
          value={lookedAt}
          max={Math.max(1, total)}
          aria-label={t('import.progress', numbers)}
          className="h-1.5 w-full overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent"
        />
      )}
      {work.error !== undefined && (
        <p role="alert" className="text-sm text-bad">
          {work.error.message.includes('not known any more')
            ? t('import.lost')
            : t('action_failed', { reason: work.error.message })}
        </p>
      )}
    </div>
  );
}

/** Links that are no shares, and those that came twice: nothing that was pasted goes without a word. */
function LeftOut({ progress: { unusable, repeated } }: { progress: ImportProgress }) {
  const { t } = useWords();
  const format = useFormat();
  const counted = (count: number) => ({ count, formatted: format.number(count) });
  if (unusable.length === 0 && repeated === 0) return null;
  return (
    <div className="flex flex-col gap-1 px-4 py-3 text-sm text-muted sm:px-5">
      {repeated > 0 && <p>{t('import.repeated', counted(repeated))}</p>}
      {unusable.length > 0 && <p>{t('import.unusable', counted(unusable.length))}</p>}
      <ul className="list-disc pl-5">
        {unusable.slice(0, 50).map(({ address, line }) => (
          <li key={`${line} ${address}`} className="wrap-anywhere">
            {address} ({t('import.unusable_line', { line })})
          </li>
        ))}
      </ul>
    </div>
  );
}
