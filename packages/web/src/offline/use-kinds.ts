import { useFormat } from '../format/use-format.ts';
import type { Link, LinkKind } from '../links/links.ts';
import { useWords } from './use-words.ts';

/** Tells links by kind: `2 magnets and 1 web link`. */
export function useKinds(): (links: readonly Link[]) => string {
  const { t } = useWords();
  const format = useFormat();
  return (links) => {
    const counts = new Map<LinkKind, number>();
    for (const { kind } of links) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return format.list(
      [...counts].map(([kind, count]) => t(`kind.${kind}`, { count, formatted: format.number(count) })),
    );
  };
}
