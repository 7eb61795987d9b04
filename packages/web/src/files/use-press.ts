import { type MouseEvent, type PointerEvent, useRef } from 'react';
import { useTimer } from '../ui/use-timer.ts';
import type { ListControl } from './use-list-control.ts';

/** How long a finger rests before it selects instead of opening. */
const LONG_PRESS_MS = 450;
/** How far a finger may stray before it scrolls instead of pressing. */
const STRAY_PX = 10;

interface Press {
  readonly touch: boolean;
  readonly x: number;
  readonly y: number;
  /** The long press has done its work; the click behind it counts for nothing. */
  readonly spent: boolean;
}

/**
 * Presses on the items of a list, heard at the list itself. Items carry `data-index`; the tick box in them `data-tick`, the name `data-name`.
 *
 * Mouse: the name opens, elsewhere a click selects, a double click opens; Ctrl adds, Shift selects a range.
 * Finger: a tap opens, a long press selects, and while something is selected a tap adds.
 */
export function usePress(control: ListControl, open: (index: number) => void) {
  const press = useRef<Press>({ touch: false, x: 0, y: 0, spent: false });
  const timer = useTimer();

  return {
    onPointerDown(event: PointerEvent) {
      const { clientX: x, clientY: y } = event;
      const touch = event.pointerType === 'touch';
      press.current = { touch, x, y, spent: false };
      const index = indexAt(event.target);
      if (!touch || index === undefined) return;
      timer.start(() => {
        press.current = { ...press.current, spent: true };
        navigator.vibrate?.(10);
        control.select(index, 'toggle');
      }, LONG_PRESS_MS);
    },
    onPointerMove(event: PointerEvent) {
      const { touch, x, y } = press.current;
      if (touch && Math.hypot(event.clientX - x, event.clientY - y) > STRAY_PX) timer.stop();
    },
    onPointerUp: timer.stop,
    onPointerCancel: timer.stop,
    onContextMenu(event: MouseEvent) {
      if (press.current.touch) event.preventDefault();
    },
    onClick(event: MouseEvent) {
      const index = indexAt(event.target);
      if (index === undefined || isOwnControl(event.target)) return;
      const how = intentOf(event, press.current, control.selected.length > 0);
      if (how === 'browser') return;
      event.preventDefault();
      if (how === 'open') open(index);
      else if (how !== 'nothing') control.select(index, how);
    },
    onDoubleClick(event: MouseEvent) {
      const index = indexAt(event.target);
      const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
      if (index !== undefined && plain && !press.current.touch && !within(event.target, '[data-tick]'))
        open(index);
    },
  };
}

type Intent = 'open' | 'only' | 'toggle' | 'extend' | 'nothing' | 'browser';

function intentOf(event: MouseEvent, press: Press, selecting: boolean): Intent {
  if (press.spent) return 'nothing';
  if (event.shiftKey) return 'extend';
  if (within(event.target, '[data-tick]')) return 'toggle';
  if (press.touch) return selecting ? 'toggle' : 'open';
  const onName = within(event.target, '[data-name]');
  if (event.ctrlKey || event.metaKey) return onName && !selecting ? 'browser' : 'toggle';
  return onName ? 'open' : 'only';
}

function within(target: EventTarget, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}

/** Links and buttons inside an item that do something of their own. */
function isOwnControl(target: EventTarget): boolean {
  return within(target, '[data-own]');
}

function indexAt(target: EventTarget): number | undefined {
  const item = target instanceof Element ? target.closest('[data-index]') : null;
  return item instanceof HTMLElement ? Number(item.dataset['index']) : undefined;
}
