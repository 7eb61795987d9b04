import { lazy, type ReactElement, type ReactNode, Suspense, useState } from 'react';

/** One line of a menu. */
export type MenuItem =
  | { readonly type: 'separator'; readonly id: string }
  | { readonly type: 'label'; readonly id: string; readonly text: string }
  | {
      readonly type: 'action';
      readonly id: string;
      readonly text: string;
      readonly icon?: ReactNode;
      readonly onSelect: () => void;
    }
  | {
      readonly type: 'choice';
      readonly id: string;
      readonly text: string;
      readonly icon?: ReactNode;
      readonly chosen: boolean;
      readonly onSelect: () => void;
    };

const load = () => import('./menu-content.tsx');
const MenuContent = lazy(load);

interface MenuProps {
  /** Makes the button that opens the menu, with the props it is given. */
  readonly trigger: (props: { onClick?: () => void; 'aria-haspopup'?: 'menu' }) => ReactElement;
  readonly items: readonly MenuItem[];
}

/** A button with a menu. What draws the menu is loaded as soon as somebody comes near the button. */
export function Menu({ trigger, items }: MenuProps) {
  const [state, setState] = useState<'untouched' | 'open' | 'closed'>('untouched');
  if (state === 'untouched') {
    const near = () => void load();
    return (
      <span className="contents" onPointerEnter={near} onFocus={near}>
        {trigger({ onClick: () => setState('open'), 'aria-haspopup': 'menu' })}
      </span>
    );
  }
  return (
    <Suspense fallback={trigger({})}>
      <MenuContent
        trigger={trigger({})}
        items={items}
        open={state === 'open'}
        onOpenChange={(open) => setState(open ? 'open' : 'closed')}
      />
    </Suspense>
  );
}
