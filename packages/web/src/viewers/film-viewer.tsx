import Artplayer from 'artplayer';
import { useEffect, useRef, useState } from 'react';
import { useWords } from './use-words.ts';
import type { EntryDetails } from '../api/entries.ts';
import { gatewayUrl, partUrl, playUrl, variantUrl } from '../api/file-links.ts';
import { useFormat } from '../format/use-format.ts';
import { CutFilm } from './cut-film.tsx';
import { languageOfPlayer } from './player-language.ts';
import { type Subtitle, subtitlesOf } from './subtitles.ts';
import type { FileViewProps } from './viewer-props.ts';
import { ViewerFailure } from './viewer-failure.tsx';

/** A film. One that its cloud cuts for visitors is offered first to be saved, or to be played as far as it goes. */
export default function FilmViewer({ file }: FileViewProps) {
  const [part, setPart] = useState(false);
  const { cut } = file;
  if (cut !== undefined && cut.whole !== 'saved' && !part) {
    return <CutFilm file={file} cut={cut} onPlayPart={() => setPart(true)} />;
  }
  return <Film file={file} part={part} />;
}

/**
 * With its subtitles, seeking and speed. The bytes come by the storage's policy, and through the gateway where that fails.
 * @param part plays what there is of a film that is cut
 */
function Film({ file, part }: { file: EntryDetails; part: boolean }) {
  const { i18n, t } = useWords();
  const frame = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const subtitles = subtitlesOf(file, file.related);
  const format = useFormat();
  const resolutions = file.variants.map((variant) => ({
    default: variant.preferred,
    html: escapeText(
      [
        variant.original ? t('original') : variant.name,
        ...(variant.size > 0 ? [format.size(variant.size)] : []),
      ].join(' · '),
    ),
    url: variantUrl(file, variant),
  }));
  const url = resolutions.find((one) => one.default)?.url ?? (part ? partUrl(file) : playUrl(file));
  const resolutionKey = resolutions.map((one) => one.html + one.url).join('\n');
  const subtitleKey = subtitles.map(({ file }) => file.fullPath).join('\n');
  const [direct, throughGateway] = [playUrl(file), gatewayUrl(file)];
  const off = t('subtitles_off');
  const heading = t('subtitles');

  // The player is made anew for another film or other subtitles, not for each new array of the same ones.
  useEffect(() => {
    const container = frame.current;
    if (container === null) return;
    setFailed(false);
    const player = createPlayer(
      container,
      { url, subtitles, resolutions },
      { language: i18n.language, off, heading },
    );
    let fallback = url === direct ? throughGateway : undefined;
    player.on('video:error', () => {
      // Sent to the cloud it may fail where the gateway does not: another network, a blocked host.
      if (fallback === undefined) setFailed(true);
      else player.url = fallback;
      fallback = undefined;
    });
    player.on('video:loadedmetadata', () => setFailed(false));
    // Browsers begin by themselves only when they think that they will get to the end.
    if (part) player.on('video:canplay', () => void (player.currentTime === 0 && player.play()));
    return () => player.destroy(false);
  }, [url, direct, throughGateway, subtitleKey, resolutionKey, part, i18n.language, off, heading]);

  return (
    <div className="relative flex min-h-0 flex-1 bg-canvas">
      <div ref={frame} className="min-h-0 w-full flex-1" data-testid="film" />
      {failed && (
        <div className="absolute inset-0 grid place-items-center bg-canvas/85 p-6">
          <ViewerFailure message={t('film_failed')} hint={t('film_failed_hint')} file={file} />
        </div>
      )}
    </div>
  );
}

interface PlayerWords {
  readonly language: string;
  readonly off: string;
  readonly heading: string;
}

interface Film {
  readonly url: string;
  readonly subtitles: readonly Subtitle[];
  /** For the player's menu, when there is a choice. */
  readonly resolutions: readonly { readonly default: boolean; readonly html: string; readonly url: string }[];
}

function createPlayer(
  container: HTMLDivElement,
  { url, subtitles, resolutions }: Film,
  words: PlayerWords,
): Artplayer {
  const [first] = subtitles;
  return new Artplayer({
    container,
    url,
    theme: 'var(--accent)',
    lang: languageOfPlayer(words.language),
    autoplay: true,
    autoOrientation: true,
    fastForward: true,
    fullscreen: true,
    hotkey: true,
    lock: true,
    pip: true,
    playbackRate: true,
    playsInline: true,
    setting: true,
    subtitleOffset: subtitles.length > 0,
    moreVideoAttr: { preload: 'metadata' },
    ...(resolutions.length > 1 ? { quality: [...resolutions] } : {}),
    ...(first === undefined
      ? {}
      : { subtitle: source(first), settings: [subtitleSetting(subtitles, words)] }),
  });
}

function source({ file, format }: Subtitle) {
  return { url: gatewayUrl(file), type: format, encoding: 'utf-8', escape: true };
}

/** The player's menu entry for choosing among the subtitles. */
function subtitleSetting(subtitles: readonly Subtitle[], words: PlayerWords) {
  return {
    html: words.heading,
    width: 220,
    selector: [
      { html: words.off, index: -1 },
      ...subtitles.map(({ label }, index) => ({ html: escapeText(label), index, default: index === 0 })),
    ],
    onSelect(this: Artplayer, item: { readonly html?: unknown; readonly index?: number }) {
      const chosen = subtitles[item.index ?? -1];
      this.subtitle.show = chosen !== undefined;
      if (chosen !== undefined) void this.subtitle.switch(gatewayUrl(chosen.file), { type: chosen.format });
      return item.html;
    },
  };
}

/** The player takes its menu texts as HTML; a file may be named anything. */
function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
