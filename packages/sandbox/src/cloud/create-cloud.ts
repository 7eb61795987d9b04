import type { CloudStats, CloudWithStore } from '../types.ts';
import { createJwtSigner } from './account/jwt.ts';
import { answerRequest } from './answer.ts';
import type { CloudOptions } from './cloud-options.ts';
import { inspectDrive } from './drive/inspect.ts';
import { DEFAULT_RULES } from './rules.ts';
import { createWorld, type WorldParts } from './world.ts';

/** Makes an emulated cloud and plants its seed. @throws RangeError for a seed that is not known. */
export async function createCloud(options: CloudOptions): Promise<CloudWithStore> {
  const rules = { ...DEFAULT_RULES, ...options.rules };
  let stats = noStats();
  const count = (name: keyof CloudStats) => (): void => {
    stats = { ...stats, [name]: stats[name] + 1 };
  };
  const parts: WorldParts = {
    options,
    rules,
    jwt: options.jwt ?? createJwtSigner(),
    events: {
      onSignIn: count('signIns'),
      onRefresh: count('refreshes'),
      onCaptchaInit: count('captchaInits'),
    },
  };
  let world = await createWorld(options.seed ?? 'standard', parts);
  return {
    handle: (request) => answerRequest(world, request, { faults: options.faults, now: options.clock.now() }),
    authorizeDownload: (path, query, caller) => world.links.check(path, query, caller.address),
    solveChallenge: (ticket) => world.captchas.solve(ticket, rules.captchaLifeMs),
    stats: () => stats,
    inspect: (email) => inspectDrive(world.driveOf(email)),
    handleObjectStore: (request) => world.objectStore.answer(request),
    isObjectStoreHost: (host) => world.objectStore.isHost(host),
    close: () => world.close(),
    reset: async (seed) => {
      const former = world;
      world = await createWorld(seed, parts);
      stats = noStats();
      options.faults.clear();
      await former.close();
    },
  };
}

function noStats(): CloudStats {
  return { signIns: 0, refreshes: 0, captchaInits: 0 };
}
