import { extensionOf } from '../../http/media-type.ts';
import type { SettingReader } from '../context.ts';

/** Kinds of objects as clients number them (API reference §3.1). */
export const ObjectType = { unknown: 0, folder: 1, video: 2, audio: 3, text: 4, image: 5 } as const;
export type ObjectType = (typeof ObjectType)[keyof typeof ObjectType];

/** Later lists lose against earlier ones, as in the reference. */
const LISTS = [
  ['audio_types', ObjectType.audio],
  ['video_types', ObjectType.video],
  ['image_types', ObjectType.image],
  ['text_types', ObjectType.text],
] as const;

/** Kinds of files by their names, as the settings list the extensions now. */
export function fileTypes(settings: SettingReader): (name: string) => ObjectType {
  const types = new Map<string, ObjectType>();
  for (const [key, type] of LISTS) {
    for (const extension of settings.get(key).toLowerCase().split(',')) {
      if (!types.has(extension.trim())) types.set(extension.trim(), type);
    }
  }
  types.delete('');
  return (name) => types.get(extensionOf(name)) ?? ObjectType.unknown;
}
