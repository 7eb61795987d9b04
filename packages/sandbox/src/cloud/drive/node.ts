import type { Blob } from '../../types.ts';

/** Bytes that the CDN serves: `fid` names them in links, `gcid` is their hash (protocol reference §3.5, §4.1). */
export interface StoredBlob {
  readonly blob: Blob;
  readonly gcid: string;
  readonly fid: string;
}

/** What the service knows of a film's picture. Duration in seconds. */
export interface VideoFacts {
  readonly width: number;
  readonly height: number;
  readonly duration: number;
  readonly frameRate: number;
  readonly container: string;
}

/** A transcode of a film: other bytes, other size. */
export interface Rendition extends StoredBlob {
  /** `720P`, `480P`. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** Present for films. */
export interface Film {
  readonly facts: VideoFacts;
  readonly renditions: readonly Rendition[];
  /** Rule F8: the original is not offered for streaming, and a transcode comes first. */
  readonly tooHeavy: boolean;
}

/** States of protocol reference §3.1. */
export const PHASES = [
  'PHASE_TYPE_COMPLETE',
  'PHASE_TYPE_PENDING',
  'PHASE_TYPE_RUNNING',
  'PHASE_TYPE_ERROR',
] as const;

export type Phase = (typeof PHASES)[number];

interface NodeBase {
  readonly id: string;
  /** '' for the root. */
  readonly parentId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly phase: Phase;
  readonly starred: boolean;
  /** When a trashed item will be purged; absent for a live one. */
  readonly purgeAt?: number;
}

export interface FolderNode extends NodeBase {
  readonly kind: 'folder';
  readonly folderType: 'NORMAL' | 'DOWNLOAD' | 'RESTORE';
}

export interface FileNode extends NodeBase {
  readonly kind: 'file';
  readonly content: StoredBlob;
  readonly film?: Film;
  /** Where an offline download came from; '' for an upload. */
  readonly originalUrl: string;
  /** Until then a get has no links (rule F7); absent for none. */
  readonly linksFrom?: number;
}

/** One item of a drive. */
export type DriveNode = FolderNode | FileNode;
