import type { Random } from '../core/runtime.ts';
import type { SecretTable } from '../store/port.ts';

const NAME = 'worker-token';
const TOKEN_BYTES = 32;
/** Shorter ones could be found by trying: whoever has a signed address can check guesses at home. */
export const MIN_WORKER_TOKEN = 32;

/**
 * What download proxies share with the gateway: the key of the signs that they check, and their pass for asking where a file is
 * (API reference §5.4). Good for nothing else: no admin's token, and no key of the gateway's own addresses.
 */
export interface WorkerToken {
  readonly value: string;
  /** Puts another in its place; every proxy with the old one is shut out at once. @param value at least `MIN_WORKER_TOKEN` characters */
  replace(value?: string): Promise<void>;
}

/** The token of this installation, made at its first start. */
export async function loadWorkerToken(secrets: SecretTable, random: Random): Promise<WorkerToken> {
  const make = (): string => `sluice-worker-${Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')}`;
  let held = await secrets.loadOrCreate(NAME, make);
  return {
    get value() {
      return held;
    },
    async replace(value = make()) {
      await secrets.save(NAME, value);
      held = value;
    },
  };
}
