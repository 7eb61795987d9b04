import { useQuery } from '@tanstack/react-query';
import { useWords } from './use-words.ts';
import { fileTextQuery } from './file-text.ts';
import { ViewerFailure } from './viewer-failure.tsx';
import { ViewerWait } from './viewer-wait.tsx';
import type { FileViewProps } from './viewer-props.ts';

/** A text file as it is. */
export default function TextViewer({ file }: FileViewProps) {
  const { t } = useWords();
  const { data, error } = useQuery(fileTextQuery(file));
  if (error !== null) return <ViewerFailure message={t('text_failed')} hint={t('try_later')} file={file} />;
  if (data === undefined) return <ViewerWait />;
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      {data.cut && <p className="px-6 pt-4 text-[13px] opacity-75">{t('text_cut')}</p>}
      <pre className="px-6 py-4 font-mono text-[13px] leading-5 break-words whitespace-pre-wrap">
        {data.text}
      </pre>
    </div>
  );
}
