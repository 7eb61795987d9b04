/** The domain roots that serve the same accounts, tokens and files (protocol reference §1.1, fact A R P C). */
export const ROOTS = ['mypikpak.com', 'mypikpak.net', 'pikpak.me', 'pikpakdrive.com'] as const;

/** Splits a host into the label before a known root and that root; undefined for any other host. */
export function splitHost(host: string): { label: string; root: string } | undefined {
  const root = ROOTS.find((known) => host.endsWith(`.${known}`));
  return root === undefined ? undefined : { label: host.slice(0, -root.length - 1), root };
}
