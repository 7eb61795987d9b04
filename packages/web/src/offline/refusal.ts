import type { Link } from '../links/links.ts';

/** Tools with which the gateway fetches by itself, whatever the storage; any other is the cloud of the storages that have its name. */
const OWN_TOOLS: ReadonlySet<string> = new Set(['SimpleHttp', 'aria2', 'qBittorrent', 'Transmission']);

export function isCloudTool(tool: string): boolean {
  return !OWN_TOOLS.has(tool);
}

/** Why a tool can't do it. */
export type Refusal =
  | { readonly why: 'root' }
  | { readonly why: 'storage' }
  | { readonly why: 'links'; readonly links: readonly Link[] };

/**
 * What the gateway would refuse, said before it is asked. What this does not see, the gateway refuses all the same.
 * @param provider kind of storage that holds the target; `unknown` for folders above storages
 */
export function refusalOf(tool: string, provider: string, links: readonly Link[]): Refusal | undefined {
  if (provider === 'unknown') return { why: 'root' };
  if (isCloudTool(tool)) return provider === tool ? undefined : { why: 'storage' };
  if (tool !== 'SimpleHttp') return undefined;
  const others = links.filter(({ url }) => !/^https?:/i.test(url));
  return others.length === 0 ? undefined : { why: 'links', links: others };
}

/** The tool to begin with: the storage's own cloud, else whichever takes the links. */
export function bestTool(tools: readonly string[], provider: string, links: readonly Link[]): string {
  const own = tools.find((tool) => tool === provider);
  return own ?? tools.find((tool) => refusalOf(tool, provider, links) === undefined) ?? tools[0] ?? '';
}
