import { useMutation } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readRecord, readText } from '../api/read.ts';
import { WithStrings } from '../i18n/with-strings.tsx';
import { useApi } from '../session/session.tsx';
import { baseName, parentOf, type TreePath } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useToasts } from '../ui/toaster.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';

/** What a share can be made for, in days; 0 for good. */
const SPANS = [0, 1, 7, 30] as const;

export interface ShareDialogProps {
  /** What is to be opened to others, relative to the user's base path. */
  readonly path: TreePath;
  readonly onClose: () => void;
}

/** Opens a file or folder to others by a link of its cloud, and hands the link over. */
export function ShareDialog(props: ShareDialogProps) {
  return (
    <WithStrings namespace="share-out" strings={{ en, 'zh-CN': zhCN }}>
      <Steps {...props} />
    </WithStrings>
  );
}

interface Wish {
  readonly days: number;
  readonly withCode: boolean;
}

function Steps({ path, onClose }: ShareDialogProps) {
  const { t } = useWords();
  const api = useApi();
  const make = useMutation({
    mutationFn: async ({ days, withCode }: Wish) => {
      const limits = { ...(days === 0 ? {} : { days }), make_pass_code: withCode };
      const body = { dir: parentOf(path), names: [baseName(path)], ...limits };
      const made = readRecord(await api('/fs/share/create', { body }));
      return { url: readText(made['url']), code: readText(made['pass_code']) };
    },
  });
  return (
    <Dialog title={t('title', { name: baseName(path) })} closeLabel={t('close')} onClose={onClose}>
      <div className="flex flex-col gap-4 p-5">
        {make.data === undefined ? (
          <Wishes onMake={make.mutate} busy={make.isPending} problem={make.error?.message} />
        ) : (
          <Made {...make.data} onClose={onClose} />
        )}
      </div>
    </Dialog>
  );
}

interface WishesProps {
  readonly onMake: (wish: Wish) => void;
  readonly busy: boolean;
  readonly problem: string | undefined;
}

function Wishes({ onMake, busy, problem }: WishesProps) {
  const { t } = useWords();
  const id = useId();
  const [wish, setWish] = useState<Wish>({ days: 0, withCode: true });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onMake(wish);
      }}
    >
      <p className="text-pretty text-muted">{t('text')}</p>
      <div className="flex flex-col gap-1.5">
        <label htmlFor={id} className="font-medium">
          {t('lasts')}
        </label>
        <select
          id={id}
          value={wish.days}
          onChange={(event) => setWish({ ...wish, days: Number(event.target.value) })}
          className="h-10 w-full rounded-control border border-line bg-surface px-3 touch:h-12"
        >
          {SPANS.map((days) => (
            <option key={days} value={days}>
              {days === 0 ? t('for_good') : t('days', { count: days })}
            </option>
          ))}
        </select>
      </div>
      <label className="flex min-h-9 items-center gap-3 touch:min-h-11">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent touch:size-5"
          checked={wish.withCode}
          onChange={(event) => setWish({ ...wish, withCode: event.target.checked })}
        />
        <span className="font-medium">{t('with_code')}</span>
      </label>
      {problem !== undefined && (
        <p role="alert" className="text-bad">
          {problem}
        </p>
      )}
      <Button tone="primary" type="submit" className="self-end" disabled={busy}>
        {t(busy ? 'making' : 'make')}
      </Button>
    </form>
  );
}

function Made({ url, code, onClose }: { url: string; code: string; onClose: () => void }) {
  const { t } = useWords();
  const toasts = useToasts();
  const copy = async (): Promise<void> => {
    const done = await copyText(code === '' ? url : `${url} ${t('code')}: ${code}`);
    toasts.show(t(done ? 'copied' : 'copy_failed'), done ? 'plain' : 'bad');
  };
  return (
    <>
      <p role="status">{t('made')}</p>
      <Carried label={t('link')} text={url} />
      {code !== '' && <Carried label={t('code')} text={code} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => void copy()}>
          <Copy aria-hidden size={16} />
          {t(code === '' ? 'copy' : 'copy_both')}
        </Button>
        <Button tone="primary" onClick={onClose}>
          {t('done')}
        </Button>
      </div>
    </>
  );
}

function Carried({ label, text }: { label: string; text: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <span className="font-medium">{label}</span>
      <output
        aria-label={label}
        className="rounded-control border border-line bg-canvas px-3 py-2 font-mono wrap-anywhere select-all"
      >
        {text}
      </output>
    </div>
  );
}

function useWords() {
  return useTranslation('share-out');
}
