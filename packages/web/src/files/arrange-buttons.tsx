import { Copy, EllipsisVertical, FolderInput, PencilLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../api/entries.ts';
import type { Arranging } from '../arranging/use-arranging.tsx';
import { IconButton } from '../ui/button.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { useNarrow } from '../ui/use-media.ts';

interface ArrangeButtonsProps {
  readonly selected: readonly Entry[];
  readonly arranging: Arranging;
}

/** Move, copy and rename for what is selected; in one menu on a phone. */
export function ArrangeButtons({ selected, arranging }: ArrangeButtonsProps) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const actions = useActions({ selected, arranging });
  if (actions.length === 0) return null;
  if (narrow) {
    return (
      <Menu
        items={actions}
        trigger={(props) => (
          <IconButton label={t('arrange.more')} icon={<EllipsisVertical size={20} />} {...props} />
        )}
      />
    );
  }
  return actions.map(({ id, text, icon, onSelect }) => (
    <IconButton
      key={id}
      label={text}
      icon={icon}
      onClick={onSelect}
      {...(id === 'rename' ? { shortcut: 'F2' } : {})}
    />
  ));
}

type Action = Extract<MenuItem, { type: 'action' }>;

function useActions({ selected, arranging }: ArrangeButtonsProps): readonly Action[] {
  const { t } = useTranslation();
  const { offered, start, rename } = arranging;
  const [only] = selected;
  const actions: Action[] = [];
  const add = (id: 'move' | 'copy' | 'rename', icon: Action['icon'], onSelect: () => void): void => {
    actions.push({ type: 'action', id, text: t(`arrange.${id}`), icon, onSelect });
  };
  if (offered.move) add('move', <FolderInput size={20} />, () => start('move', selected));
  if (offered.copy) add('copy', <Copy size={20} />, () => start('copy', selected));
  if (offered.rename && selected.length === 1 && only !== undefined) {
    add('rename', <PencilLine size={20} />, () => rename(only));
  }
  return actions;
}
