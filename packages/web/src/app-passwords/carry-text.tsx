import { Copy } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { useToasts } from '../ui/toaster.tsx';
import { useWords } from './use-words.ts';

/** A text to be carried over into another program: large, selectable, with a button that copies it. */
export function CarryText({ text, label }: { text: string; label: string }) {
  const { t } = useWords();
  const toasts = useToasts();
  const copy = async (): Promise<void> => {
    const done = await copyText(text);
    toasts.show(t(done ? 'copied' : 'copy_failed'), done ? 'plain' : 'bad');
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <output
        aria-label={label}
        className="min-w-0 flex-1 rounded-control border border-line bg-canvas px-3 py-2 font-mono text-lg wrap-anywhere select-all"
      >
        {text}
      </output>
      <Button onClick={() => void copy()}>
        <Copy aria-hidden size={16} />
        {t('copy')}
      </Button>
    </div>
  );
}
