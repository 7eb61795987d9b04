import { Check } from 'lucide-react';
import { DropdownMenu as Primitive } from 'radix-ui';
import type { ReactElement } from 'react';
import type { MenuItem } from './menu.tsx';

interface MenuContentProps {
  readonly trigger: ReactElement;
  readonly items: readonly MenuItem[];
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

const ITEM =
  'flex h-9 touch:h-11 cursor-default items-center gap-3 rounded-control px-2.5 outline-none select-none data-highlighted:bg-hover';

/** The menu itself, which is loaded when a menu is first wanted. */
export default function MenuContent({ trigger, items, open, onOpenChange }: MenuContentProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          loop
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 animate-appear overflow-auto rounded-panel border border-line bg-raised p-1.5 shadow-float"
        >
          {items.map((item) => (
            <Row key={item.id} item={item} />
          ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function Row({ item }: { item: MenuItem }) {
  if (item.type === 'separator') return <Primitive.Separator className="mx-1 my-1.5 h-px bg-line" />;
  if (item.type === 'label') {
    return <Primitive.Label className="px-2.5 pt-2 pb-1 text-sm text-muted">{item.text}</Primitive.Label>;
  }
  if (item.type === 'choice') {
    return (
      <Primitive.CheckboxItem className={ITEM} checked={item.chosen} onSelect={item.onSelect}>
        <span aria-hidden className="flex w-4 justify-center text-accent">
          {item.chosen && <Check size={16} />}
        </span>
        {item.icon}
        {item.text}
      </Primitive.CheckboxItem>
    );
  }
  return (
    <Primitive.Item className={ITEM} onSelect={item.onSelect}>
      <span aria-hidden className="flex w-4 justify-center text-muted">
        {item.icon}
      </span>
      {item.text}
    </Primitive.Item>
  );
}
