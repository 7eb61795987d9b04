import type { Link } from '../../core/link.ts';
import { API_ROOTS } from './platforms.ts';

/** Choices for the domain that links are made to lead to; the first leaves them as they come. */
export const DOWNLOAD_DOMAINS = ['original', ...API_ROOTS] as const;

const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The domain that two settings come to: one of a person's own goes before a chosen one. '' for leaving links alone. */
export function downloadDomainOf(chosen: string, own: string): string {
  const domain = own.trim().toLowerCase() || chosen;
  return domain === 'original' ? '' : domain;
}

/** Whether a text is the name of a host, without a port or anything else around it. */
export function isDomain(text: string): boolean {
  return HOST.test(text);
}

/**
 * A link that leads to another of the domains that serve the same files: only the known end of its host is replaced, by which the signature is
 * not touched (protocol reference §1.1). A link to any other host stays as it is. @param domain '' for leaving it alone
 */
export function onDomain(link: Link, domain: string): Link {
  if (domain === '') return link;
  const url = new URL(link.url);
  const root = API_ROOTS.find((known) => url.hostname === known || url.hostname.endsWith(`.${known}`));
  if (root === undefined) return link;
  // By the text, not by `url.href`: the CDN signs what it has written.
  const host = url.hostname.slice(0, -root.length) + domain;
  return {
    ...link,
    url: link.url.replace(new RegExp(`^(https?://)${RegExp.escape(url.hostname)}`, 'i'), `$1${host}`),
  };
}
