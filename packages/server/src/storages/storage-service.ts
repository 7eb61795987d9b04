import type { DriverType, Env } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { ShareReport } from '../core/share-address.ts';
import { createGate } from '../core/gate.ts';
import type { StorageRecord, StorageStatus } from '../core/storage-record.ts';
import { createCacheStore } from '../layers/cache-store.ts';
import type { StorageTable, StoredStorage } from '../store/port.ts';
import type { MountTable } from '../vfs/mount-table.ts';
import { accountsOf } from './account-groups.ts';
import { checkMount } from './check.ts';
import { referenceProblems } from './references.ts';
import { driverInfo } from './driver-info.ts';
import { checkInput } from './input.ts';
import { closeMount, type MountingOptions, openMount, type OwnedMount, renewMount } from './mounting.ts';
import { createPaces } from './paces.ts';
import { maskSecrets } from './secrets.ts';
import {
  ConfigError,
  type ShareInspector,
  type StorageInput,
  type StorageService,
  type StorageView,
  type TrialStep,
} from './service.ts';
import { createInspector } from './inspector.ts';
import { tryStorage } from './trial.ts';
import { heldUpBy, passCheck, refusedAgain, releaseMount } from './verify.ts';

export interface StorageServiceOptions extends Omit<MountingOptions, 'paceOf' | 'memory'> {
  readonly table: StorageTable;
  /** As `env`, for storages that are only tried: what they learn of an account is not kept. */
  readonly trialEnv: Env;
  /** Where storages are mounted. Nothing else changes it. */
  readonly mounts: Pick<MountTable, 'mount' | 'replace' | 'unmount'>;
}

/** The storages of one gateway, and a way to let go of them. */
export interface OwnedStorageService extends StorageService {
  /** Unmounts and closes everything. Safe to call twice. */
  close(): Promise<void>;
}

/** Looks at storages that go on at one time: a tool may create hundreds at once (API reference §8.4). */
const CHECKS_AT_ONCE = 8;

/** Keeps storages in the store and in the tree together. Nothing is mounted before `loadAll`. */
export function createStorageService(options: StorageServiceOptions): OwnedStorageService {
  return new Storages(options);
}

class Storages implements OwnedStorageService {
  readonly #options: StorageServiceOptions;
  readonly #mounting: MountingOptions;
  readonly #open = new Map<number, OwnedMount>();
  readonly #checks = createGate({ atOnce: CHECKS_AT_ONCE });
  /** Changes go one after the other, so that store and tree agree. None of them waits for a cloud. */
  readonly #changes = createGate({ atOnce: 1 });

  constructor(options: StorageServiceOptions) {
    this.#options = options;
    this.#mounting = { ...options, paceOf: createPaces(options.clock), memory: createCacheStore() };
  }

  drivers(): ReturnType<StorageService['drivers']> {
    const mounted = [...this.#open.values()];
    return this.#options.driverTypes.map((type) => driverInfo(type, mounted));
  }

  async list(): Promise<StorageView[]> {
    return (await this.#options.table.list()).map((record) => this.#view(record));
  }

  accounts(): ReturnType<StorageService['accounts']> {
    const users = [...this.#open.values()].flatMap((mount) => {
      const session = mount.driver.verification?.session;
      return session === undefined ? [] : [{ record: mount.record, status: mount.status(), session }];
    });
    return accountsOf(users);
  }

  async get(id: number): Promise<StorageView> {
    return this.#view(await this.#stored(id));
  }

  async create(...[input, signal]: Parameters<StorageService['create']>): Promise<StorageView> {
    const { record } = await this.#changes(() => this.#add(input));
    return this.#checked(record.id, signal);
  }

  async createAll(inputs: readonly StorageInput[]): ReturnType<StorageService['createAll']> {
    return this.#changes(async () => {
      const made: (StorageView | ConfigError | StorageError)[] = [];
      for (const input of inputs) {
        made.push(
          await this.#add(input).catch((error: unknown) => {
            if (error instanceof ConfigError || error instanceof StorageError) return error;
            throw error;
          }),
        );
      }
      return made;
    });
  }

  async inspect(id: number, signal: AbortSignal): Promise<ShareReport> {
    const mount = this.#open.get(id);
    if (mount === undefined) throw new StorageError('not_found', `No storage ${id} is mounted.`);
    const { inspect } = mount.driver;
    if (inspect === undefined) throw new StorageError('unsupported', 'This storage shows no share.');
    return inspect({}, { signal, priority: 'background' });
  }

  recall(id: number, error: StorageError, since: number): void {
    this.#open.get(id)?.tracker.recalled(error, since);
  }

  inspector(): ShareInspector {
    const { driverTypes, trialEnv: env, clock, random, log } = this.#options;
    return createInspector({ driverTypes, env, clock, random, log, paceOf: this.#mounting.paceOf });
  }

  async #add(input: StorageInput): Promise<StorageView> {
    const checked = this.#checkedInput(input);
    const record = await this.#options.table.insert({ ...checked, modified: this.#options.clock.now() });
    await this.#remount(record);
    return this.#view(record);
  }

  async update(...[id, input, signal]: Parameters<StorageService['update']>): Promise<StorageView> {
    await this.#changes(async () => {
      const stored = await this.#stored(id);
      if (input.driver !== stored.driver) {
        throw new StorageError('invalid_argument', 'driver cannot be changed', {
          detail: { remedy: 'Add a new storage with the other driver.' },
        });
      }
      const checked = this.#checkedInput(input, stored);
      await this.#save({ ...checked, id }, stored);
    });
    return this.#checked(id, signal);
  }

  async remove(id: number): Promise<void> {
    await this.#changes(async () => {
      await this.#stored(id);
      await this.#options.table.remove(id);
      await this.#unmount(id);
    });
  }

  async enable(id: number, signal: AbortSignal): Promise<StorageView> {
    await this.#setDisabled(id, false);
    return this.#checked(id, signal);
  }

  async disable(id: number): Promise<void> {
    await this.#setDisabled(id, true);
  }

  async check(id: number, signal: AbortSignal): Promise<StorageStatus> {
    return (await this.#checked(id, signal)).status;
  }

  async test(...[input, id, signal]: Parameters<StorageService['test']>): Promise<readonly TrialStep[]> {
    const stored = id === undefined ? undefined : await this.#stored(id);
    const type = this.#typeOf(input.driver);
    const { clock, log, trialEnv: env } = this.#options;
    return this.#checks(() => tryStorage({ input, type, stored }, { env, clock, log, signal }), signal);
  }

  async verify(...[id, answer, signal]: Parameters<StorageService['verify']>): Promise<StorageStatus> {
    await this.#stored(id);
    const session = await passCheck(this.#open.get(id), answer);
    const status = refusedAgain((await this.#checked(id, signal)).status);
    await this.#changes(async () => {
      for (const mount of heldUpBy(session, this.#open.values())) this.#put(releaseMount(mount));
    });
    return status;
  }

  async loadAll(): Promise<void> {
    await this.#changes(async () => {
      const records = await this.#options.table.list();
      const ids = new Set(records.map(({ id }) => id));
      for (const id of this.#open.keys()) if (!ids.has(id)) await this.#unmount(id);
      for (const record of records) {
        await this.#remount(record).catch((error: unknown) => {
          this.#options.log.error({ storage: record.mountPath, error }, 'a storage could not be mounted');
        });
      }
    });
  }

  async close(): Promise<void> {
    await this.#changes(async () => {
      await Promise.all([...this.#open.keys()].map((id) => this.#unmount(id)));
    });
  }

  async #setDisabled(id: number, disabled: boolean): Promise<void> {
    await this.#changes(async () => {
      const stored = await this.#stored(id);
      if (stored.disabled === disabled) {
        // Clients compare the text: API reference §1.3.
        throw new StorageError('invalid_argument', `this storage have ${disabled ? 'disabled' : 'enabled'}`);
      }
      if (stored.damaged !== undefined) {
        throw new StorageError('misconfigured', stored.damaged, {
          detail: { remedy: 'Enter its settings again and save them, or remove the storage.' },
        });
      }
      await this.#save({ ...stored, disabled }, stored);
    });
  }

  /** Stores a changed record and brings the tree after it. */
  async #save(changed: Omit<StorageRecord, 'modified'>, stored: StoredStorage): Promise<void> {
    const record = { ...changed, modified: this.#options.clock.now() };
    await this.#options.table.update(record);
    const mount = this.#open.get(record.id);
    const sameDriver = JSON.stringify(record.addition) === JSON.stringify(stored.addition);
    if (mount === undefined || record.disabled || !sameDriver || stored.damaged !== undefined) {
      await this.#remount(record);
    } else this.#put(renewMount(mount, record));
  }

  /** Mounts a record anew, or takes it out when it is disabled. The old driver is closed first: its session may have to be signed in anew. */
  async #remount({ damaged, ...record }: StoredStorage): Promise<void> {
    if (record.disabled) return this.#unmount(record.id);
    const old = this.#open.get(record.id);
    if (old !== undefined) await closeMount(old, this.#mounting);
    this.#put(openMount(record, this.#mounting, damaged));
  }

  #put(mount: OwnedMount): void {
    const { mounts } = this.#options;
    if (this.#open.has(mount.record.id)) mounts.replace(mount);
    else mounts.mount(mount);
    this.#open.set(mount.record.id, mount);
  }

  async #unmount(id: number): Promise<void> {
    const mount = this.#open.get(id);
    if (mount === undefined) return;
    this.#open.delete(id);
    this.#options.mounts.unmount(id);
    await closeMount(mount, this.#mounting);
  }

  /** The storage after a look at it; one that isn't mounted is not looked at. */
  async #checked(id: number, signal: AbortSignal): Promise<StorageView> {
    const mount = this.#open.get(id);
    if (mount !== undefined) {
      await this.#checks(() => checkMount(mount, this.#options.clock, signal), signal);
    }
    return this.get(id);
  }

  async #stored(id: number): Promise<StoredStorage> {
    const record = await this.#options.table.byId(id);
    if (record === undefined) throw new StorageError('not_found', `There is no storage ${id}.`);
    return record;
  }

  /** @throws ConfigError, StorageError `invalid_argument` */
  #checkedInput(input: StorageInput, stored?: StorageRecord): StorageInput {
    const type = this.#typeOf(input.driver);
    const checked = checkInput(input, type, stored);
    const problems = referenceProblems(type.config.fields, checked.addition, [...this.#open.values()]);
    if (problems.length > 0) throw new ConfigError(problems);
    return checked;
  }

  #typeOf(kind: string): DriverType<unknown> {
    const type = this.#options.driverTypes.find((known) => known.kind === kind);
    if (type === undefined) throw new StorageError('invalid_argument', `no driver named: ${kind}`);
    return type;
  }

  #view(stored: StoredStorage): StorageView {
    const { damaged: _, ...record } = stored;
    const fields = this.#options.driverTypes.find(({ kind }) => kind === record.driver)?.config.fields;
    const addition = maskSecrets(fields, record.addition);
    const idle: StorageStatus = { state: record.disabled ? 'disabled' : 'idle', since: record.modified };
    return { record: { ...record, addition }, status: this.#open.get(record.id)?.status() ?? idle };
  }
}
