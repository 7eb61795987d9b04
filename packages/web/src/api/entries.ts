import { extensionOf, type TreePath } from '../tree/tree-path.ts';
import { isRecord, readList, readNumber, readRecord, readText, readTime } from './read.ts';
import { type ReasonTold, readReason } from './reasons.ts';

/** How a storage is doing (the `mount` field that Sluice adds to the record of a storage's root). */
export type MountPhase = 'idle' | 'ok' | 'degraded' | 'needs_verification' | 'disabled';

export interface MountState extends ReasonTold {
  readonly state: MountPhase;
  /** A page that a person has to open to get on; '' for those who may not. */
  readonly actionUrl: string;
  /** Ms since the epoch. */
  readonly since: number | undefined;
  readonly retryAt: number | undefined;
}

export type EntryKind =
  | 'folder'
  | 'video'
  | 'audio'
  | 'image'
  | 'text'
  | 'document'
  | 'subtitle'
  | 'archive'
  | 'other';

/** A file or folder (API reference §3.1). */
export interface Entry {
  /** What the storage calls it; '' when guests are not told. */
  readonly id: string;
  readonly name: string;
  readonly isFolder: boolean;
  readonly kind: EntryKind;
  /** Bytes. */
  readonly size: number;
  /** Ms since the epoch; undefined when the storage doesn't tell. */
  readonly modified: number | undefined;
  readonly created: number | undefined;
  /** What `/d` and `/p` want in `sign`; '' when they want none. */
  readonly sign: string;
  readonly thumb: string;
  readonly hashes: readonly (readonly [kind: string, value: string])[];
  /** The path in the whole tree, as `/d` and `/p` use it. */
  readonly fullPath: TreePath;
  readonly mount: MountState | undefined;
}

const WIRE_KINDS: Readonly<Record<number, EntryKind>> = { 2: 'video', 3: 'audio', 4: 'text', 5: 'image' };

const EXTENSION_KINDS: Readonly<Record<string, EntryKind>> = {
  ...kinds('document', 'pdf doc docx xls xlsx ppt pptx odt ods odp epub'),
  ...kinds('archive', 'zip rar 7z tar gz bz2 xz zst iso'),
  ...kinds('subtitle', 'srt ass ssa vtt sub'),
};

function kinds(kind: EntryKind, extensions: string): Record<string, EntryKind> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, kind]));
}

/** A record of `fs/list` or `fs/get` as the page uses it. */
export function readEntry(value: unknown): Entry {
  const wire = readRecord(value);
  const name = readText(wire['name']);
  const isFolder = wire['is_dir'] === true;
  return {
    id: readText(wire['id']),
    name,
    isFolder,
    kind: kindOf(name, isFolder, readNumber(wire['type'])),
    size: readNumber(wire['size']),
    modified: readTime(wire['modified']),
    created: readTime(wire['created']),
    sign: readText(wire['sign']),
    thumb: readText(wire['thumb']),
    hashes: readHashes(wire['hash_info']),
    fullPath: readText(wire['virtual_path']),
    mount: isRecord(wire['mount']) ? readMountState(wire['mount']) : undefined,
  };
}

function kindOf(name: string, isFolder: boolean, type: number): EntryKind {
  if (isFolder) return 'folder';
  return EXTENSION_KINDS[extensionOf(name)] ?? WIRE_KINDS[type] ?? 'other';
}

function readHashes(value: unknown): Entry['hashes'] {
  return Object.entries(readRecord(value)).flatMap(([kind, hash]) =>
    typeof hash === 'string' && hash !== '' ? [[kind, hash] as const] : [],
  );
}

const PHASES: readonly MountPhase[] = ['idle', 'ok', 'degraded', 'needs_verification', 'disabled'];

/** A storage's state as sent with entries and with storages. */
export function readMountState(value: unknown): MountState {
  const wire = readRecord(value);
  return {
    state: PHASES.find((phase) => phase === wire['state']) ?? 'idle',
    ...readReason(wire, 'reason'),
    actionUrl: readText(wire['action_url']),
    since: readTime(wire['since']),
    retryAt: readTime(wire['retry_at']),
  };
}

/** One page of a folder (API reference §3.2). */
export interface FolderPage {
  readonly entries: readonly Entry[];
  readonly hasMore: boolean;
  readonly write: boolean;
  /** What this person removes here can be restored. */
  readonly trash: boolean;
  /** Driver name of the storage; `unknown` for folders that exist only because storages are mounted below. */
  readonly provider: string;
}

export function readFolderPage(value: unknown): FolderPage {
  const wire = readRecord(value);
  return {
    entries: readList(wire['content']).map(readEntry),
    hasMore: wire['has_more'] === true,
    write: wire['write'] === true,
    trash: wire['trash'] === true,
    provider: readText(wire['provider']),
  };
}

/** How `/d` will send a file, and why (what Sluice adds to `fs/get`). */
export interface Delivery {
  readonly mode: 'redirect' | 'proxy' | 'proxy_url';
  /** Why, in a word that the page has a text for; what it has none for is told by `reason`. */
  readonly code: string;
  readonly reason: string;
  /** This browser's address as the gateway sees it, and the gateway's as the cloud sees it; '' where unknown or not told. */
  readonly client: string;
  readonly egress: string;
}

const WHOLE = ['saved', 'savable', 'never'] as const;
const MODES = ['redirect', 'proxy', 'proxy_url'] as const;

/** Everything that is told of one file or folder (API reference §3.3). */
export interface EntryDetails extends Entry {
  readonly provider: string;
  readonly delivery: Delivery | undefined;
  /** Files beside it whose names begin with its own: subtitles, covers. */
  readonly related: readonly Entry[];
  /** The resolutions in which a film can be played, the original first; empty where there is only one. */
  readonly variants: readonly Variant[];
  /** Set for a file of a share that its cloud cuts for visitors. */
  readonly cut: Cut | undefined;
  /** Whether this person can open it to others by a link of the cloud. */
  readonly canShare: boolean;
}

/** How much of a file its cloud serves, and whether all of it can be had (what Sluice adds to `fs/get`). */
export interface Cut {
  /** Bytes from the start that are served. */
  readonly playable: number;
  /** `saved`: it plays whole. `savable`: it does once it was saved. `never`: there is no account to save it to. */
  readonly whole: 'saved' | 'savable' | 'never';
  /** Why it can't be had whole, or why saving it has failed; '' when nothing is wrong. */
  readonly reason: string;
  /** Ms since the epoch; undefined when it isn't being saved. */
  readonly savingSince: number | undefined;
}

/** A form in which a film can be played. */
export interface Variant {
  readonly id: string;
  /** As the cloud calls it: `1080P`. */
  readonly name: string;
  readonly original: boolean;
  /** Bytes; 0 when the cloud doesn't tell. */
  readonly size: number;
  /** Whether to begin with it. */
  readonly preferred: boolean;
}

export function readDetails(value: unknown): EntryDetails {
  const wire = readRecord(value);
  return {
    ...readEntry(wire),
    provider: readText(wire['provider']),
    delivery: isRecord(wire['delivery']) ? readDelivery(wire['delivery']) : undefined,
    related: readList(wire['related']).map(readEntry),
    variants: readList(wire['variants']).map(readVariant),
    cut: readCut(wire),
    canShare: wire['can_share'] === true,
  };
}

/** Also as the calls about saving a file answer. */
export function readCut(value: unknown): Cut | undefined {
  const wire = readRecord(value);
  if (typeof wire['playable_bytes'] !== 'number') return undefined;
  return {
    playable: wire['playable_bytes'],
    whole: WHOLE.find((whole) => whole === wire['whole']) ?? 'never',
    reason: readText(wire['whole_reason']),
    savingSince: readTime(wire['saving_since']),
  };
}

function readVariant(value: unknown): Variant {
  const wire = readRecord(value);
  return {
    id: readText(wire['id']),
    name: readText(wire['name']),
    original: wire['original'] === true,
    size: readNumber(wire['size']),
    preferred: wire['preferred'] === true,
  };
}

function readDelivery(value: unknown): Delivery {
  const wire = readRecord(value);
  return {
    mode: MODES.find((mode) => mode === wire['mode']) ?? 'proxy',
    code: readText(wire['code']),
    reason: readText(wire['reason']),
    client: readText(wire['client']),
    egress: readText(wire['egress']),
  };
}
