import {
  AudioLines,
  Captions,
  Clapperboard,
  File,
  FileArchive,
  FileText,
  Folder,
  HardDrive,
  Image,
  type LucideIcon,
  ScrollText,
} from 'lucide-react';
import { useState } from 'react';
import type { Entry, EntryKind } from '../api/entries.ts';
import { classes } from '../ui/classes.ts';

const ICONS: Readonly<Record<EntryKind, readonly [LucideIcon, colour: string]>> = {
  folder: [Folder, 'text-kind-folder fill-kind-folder/25'],
  video: [Clapperboard, 'text-kind-video'],
  audio: [AudioLines, 'text-kind-audio'],
  image: [Image, 'text-kind-image'],
  text: [FileText, 'text-kind-text'],
  document: [ScrollText, 'text-kind-text'],
  subtitle: [Captions, 'text-kind-text'],
  archive: [FileArchive, 'text-kind-text'],
  other: [File, 'text-kind-text'],
};

type Drawn = Pick<Entry, 'kind' | 'mount' | 'thumb'>;

/** The sign of an entry's kind; storages have one of their own. */
export function EntryIcon({ entry, size }: { entry: Drawn; size: number }) {
  const [Icon, colour] = entry.mount === undefined ? ICONS[entry.kind] : [HardDrive, 'text-kind-folder'];
  return (
    <Icon
      size={size}
      strokeWidth={size > 40 ? 1.25 : 1.75}
      aria-hidden
      className={classes('shrink-0', colour)}
    />
  );
}

/** A small picture of the entry that fills its place, or its icon where there is none. */
export function Thumbnail({ entry, iconSize }: { entry: Drawn; iconSize: number }) {
  const [broken, setBroken] = useState('');
  if (entry.thumb === '' || entry.thumb === broken) return <EntryIcon entry={entry} size={iconSize} />;
  return (
    <img
      src={entry.thumb}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      referrerPolicy="no-referrer"
      onError={() => setBroken(entry.thumb)}
      className="size-full object-cover"
    />
  );
}
