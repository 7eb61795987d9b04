import { useEffect, useRef, useState } from 'react';

/** Milliseconds left until `end` (ms since the epoch), renewed each second; 0 when it is over or there is none. */
export function useTimeLeft(end: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  const left = end === undefined ? 0 : Math.max(0, end - now);
  const running = left > 0;
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  useEffect(() => setNow(Date.now()), [end]);
  return left;
}

/** Calls `act` when a time is over that was waited for here: what had passed before is nobody's business. */
export function useWhenOver(end: number | undefined, left: number, act: () => void): void {
  const waited = useRef<number>(undefined);
  useEffect(() => {
    if (left > 0) waited.current = end;
    else if (waited.current === end && end !== undefined) {
      waited.current = undefined;
      act();
    }
  });
}

/** A span of time as a clock shows it: `0:42`, `12:05`, `1:00:00`. */
export function clockText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
