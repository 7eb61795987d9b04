import type { ShareReport } from '../../core/share-address.ts';
import { type JsonObject, objectOf, readFile, readFilePage, textOf, type WireFile } from '../pikpak/wire.ts';

/** One file or folder of a share, as `file_info` tells of it (protocol reference §6.4). */
export interface SharedFile {
  readonly file: WireFile;
  /** The part (0–1) of the original that PikPak serves; undefined when it says nothing of a cut. */
  readonly playRange: number | undefined;
}

/** undefined when the answer holds no file that can be read. */
export function readSharedFile(answer: JsonObject): SharedFile | undefined {
  const info = objectOf(answer['file_info']);
  const file = info && readFile(info);
  if (info === undefined || file === undefined) return undefined;
  return { file, playRange: playRangeOf(objectOf(info['params']) ?? {}) };
}

/** `"0.40"`. All of it, nothing of it and nonsense say nothing. */
function playRangeOf(params: JsonObject): number | undefined {
  const text = textOf(params['anonymous_play_range']);
  const range = /^\d?\.\d+$/.test(text) ? Number(text) : Number.NaN;
  return range > 0 && range < 1 ? range : undefined;
}

/** What the share's own answer tells of it (protocol reference §6.2). Its size is known when all that is in it are files at its top. */
export function shareReportOf(answer: JsonObject): ShareReport {
  const { files } = readFilePage(answer);
  const count = /^\d{1,9}$/.exec(textOf(answer['file_num']))?.[0];
  const total = count === undefined ? undefined : Number(count);
  const isAll = total === files.length && files.length > 0 && files.every(({ folder }) => !folder);
  return {
    title: textOf(answer['title']) || (files.length === 1 ? (files[0]?.name ?? '') : ''),
    ...(total === undefined ? {} : { files: total }),
    ...(isAll ? { size: files.reduce((sum, { size }) => sum + size, 0) } : {}),
  };
}
