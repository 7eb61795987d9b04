import { bytesBlob } from '../blobs.ts';
import type { Account } from '../account/accounts.ts';
import type { Drive } from '../drive/drive.ts';
import type { FileNode, Film, FolderNode, StoredBlob } from '../drive/node.ts';
import { DriveTree } from '../drive/tree.ts';
import { gcidOf, gcidOfBlock } from '../gcid.ts';
import type { IdMaker } from '../ids.ts';
import type { Blob } from '../../types.ts';

/** What a file is made of. */
export interface FileSeed {
  readonly blob: Blob;
  /** Known beforehand for content too big to hash at each start. */
  readonly gcid?: string;
  readonly film?: Film;
  readonly originalUrl?: string;
  readonly phase?: FileNode['phase'];
  readonly starred?: boolean;
  readonly trashed?: boolean;
  /** Part (0–1) after which the CDN cuts the file when it is read through a share. */
  readonly shareCut?: number;
}

/** What a builder needs of its surroundings. */
export interface BuilderOptions {
  readonly account: Account;
  readonly ids: IdMaker;
  /** Told of each blob that links may lead to; `cut` as in `Links.publish`. */
  publish(content: StoredBlob, cut?: number): void;
}

const FIRST_ITEM_AT = Date.UTC(2025, 10, 1, 12);
const STEP_MS = 1000;
const TRASH_LIFE_MS = 15 * 86_400_000;

/** Fills a drive from paths. Items are a second apart, in the order in which they are added. */
export class DriveBuilder {
  readonly drive: Drive;
  readonly #options: BuilderOptions;
  readonly #folders = new Map<string, string>([['', '']]);
  #clock = FIRST_ITEM_AT;

  constructor(options: BuilderOptions) {
    this.#options = options;
    this.drive = { account: options.account, tree: new DriveTree() };
  }

  /** Makes a folder and those above it; `path` starts with a slash. Returns its id. */
  folder(path: string, folderType: FolderNode['folderType'] = 'NORMAL'): string {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const { parentPath, name } = splitPath(path);
    const parentId = this.folder(parentPath);
    const id = this.#idOf(path);
    const at = this.#tick();
    this.drive.tree.add({
      kind: 'folder',
      id,
      parentId,
      name,
      createdAt: at,
      modifiedAt: at,
      phase: 'PHASE_TYPE_COMPLETE',
      starred: false,
      folderType,
    });
    this.#folders.set(path, id);
    return id;
  }

  /** Makes a file and the folders above it. Returns its id. */
  async file(path: string, seed: FileSeed): Promise<string> {
    return this.#addFile(path, await this.store(path, seed.blob, seed), seed);
  }

  /** Makes a small text file; much quicker than `file`, for folders of thousands. */
  text(path: string, text: string): string {
    const bytes = new TextEncoder().encode(text);
    const blob = bytesBlob(bytes, 'text/plain');
    return this.#addFile(path, this.#publish(path, { blob, gcid: gcidOfBlock(bytes) }), {});
  }

  /** Makes bytes known to the CDN under a name of their own, hashing them unless their gcid is known. */
  async store(
    label: string,
    blob: Blob,
    known: Pick<FileSeed, 'gcid' | 'shareCut'> = {},
  ): Promise<StoredBlob> {
    const gcid = known.gcid ?? (await gcidOf(blob));
    return this.#publish(label, { blob, gcid }, known.shareCut);
  }

  #addFile(path: string, content: StoredBlob, seed: Omit<FileSeed, 'blob'>): string {
    const { parentPath, name } = splitPath(path);
    const parentId = this.folder(parentPath);
    const id = this.#idOf(path);
    const at = this.#tick();
    this.drive.tree.add({
      kind: 'file',
      id,
      parentId,
      name,
      content,
      createdAt: at,
      modifiedAt: at,
      phase: seed.phase ?? 'PHASE_TYPE_COMPLETE',
      starred: seed.starred ?? false,
      originalUrl: seed.originalUrl ?? '',
      ...(seed.film === undefined ? {} : { film: seed.film }),
      ...(seed.trashed === true ? { purgeAt: at + TRASH_LIFE_MS } : {}),
    });
    return id;
  }

  #publish(label: string, bytes: Omit<StoredBlob, 'fid'>, shareCut?: number): StoredBlob {
    const content = { ...bytes, fid: this.#idOf(`fid ${label}`) };
    this.#options.publish(content, shareCut);
    return content;
  }

  #idOf(label: string): string {
    return this.#options.ids.of(`${this.#options.account.userId} ${label}`);
  }

  #tick(): number {
    this.#clock += STEP_MS;
    return this.#clock;
  }
}

function splitPath(path: string): { readonly parentPath: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return { parentPath: path.slice(0, slash), name: path.slice(slash + 1) };
}
