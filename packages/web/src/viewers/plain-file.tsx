import type { EntryDetails } from '../api/entries.ts';
import { EntryIcon } from '../files/entry-icon.tsx';
import { FileActions } from '../files/file-actions.tsx';
import { useFormat } from '../format/use-format.ts';
import { useWords } from './use-words.ts';

/** A file that has no viewer: what it is, and the ways to have it. */
export function PlainFile({ file }: { file: EntryDetails }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <section className="flex h-full flex-col items-center justify-center gap-3 overflow-auto p-6 text-center">
      <EntryIcon entry={file} size={64} />
      <h2 className="max-w-xl text-xl font-semibold wrap-anywhere whitespace-pre-wrap">{file.name}</h2>
      <p className="figures text-muted">{format.size(file.size)}</p>
      <p className="max-w-sm text-pretty text-muted">{t('none')}</p>
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        <FileActions file={file} />
      </div>
    </section>
  );
}
