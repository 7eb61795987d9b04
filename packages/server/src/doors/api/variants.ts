import { isAbort } from '../../core/errors.ts';
import type { TreePath } from '../../core/path.ts';
import type { StorageRecord } from '../../core/storage-record.ts';
import type { DoorContext } from '../context.ts';
import { proxyUrl } from '../file-url.ts';
import type { Session } from './route.ts';

/** A form in which a file can be played, as the API tells it. */
export interface WireVariant {
  readonly id: string;
  readonly name: string;
  readonly original: boolean;
  /** Bytes; null where the storage doesn't tell. */
  readonly size: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly preferred: boolean;
  /** Where the gateway serves it, signed where that is needed. */
  readonly url: string;
}

/** The forms in which the file at a user's path can be played. @throws as `View.variants`. */
export async function wireVariants(
  file: { readonly path: TreePath; readonly fullPath: TreePath; readonly storage: StorageRecord },
  { view, origin, ctx }: Session,
  door: DoorContext,
): Promise<WireVariant[]> {
  return (await view.variants(file.path, ctx)).map((variant) => ({
    id: variant.id,
    name: variant.name,
    original: variant.original,
    size: variant.size ?? null,
    width: variant.width ?? null,
    height: variant.height ?? null,
    preferred: variant.preferred,
    url: proxyUrl(
      origin,
      file,
      door,
      ...(variant.original ? [] : [`variant=${encodeURIComponent(variant.id)}`]),
    ),
  }));
}

/** The same for an answer that stands without them. */
export async function wireVariantsIfAny(
  file: Parameters<typeof wireVariants>[0],
  session: Session,
  door: DoorContext,
): Promise<WireVariant[] | null> {
  try {
    const variants = await wireVariants(file, session, door);
    return variants.length === 0 ? null : variants;
  } catch (error) {
    if (isAbort(error)) throw error;
    door.log.debug(
      { path: file.fullPath, reason: String(error) },
      'the variants of a file could not be listed',
    );
    return null;
  }
}
