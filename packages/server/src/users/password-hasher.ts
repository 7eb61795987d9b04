import { AuthError } from './user.ts';

/** Slow hashes of passwords, a bounded number at a time. */
export interface PasswordHasher {
  /** @returns a hash for `matches`, in the PHC format. @throws AuthError 429 when too many wait. */
  hash(text: string): Promise<string>;
  /** False for a hash that is empty or of no known kind. @throws AuthError 429 when too many wait. */
  matches(text: string, hash: string): Promise<boolean>;
}

/** OWASP's second choice for argon2id: 19 MiB and two passes, some 30 ms on a small server. */
const ARGON2ID = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;

/** At 19 MiB each, so that a flood of sign-ins does not eat the memory of a small machine. */
const AT_ONCE = 2;
/** A second or so of waiting; who comes later is sent away. */
const MAX_WAITING = 32;
const RETRY_AFTER_MS = 2000;

/** @param engine what hashes; argon2id unless a test says otherwise */
export function createPasswordHasher(engine: PasswordHasher = argon2id): PasswordHasher {
  const gate = createGate();
  return {
    hash: (text) => gate(() => engine.hash(text)),
    matches: (text, hash) => gate(() => engine.matches(text, hash)),
  };
}

const argon2id: PasswordHasher = {
  hash: (text) => Bun.password.hash(text, ARGON2ID),
  async matches(text, hash) {
    return hash.startsWith('$argon2id$') && (await Bun.password.verify(text, hash));
  },
};

/** Lets `AT_ONCE` jobs run, `MAX_WAITING` wait their turn, and refuses the rest. */
function createGate(): <T>(job: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (job) => {
    if (running < AT_ONCE) running++;
    else {
      if (waiting.length >= MAX_WAITING) {
        throw new AuthError(
          429,
          'Too many sign-ins at this moment. Try again in a few seconds.',
          RETRY_AFTER_MS,
        );
      }
      await new Promise<void>((go) => void waiting.push(go)); // whoever leaves hands over the place
    }
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
