import { useEffect, useRef, useState } from 'react';

/** A single timer that ends with its component. */
export function useTimer(): {
  readonly start: (act: () => void, ms: number) => void;
  readonly stop: () => void;
} {
  const running = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [timer] = useState(() => {
    const stop = () => clearTimeout(running.current);
    return {
      start(act: () => void, ms: number) {
        stop();
        running.current = setTimeout(act, ms);
      },
      stop,
    };
  });
  useEffect(() => timer.stop, [timer]);
  return timer;
}
