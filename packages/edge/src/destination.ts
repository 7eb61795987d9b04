import type { EdgeConfig } from './config.ts';
import { isPrivateHost } from './private-host.ts';

/**
 * Whether bytes may be fetched from `url`. The gateway itself always; otherwise the hosts on the list, or, without a list, any public
 * host over HTTP or HTTPS. The worker never becomes a way into the network that it runs in.
 */
export function mayFetch(url: URL, { address, allowedHosts }: EdgeConfig): boolean {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false;
  if (url.username !== '' || url.password !== '') return false;
  if (url.origin === new URL(address).origin) return true;
  if (allowedHosts.length === 0) return !isPrivateHost(url);
  return allowedHosts.some((pattern) => matches(url.hostname.toLowerCase().replace(/\.$/, ''), pattern));
}

function matches(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
