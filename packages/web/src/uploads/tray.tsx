import { ChevronDown, ChevronUp, CircleAlert, CircleCheck, RotateCw, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';
import { WithStrings } from '../i18n/with-strings.tsx';
import { baseName } from '../tree/tree-path.ts';
import { Button, IconButton } from '../ui/button.tsx';
import type { UploadItem, UploadQueue } from './queue.ts';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';

interface TrayProps {
  readonly queue: UploadQueue;
  readonly items: readonly UploadItem[];
}

/** Rows drawn at most; what is done goes first from the list's end. */
const MOST_ROWS = 200;

/** What is being uploaded, at the lower edge of every page. */
export default function Tray(props: TrayProps) {
  return (
    <WithStrings namespace="uploads" strings={{ en, 'zh-CN': zhCN }}>
      <TrayPanel {...props} />
    </WithStrings>
  );
}

function TrayPanel({ queue, items }: TrayProps) {
  const { t } = useTranslation('uploads');
  const format = useFormat();
  const [folded, setFolded] = useState(false);
  const running = items.filter(
    ({ state }) => state === 'waiting' || state === 'sending' || state === 'storing',
  );
  const stuck = items.filter(({ state }) => state === 'failed' || state === 'taken');
  const words = (count: number) => ({ count, formatted: format.number(count) });
  const title =
    running.length > 0
      ? t('under_way', words(running.length))
      : stuck.length > 0
        ? t('stuck', words(stuck.length))
        : t('all_done');
  const open = items.some(({ state }) => state !== 'done' && state !== 'failed');
  return (
    <section
      aria-label={t('tray')}
      className="fixed right-4 bottom-36 z-30 flex max-h-[50dvh] w-[min(24rem,calc(100vw-2rem))] animate-rise flex-col rounded-panel border border-line bg-raised shadow-float md:bottom-28"
    >
      <header className="flex items-center gap-1 py-1 pr-1 pl-4">
        <p role="status" className="min-w-0 flex-1 truncate font-medium">
          {title}
        </p>
        <IconButton
          label={t(folded ? 'unfold' : 'fold')}
          aria-expanded={!folded}
          icon={folded ? <ChevronUp size={20} /> : <ChevronDown size={20} />}
          onClick={() => setFolded(!folded)}
        />
        {!open && (
          <IconButton
            label={t('close')}
            icon={<X size={20} />}
            onClick={() => {
              for (const { id } of items) queue.cancel(id);
            }}
          />
        )}
      </header>
      {!folded && <TakenBar queue={queue} items={items} />}
      {!folded && (
        <ul className="min-h-0 overflow-auto border-t border-line">
          {[...items]
            .sort((a, b) => rank(a) - rank(b))
            .slice(0, MOST_ROWS)
            .map((item) => (
              <Row key={item.id} queue={queue} item={item} />
            ))}
        </ul>
      )}
    </section>
  );
}

/** What wants an answer first, then what runs, then what waits. */
function rank({ state }: UploadItem): number {
  return ['taken', 'failed', 'storing', 'sending', 'waiting', 'done'].indexOf(state);
}

/** One answer for all whose names are taken. */
function TakenBar({ queue, items }: TrayProps) {
  const { t } = useTranslation('uploads');
  if (items.filter(({ state }) => state === 'taken').length < 2) return null;
  return (
    <div className="flex justify-end gap-2 px-3 pb-2">
      <Button onClick={() => queue.skip()}>{t('skip_all')}</Button>
      <Button onClick={() => queue.replace()}>{t('replace_all')}</Button>
    </div>
  );
}

function Row({ queue, item }: { queue: UploadQueue; item: UploadItem }) {
  const { t } = useTranslation('uploads');
  const { id, path, size, sent, state } = item;
  const name = baseName(path);
  const ended = state === 'done' || state === 'failed';
  return (
    <li className="flex flex-col gap-1 border-b border-line py-2 pr-1 pl-4 last:border-b-0">
      <div className="flex items-center gap-2">
        {state === 'done' && <CircleCheck size={16} aria-hidden className="shrink-0 text-good" />}
        {(state === 'failed' || state === 'taken') && (
          <CircleAlert size={16} aria-hidden className="shrink-0 text-bad" />
        )}
        <span className="min-w-0 flex-1 truncate" title={path}>
          {name}
        </span>
        {state === 'failed' && (
          <IconButton label={t('retry')} icon={<RotateCw size={18} />} onClick={() => queue.retry(id)} />
        )}
        {state !== 'taken' && (
          <IconButton
            label={ended ? t('remove') : t('stop', { name })}
            icon={<X size={18} />}
            onClick={() => queue.cancel(id)}
          />
        )}
      </div>
      {(state === 'sending' || state === 'storing') && (
        <progress
          aria-label={name}
          max={Math.max(1, size)}
          value={state === 'storing' ? undefined : sent}
          className="h-1 w-[calc(100%-0.75rem)] accent-accent"
        />
      )}
      <Words item={item} />
      {state === 'taken' && (
        <div className="flex justify-end gap-2 pr-3">
          <Button onClick={() => queue.skip(id)}>{t('skip')}</Button>
          <Button onClick={() => queue.replace(id)}>{t('replace')}</Button>
        </div>
      )}
    </li>
  );
}

function Words({ item }: { item: UploadItem }) {
  const { t } = useTranslation('uploads');
  const format = useFormat();
  const { state, sent, size, reason = '' } = item;
  if (state === 'failed') return <p className="pr-3 text-sm text-bad wrap-anywhere">{reason}</p>;
  const words =
    state === 'sending' ? t('sending', { sent: format.size(sent), size: format.size(size) }) : t(state);
  return <p className="figures pr-3 text-sm text-muted">{words}</p>;
}
