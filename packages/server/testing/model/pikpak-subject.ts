import { createSandboxMaker, type FaultRule, type InProcessSandbox } from '@sluice/sandbox';
import { createAccounts } from '../../src/accounts/registry.ts';
import type { Env } from '../../src/core/driver.ts';
import { pikpakDriverType } from '../../src/drivers/pikpak/index.ts';
import { DEMO, tableOver } from '../../src/drivers/pikpak/testing/sandbox-world.ts';
import { createCacheStore } from '../../src/layers/cache-store.ts';
import { openMount } from '../../src/storages/mounting.ts';
import { createPaces } from '../../src/storages/paces.ts';
import { CloudLine, type Incident } from './cloud-line.ts';
import { type Made, Rival } from './rival.ts';
import type { FaultName, RivalAct, Trouble } from './steps.ts';
import { gcidOf } from './gcid.ts';
import {
  type Effect,
  type Gateway,
  gatewayOf,
  type Happened,
  QUIET,
  recordOf,
  steadyRandom,
  type Subject,
} from './subject.ts';
import { at, idIn, type Item, isFolder, put, renamed, thrownAway, TOP, type Tree } from './tree.ts';
import { VirtualTime } from './virtual-time.ts';

const SECOND = 1000;

type Sandboxes = ReturnType<typeof createSandboxMaker>;

/** Makes gateways with PikPak at `/`, each on a cloud of its own that holds `content`. */
export function pikpakSubjects(): (content: Readonly<Record<string, string>>) => Promise<Subject> {
  const make = createSandboxMaker();
  return (content) => PikPakSubject.start(make, content);
}

class PikPakSubject implements Subject {
  readonly ids = true;
  readonly #time: VirtualTime;
  readonly #sandbox: InProcessSandbox;
  readonly #rival: Rival;
  readonly #states = new Map<string, unknown>();
  readonly #random = steadyRandom();
  readonly #effects: Effect[] = [];
  #line: CloudLine;
  #gateway: Gateway;

  static async start(make: Sandboxes, content: Readonly<Record<string, string>>): Promise<PikPakSubject> {
    const time = new VirtualTime();
    return new PikPakSubject(time, await make({ clock: time, content }));
  }

  private constructor(time: VirtualTime, sandbox: InProcessSandbox) {
    this.#time = time;
    this.#sandbox = sandbox;
    this.#rival = new Rival(sandbox, time, DEMO.username);
    this.#line = new CloudLine(sandbox, time);
    this.#gateway = this.#open();
  }

  get gateway(): Gateway {
    return this.#gateway;
  }

  async real(): Promise<Tree> {
    const all = this.#sandbox.cloud.inspect(DEMO.username);
    const below = (parent: string): Item[] =>
      all
        .filter(({ parentId, trashed, complete }) => parentId === parent && !trashed && complete)
        .map(({ id, name, kind, gcid }) =>
          kind === 'folder' ? { id, name, items: below(id) } : { id, name, content: gcid, items: [] },
        );
    const trash = all
      .filter(({ trashed }) => trashed)
      .map(({ id, name, kind, gcid }) =>
        kind === 'folder' ? { id, name, items: below(id) } : { id, name, content: gcid, items: [] },
      );
    const pending = all
      .filter(({ complete }) => !complete)
      .map(({ parentId: folder, name }) => ({ folder, name }));
    return { items: below(TOP), trash, pending };
  }

  async restart(): Promise<void> {
    await this.run(() => this.#gateway.mount.driver.close());
    this.#line.cut();
    this.#line = new CloudLine(this.#sandbox, this.#time);
    this.#gateway = this.#open();
  }

  run<T>(job: () => Promise<T>): Promise<T> {
    return this.#time.run(job);
  }

  pass(ms: number): Promise<void> {
    return this.#time.pass(ms);
  }

  expect(troubles: readonly Trouble[], leave: () => void): void {
    this.#line.expect(troubles.map((trouble) => this.#incidentOf(trouble, leave)));
  }

  settle(): Happened {
    const effects = this.#effects.splice(0);
    return { troubled: this.#line.settle(), effects };
  }

  async rival(act: RivalAct): Promise<Effect | undefined> {
    const tree = await this.real();
    if ('dir' in act) {
      const dir = at(tree, act.dir);
      if (dir === undefined || !isFolder(dir)) return undefined;
      return act.act === 'mkdir'
        ? adds({ id: dir.id, path: act.dir }, await this.#rival.makeFolder(dir.id, act.name))
        : adds({ id: dir.id, path: act.dir }, await this.#rival.upload(dir.id, act.name, ''), gcidOf(''));
    }
    const item = at(tree, act.path);
    if (item === undefined || item.id === TOP) return undefined;
    const place = { id: item.id, path: act.path };
    if (act.act === 'trash') {
      return (await this.#rival.trash(item.id)) ? (now) => thrownAway(now, idIn(now, place)) : undefined;
    }
    const { name } = act;
    return (await this.#rival.rename(item.id, name))
      ? (now) => renamed(now, idIn(now, place), name)
      : undefined;
  }

  async close(): Promise<void> {
    await this.run(() => this.#gateway.mount.driver.close());
    await this.#sandbox.close();
  }

  #open(): Gateway {
    const line = this.#line;
    const env: Env = {
      http: () => line,
      clock: this.#time,
      random: this.#random,
      log: QUIET,
      accounts: createAccounts({ table: tableOver(this.#states), log: QUIET }),
    };
    const mount = openMount(recordOf('PikPak', { ...DEMO }), {
      driverTypes: [pikpakDriverType],
      env,
      clock: this.#time,
      random: this.#random,
      log: QUIET,
      paceOf: createPaces(this.#time),
      memory: createCacheStore(),
    });
    return gatewayOf(mount, this.#time);
  }

  #incidentOf(trouble: Trouble, leave: () => void): Incident {
    const { request: at } = trouble;
    switch (trouble.kind) {
      case 'fault':
        return { at, ...faultsOf(trouble.fault) };
      case 'rival':
        return {
          at,
          before: async () => {
            const effect = await this.rival(trouble.act);
            if (effect !== undefined) this.#effects.push(effect);
          },
        };
      case 'outage':
        return { at, outage: trouble.answers === 'requests' ? 'before' : 'after' };
      case 'leave':
        return { at, before: leave };
      case 'crash': {
        const line = this.#line;
        return {
          at,
          before: () => {
            line.cut();
            leave();
          },
        };
      }
    }
  }
}

function adds(
  dir: { readonly id: string; readonly path: readonly string[] },
  made: Made | undefined,
  content?: string,
): Effect | undefined {
  if (made === undefined) return undefined;
  const item: Item = { ...made, items: [], ...(content === undefined ? {} : { content }) };
  return (tree) => put(tree, idIn(tree, dir), item);
}

type Fault = FaultRule extends infer Rule
  ? Rule extends FaultRule
    ? Omit<Rule, 'match' | 'times'>
    : never
  : never;

/** Each name's fault, and those of the requests behind it. What does not fit the request that it meets does nothing. */
const RULES: Readonly<Record<FaultName, readonly Fault[]>> = {
  'too many requests': [{ kind: 'status', status: 429, retryAfterSeconds: 2 }],
  'server error': [{ kind: 'status', status: 500, body: 'empty' }],
  'bad gateway': [{ kind: 'status', status: 502 }],
  'broken json': [{ kind: 'status', status: 200, body: 'broken_json' }],
  'cut before': [{ kind: 'hang_up', when: 'before' }],
  'cut after': [{ kind: 'hang_up', when: 'after' }],
  'captcha wanted': [{ kind: 'captcha_invalid' }],
  'token expired': [{ kind: 'token_expired' }],
  'token revoked': [
    { kind: 'token_expired' },
    {
      kind: 'vendor_error',
      status: 400,
      error: 'invalid_grant',
      code: 4126,
      text: 'refreshed by other process',
    },
  ],
  'too frequent': [{ kind: 'too_frequent' }],
  'slow task': [{ kind: 'slow_task', delayMs: 20 * SECOND }],
  'endless task': [{ kind: 'slow_task', delayMs: 100 * SECOND }],
  'task fails': [{ kind: 'task_error', message: 'Internal error, please retry' }],
  'empty page': [{ kind: 'empty_page' }],
  'short page': [{ kind: 'short_page', items: 1 }],
  'no links yet': [{ kind: 'missing_links' }],
  'store error': [{ kind: 'store_error', status: 500, code: 'InternalError' }],
  'store refuses': [{ kind: 'store_error', status: 403, code: 'AccessDenied' }],
  'store cut': [{ kind: 'store_hang_up', afterBytes: 100 }],
  'store cut after': [{ kind: 'store_hang_up' }],
  'body cut': [{ kind: 'cut_body', afterBytes: 2 }],
  'download refused': [{ kind: 'cdn_status', status: 403 }],
};

function faultsOf(name: FaultName): Pick<Incident, 'fault' | 'behind'> {
  const [fault, ...behind] = RULES[name].map((rule): FaultRule => ({ ...rule, match: {}, times: 1 }));
  return { ...(fault === undefined ? {} : { fault }), behind };
}
