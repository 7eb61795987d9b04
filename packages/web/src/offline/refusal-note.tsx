import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { storagesQuery } from '../api/queries.ts';
import { trashPlacesQuery } from '../api/trash.ts';
import type { Link } from '../links/links.ts';
import { useApi, useIsAdmin, useMe } from '../session/session.tsx';
import { asSeenBelow, type TreePath } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { isCloudTool, type Refusal, refusalOf } from './refusal.ts';
import { useKinds } from './use-kinds.ts';
import { useWords } from './use-words.ts';

interface RefusalNoteProps {
  readonly refusal: Refusal;
  readonly tool: string;
  readonly tools: readonly string[];
  readonly path: TreePath;
  readonly provider: string;
  readonly links: readonly Link[];
  readonly onPath: (path: TreePath) => void;
  readonly onTool: (tool: string) => void;
}

/** Storages that are offered instead. */
const MOST_OFFERED = 6;

/** Why the chosen tool can't do it, and which tools and storages can. */
export function RefusalNote(props: RefusalNoteProps) {
  const { t } = useWords();
  const { tools, provider, links, onPath, onTool } = props;
  const places = usePlaces(props);
  const able = tools.filter((tool) => refusalOf(tool, provider, links) === undefined);
  return (
    <div role="alert" className="flex gap-3 rounded-panel bg-warn-soft p-3">
      <TriangleAlert size={20} aria-hidden className="shrink-0 text-warn" />
      <div className="flex min-w-0 flex-col items-start gap-2">
        <p className="text-pretty wrap-anywhere">
          <Reason {...props} />
        </p>
        {places.length + able.length > 0 && (
          <p className="flex flex-wrap items-center gap-2">
            <span className="text-muted">{t('can_take')}</span>
            {places.slice(0, MOST_OFFERED).map((place) => (
              <Button key={place} onClick={() => onPath(place)}>
                {place}
              </Button>
            ))}
            {able.map((tool) => (
              <Button key={tool} onClick={() => onTool(tool)}>
                {t('use_tool', { tool })}
              </Button>
            ))}
          </p>
        )}
      </div>
    </div>
  );
}

function Reason({ refusal, tool, path }: RefusalNoteProps) {
  const { t } = useWords();
  const kinds = useKinds();
  if (refusal.why === 'root') return t('refused_root');
  if (refusal.why === 'storage') return t('refused_storage', { tool, path });
  return t('refused_links', { tool, list: kinds(refusal.links) });
}

/** Storages that the tool can fetch into, as far as this person may know them: those with a trash are told to all who may remove. */
function usePlaces({ tool, refusal }: RefusalNoteProps): readonly TreePath[] {
  const api = useApi();
  const me = useMe();
  const admin = useIsAdmin();
  const storages = useQuery({ ...storagesQuery(api), enabled: admin }).data ?? [];
  const others = useQuery({ ...trashPlacesQuery(api), enabled: !admin && me?.canRemove === true }).data ?? [];
  if (me === undefined || refusal.why === 'links' || !isCloudTool(tool)) return [];
  if (!admin) return others.filter(({ provider }) => provider === tool).map(({ path }) => path);
  return storages
    .filter(({ driver }) => driver === tool)
    .flatMap(({ mountPath }) => asSeenBelow(me.basePath, mountPath) ?? []);
}
