/** What the setting `webdav_junk` says about files that systems leave behind by themselves. */
export type JunkPolicy = 'keep' | 'refuse' | 'discard';

/** Finder's folder settings, its AppleDouble companions and volume files; Windows' thumbnails and folder settings. */
const JUNK =
  /^(?:\.DS_Store|\._.*|\.Spotlight-V100|\.Trashes|\.fseventsd|\.metadata_never_index.*|Thumbs\.db|desktop\.ini)$/i;

/** What is to be done with a file of that name. */
export function junkPolicy(name: string, setting: string): JunkPolicy {
  if (!JUNK.test(name)) return 'keep';
  return setting === 'refuse' || setting === 'discard' ? setting : 'keep';
}
