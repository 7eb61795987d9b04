import { type JsonObject, objectOf, readFile, textOf, type WireFile } from '../pikpak/wire.ts';

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
