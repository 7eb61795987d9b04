/** How long a process lives: so many calls to what outlives it. */
export interface Life {
  left: number;
  /** Whether the last call was carried out before the process died. */
  readonly lastIsDone: boolean;
  /** Set when it has died. */
  dead: boolean;
}

export function lifeOf(calls: number, lastIsDone: boolean): Life {
  return { left: calls, lastIsDone, dead: false };
}

/**
 * `target` for a process that is killed: its calls count against the process's life, and from the last one on none is answered. Calls
 * after that are not carried out. What has no methods passes through, parts that are objects are as mortal.
 */
export function mortal<T extends object>(target: T, life: Life): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === 'function')
        return (...args: unknown[]) => call(() => Reflect.apply(value, target, args), life);
      const isPart = name === 'items' && typeof value === 'object' && value !== null;
      return isPart ? mortal(value, life) : value;
    },
  });
}

function call(run: () => unknown, life: Life): unknown {
  if (life.dead) return NEVER;
  life.left -= 1;
  if (life.left > 0) return run();
  life.dead = true;
  if (life.lastIsDone) void Promise.resolve(run()).catch(() => {}); // nobody is left to hear of it
  return NEVER;
}

const NEVER = new Promise<never>(() => {});
