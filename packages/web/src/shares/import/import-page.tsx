import { Button } from '../../ui/button.tsx';
import { TitleBar } from '../../frame/top-bar.tsx';
import { useWords } from '../use-words.ts';
import { ImportForm } from './import-form.tsx';
import { ImportTable } from './import-table.tsx';
import { useImport } from './use-import.ts';

/** Adding shares by the hundred: paste, look, put right, add. */
export function ImportPage() {
  const { t } = useWords();
  const work = useImport();
  const { progress, busy, error } = work;
  const isEmpty = progress !== undefined && progress.total === 0;
  const showsTable = progress !== undefined && !isEmpty;
  const words = isEmpty
    ? t('import.nothing')
    : error === undefined
      ? undefined
      : t('import.failed', { reason: error.message });
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TitleBar
        title={t('import.title')}
        actions={showsTable && <Button onClick={work.reset}>{t('import.again')}</Button>}
      />
      <div className="min-h-0 flex-1 overflow-auto">
        {/* The form stays, unseen, so that what was pasted is there again. */}
        <div hidden={showsTable}>
          <ImportForm busy={busy} error={words} onStart={work.start} />
        </div>
        {showsTable && <ImportTable work={work} progress={progress} />}
      </div>
    </div>
  );
}
