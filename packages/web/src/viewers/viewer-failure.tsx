import { useWords } from './use-words.ts';
import type { Entry } from '../api/entries.ts';
import { saveUrl } from '../api/file-links.ts';

interface ViewerFailureProps {
  readonly message: string;
  readonly hint: string;
  readonly file: Entry;
}

/** Says why a file is not shown, and offers it for download. */
export function ViewerFailure({ message, hint, file }: ViewerFailureProps) {
  const { t } = useWords();
  return (
    <div role="alert" className="flex max-w-md flex-col items-center gap-3 p-6 text-center">
      <p className="text-[15px] font-medium">{message}</p>
      <p className="text-[13px] opacity-75">{hint}</p>
      <a
        className="rounded-lg border border-current/25 px-4 py-2 text-[14px] hover:bg-current/10"
        href={saveUrl(file)}
        download={file.name}
      >
        {t('download')}
      </a>
    </div>
  );
}
