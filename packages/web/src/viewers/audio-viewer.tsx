import { Music } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWords } from './use-words.ts';
import { gatewayUrl } from '../api/file-links.ts';
import { ViewerFailure } from './viewer-failure.tsx';
import type { FileViewProps } from './viewer-props.ts';

/** Pictures that lie beside music and show its cover, best first. */
const COVER_NAMES = /^(cover|folder|front|album)\.(jpe?g|png|webp)$/i;

/** A track, with the cover that lies beside it; at its end the folder's next track plays. */
export default function AudioViewer({ file, siblings, onOpen }: FileViewProps) {
  const { t } = useWords();
  const [failed, setFailed] = useState(false);
  const url = gatewayUrl(file);
  const tracks = siblings.filter(({ kind }) => kind === 'audio');
  const position = tracks.findIndex(({ name }) => name === file.name);
  const next = position < 0 ? undefined : tracks[position + 1];
  const cover = siblings.find(({ name }) => COVER_NAMES.test(name));

  useEffect(() => setFailed(false), [url]);

  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-6 p-6">
      {cover === undefined ? (
        <div className="grid size-56 place-items-center rounded-xl bg-current/5">
          <Music aria-hidden className="size-20 opacity-40" />
        </div>
      ) : (
        <img src={gatewayUrl(cover)} alt="" className="size-56 rounded-xl object-cover" />
      )}
      {failed ? (
        <ViewerFailure message={t('audio_failed')} hint={t('film_failed_hint')} file={file} />
      ) : (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- music has no captions to offer
        <audio
          key={url}
          src={url}
          controls
          autoPlay
          preload="metadata"
          aria-label={file.name}
          className="w-full max-w-xl"
          onError={() => setFailed(true)}
          onEnded={() => next !== undefined && onOpen(next.name)}
        />
      )}
      {next !== undefined && (
        <p className="text-[13px] opacity-70">
          {t('next_track')} <bdi>{next.name}</bdi>
        </p>
      )}
    </div>
  );
}
