import type { VirtualClock } from '../types.ts';

/** A clock that runs with the machine's and can be put forward. */
export function createClock(machineNow: () => number = Date.now): VirtualClock {
  let ahead = 0;
  return {
    now: () => machineNow() + ahead,
    advance: (ms) => {
      ahead += ms;
    },
    reset: () => {
      ahead = 0;
    },
  };
}
