import { withFreeBox } from '../blobs.ts';
import type { Film, StoredBlob, VideoFacts } from '../drive/node.ts';
import type { Blob } from '../../types.ts';

/** Picture and length of the bundled `sample.mp4`. */
export const SAMPLE_FACTS: VideoFacts = {
  width: 1280,
  height: 720,
  duration: 90,
  frameRate: 24,
  container: 'mp4',
};

/** Stores bytes for the CDN; `DriveBuilder.store` bound to a builder. */
type Store = (label: string, blob: Blob) => Promise<StoredBlob>;

/**
 * A film with one transcode. The transcode's bytes are those of `transcode`: for the sandbox's purpose it is enough that they
 * play and differ from the original in size and hash.
 */
export async function filmWith(
  store: Store,
  label: string,
  transcode: { readonly blob: Blob; readonly height: 480 | 720; readonly tooHeavy?: boolean },
): Promise<Film> {
  const { blob, height } = transcode;
  const stored = await store(`${label} ${height}P`, blob);
  const rendition = { ...stored, name: `${height}P`, height, width: height === 720 ? 1280 : 854 };
  return { facts: SAMPLE_FACTS, renditions: [rendition], tooHeavy: transcode.tooHeavy ?? false };
}

/** The sample with a box at its end that players skip: plays alike, another size, another hash. */
export function variantOf(sample: Blob, padding: number): Blob {
  return withFreeBox(sample, padding);
}
