import { extensionOf } from '../http/media-type.ts';
import type { OpenFile } from '../vfs/view.ts';

/** How a file's bytes reach a client, and why, in words for a person. */
export interface Delivery {
  readonly mode: 'redirect' | 'proxy';
  readonly reason: string;
}

/**
 * Decides for `/d`: through the gateway where the storage has no links, has `web_proxy` on, or where the type needs it
 * (API reference §5.1); straight to the cloud otherwise. Empty files are answered here, because clouds may have no link for
 * them (protocol reference §3.3). Pure.
 *
 * @param proxyTypes extensions separated by commas, as the setting `proxy_types` has them
 */
export function decideDelivery(file: OpenFile, proxyTypes: string): Delivery {
  if (file.node.entry.size === 0) {
    return { mode: 'proxy', reason: 'The file is empty: there is nothing to fetch.' };
  }
  if (file.source === 'read') return { mode: 'proxy', reason: 'This storage gives bytes, not addresses.' };
  if (file.storage.webProxy) {
    return { mode: 'proxy', reason: 'This storage is set to send everything through the gateway.' };
  }
  const extension = extensionOf(file.node.entry.name);
  if (extension !== '' && proxyTypes.toLowerCase().split(',').includes(extension)) {
    return { mode: 'proxy', reason: `Files of type ${extension} always go through the gateway.` };
  }
  return { mode: 'redirect', reason: 'This storage sends clients straight to its cloud.' };
}
