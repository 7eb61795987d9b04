import { ChevronLeft, ChevronRight } from 'lucide-react';
import PhotoSwipe from 'photoswipe';
import { useEffect, useState } from 'react';
import { useWords } from './use-words.ts';
import type { Entry } from '../api/entries.ts';
import { gatewayUrl } from '../api/file-links.ts';
import { ViewerFailure } from './viewer-failure.tsx';
import type { FileViewProps } from './viewer-props.ts';

/** A picture with the folder's others a step away. A press opens it in full for zooming. */
export default function ImageViewer({ file, siblings, onOpen }: FileViewProps) {
  const { t } = useWords();
  const [failed, setFailed] = useState(false);
  const url = gatewayUrl(file);
  const { previous, next } = neighbours(file, siblings);

  useEffect(() => setFailed(false), [url]);
  useArrowKeys(previous, next, onOpen);

  return (
    <div className="relative flex min-h-0 flex-1 items-center justify-center p-2">
      {failed ? (
        <ViewerFailure message={t('image_failed')} hint={t('image_failed_hint')} file={file} />
      ) : (
        <button
          type="button"
          aria-label={t('zoom')}
          className="flex h-full max-h-full min-h-0 w-full cursor-zoom-in items-center justify-center"
          onClick={(event) => openZoom(url, event.currentTarget.querySelector('img'))}
        >
          <img
            key={url}
            src={url}
            alt={file.name}
            className="max-h-full max-w-full object-contain"
            onError={() => setFailed(true)}
          />
        </button>
      )}
      {previous !== undefined && (
        <StepButton side="left" label={t('previous')} onPress={() => onOpen(previous.name)} />
      )}
      {next !== undefined && <StepButton side="right" label={t('next')} onPress={() => onOpen(next.name)} />}
    </div>
  );
}

interface StepButtonProps {
  readonly side: 'left' | 'right';
  readonly label: string;
  readonly onPress: () => void;
}

function StepButton({ side, label, onPress }: StepButtonProps) {
  const Icon = side === 'left' ? ChevronLeft : ChevronRight;
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onPress}
      className={`absolute top-1/2 ${side === 'left' ? 'left-3' : 'right-3'} grid size-11 -translate-y-1/2 place-items-center rounded-full bg-scrim text-[#fff] hover:opacity-85`}
    >
      <Icon aria-hidden className="size-6" />
    </button>
  );
}

/** The pictures before and behind `file` in its folder. */
export function neighbours(
  file: Pick<Entry, 'name'>,
  siblings: readonly Entry[],
): { previous: Entry | undefined; next: Entry | undefined } {
  const pictures = siblings.filter(({ kind }) => kind === 'image');
  const position = pictures.findIndex(({ name }) => name === file.name);
  if (position < 0) return { previous: undefined, next: undefined };
  return { previous: pictures[position - 1], next: pictures[position + 1] };
}

function useArrowKeys(
  previous: Entry | undefined,
  next: Entry | undefined,
  onOpen: (name: string) => void,
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector('.pswp--open') !== null)
        return;
      const target = event.key === 'ArrowLeft' ? previous : event.key === 'ArrowRight' ? next : undefined;
      if (target === undefined) return;
      event.preventDefault();
      onOpen(target.name);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [previous, next, onOpen]);
}

/** Opens the picture that is shown already, at its own size; until it has loaded there is nothing to zoom. */
function openZoom(url: string, image: HTMLImageElement | null): void {
  if (image === null || image.naturalWidth === 0) return;
  const slide = { src: url, width: image.naturalWidth, height: image.naturalHeight, element: image };
  new PhotoSwipe({ dataSource: [slide], index: 0, bgOpacity: 0.95, showHideAnimationType: 'fade' }).init();
}
