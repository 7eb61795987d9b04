import type { Ctx } from '../../src/core/driver.ts';
import { isAbort, StorageError } from '../../src/core/errors.ts';
import { expectation, isInterim } from './expectations.ts';
import { type Change, type Path, type Question, type Step, type Trouble } from './steps.ts';
import {
  answerIn,
  answerTo,
  carryOut,
  isMissing,
  readFile,
  type Shown,
  shownBelow,
  shownIn,
} from './requests.ts';
import { type Effect, type Happened, LISTINGS_KEPT_MINUTES, type Subject } from './subject.ts';
import { at, drawn, fits, isThrownAway, type Item, isFolder, shownAs, type Tree } from './tree.ts';

const MINUTE = 60_000;

/** Longer than anything of ours goes on after a caller has been told of a failure, and than an account has to wait for its next sign-in. */
const AFTERMATH_MS = 12 * MINUTE;

/** What a storage does that the model does not know of. */
export class ModelMismatch extends Error {
  override readonly name = 'ModelMismatch';
}

/**
 * Takes the steps one after the other, and looks after each at what is really there.
 *
 * What the gateway said is done must be done, and nothing else. What failed may have been done or not: the storage then has the tree of before
 * or the one of after, or one of those in between in which nothing is lost. In the end the listing from memory, and the one of a gateway that
 * has just started, show what is there.
 *
 * @throws ModelMismatch
 */
export async function runSteps(subject: Subject, steps: readonly Step[]): Promise<void> {
  const run = new Run(subject, await subject.real());
  for (const step of steps) await run.take(step);
  await run.finish();
}

interface Outcome extends Happened {
  readonly error?: unknown;
  readonly crashed: boolean;
}

class Run {
  readonly #subject: Subject;
  /** The trees that the gateway may take for the present one, which is the last. */
  #seen: Tree[];
  readonly #log: string[] = [];

  constructor(subject: Subject, tree: Tree) {
    this.#subject = subject;
    this.#seen = [tree];
  }

  async take(step: Step): Promise<void> {
    this.#log.push(JSON.stringify(step));
    switch (step.op) {
      case 'restart':
        await this.#restart();
        return;
      case 'wait':
        await this.#subject.pass(step.minutes * MINUTE);
        if (step.minutes > LISTINGS_KEPT_MINUTES) this.#seen = [this.#present];
        return;
      case 'rival':
        await this.#subject.rival(step.act);
        await this.#subject.pass(AFTERMATH_MS);
        this.#seen.push(await this.#subject.real());
        return;
      case 'list':
      case 'stat':
      case 'read':
        return this.#ask(step, step.troubles);
      case 'mkdir':
      case 'rename':
      case 'move':
      case 'copy':
      case 'remove':
      case 'upload':
        return this.#change(step, step.troubles);
    }
  }

  /** The listing from memory, then the one of a gateway that has just started, then the bytes. */
  async finish(): Promise<void> {
    const real = await this.#subject.real();
    this.#log.push('the listing in the end');
    if (this.#seen.length === 1) this.#compare(await this.#listed(), real);
    this.#log.push('the listing after a start');
    await this.#restart();
    this.#compare(await this.#listed(), real);
    this.#log.push('the bytes');
    await this.#readAll(real);
  }

  async #restart(): Promise<void> {
    await this.#subject.restart();
    this.#seen = [this.#present];
  }

  get #present(): Tree {
    const tree = this.#seen.at(-1);
    if (tree === undefined) throw new Error('there is always a tree');
    return tree;
  }

  async #change(change: Change, troubles: readonly Trouble[]): Promise<void> {
    const outcome = await this.#attempt(troubles, (ctx) => carryOut(this.#subject, change, ctx));
    const { error, troubled, effects } = outcome;
    const { done, failed, late } = expectation(this.#seen, change, effects);
    const real = await this.#subject.real();
    const unseen = isTimeout(error) || outcome.crashed || troubles.some(({ kind }) => kind === 'outage');
    const allowed = error === undefined ? done : [...failed, ...done, ...(unseen ? late : [])];
    if (!allowed.some((tree) => this.#fits(tree, real))) throw this.#mismatch(outcome, allowed, real);
    // Where nothing gets through any more, an upload can't be taken back, and nobody knows whether it is there.
    const mute = outcome.crashed || troubles.some(({ kind }) => kind === 'outage');
    if (!mute) this.#checkTold(error, real);
    const certain = !troubled && this.#seen.length === 1 && this.#present.pending.length === 0;
    if (certain && error !== undefined && done.length > 0 && !isPause(error))
      throw this.#mismatch(outcome, done, real);
    const unsure = effects.length > 0 || this.#seen.length > 1;
    this.#seen = unsure ? [...this.#seen, real] : [real];
    if (outcome.crashed) await this.#restart();
  }

  async #ask(question: Question, troubles: readonly Trouble[]): Promise<void> {
    let answer: unknown;
    const outcome = await this.#attempt(troubles, async (ctx) => {
      answer = await answerTo(this.#subject, question, ctx);
    });
    const { error, troubled, effects } = outcome;
    const real = await this.#subject.real();
    if (
      !this.#fits(
        effects.reduce((tree, act) => act(tree), this.#present),
        real,
      )
    ) {
      throw this.#mismatch(outcome, [this.#present], real);
    }
    if (effects.length > 0) this.#seen = [...this.#seen, real];
    const possible = this.#seen.map((tree) => answerIn(tree, question));
    if (
      question.op === 'list' &&
      this.#seen.some((tree) => isThrownAway(this.#present, at(tree, question.path)))
    ) {
      possible.push([]); // a cloud calls a folder below a trashed one live, and empty
    }
    const wanted =
      possible.some((one) => JSON.stringify(one) === JSON.stringify(answer)) || isBetween(answer, possible);
    const excused =
      error !== undefined &&
      (troubled || this.#seen.length > 1 || isPause(error) || isMissing(error, possible));
    if (!wanted && !excused) throw this.#wrongAnswer(outcome, possible, answer);
    if (outcome.crashed) await this.#restart();
  }

  async #attempt(troubles: readonly Trouble[], job: (ctx: Ctx) => Promise<void>): Promise<Outcome> {
    const leaving = new AbortController();
    this.#subject.expect(troubles, () => leaving.abort());
    let failure: { readonly error: unknown } | undefined;
    try {
      await this.#subject.run(() => job({ signal: leaving.signal, priority: 'browse' }));
    } catch (error) {
      failure = { error };
    }
    const crashed = leaving.signal.aborted && troubles.some(({ kind }) => kind === 'crash');
    let happened = { troubled: false, effects: [] as readonly Effect[] };
    if (failure !== undefined) await this.#aftermath(failure.error);
    happened = this.#subject.settle();
    if (failure === undefined && happened.effects.length > 0) await this.#subject.pass(AFTERMATH_MS);
    if (failure !== undefined) this.#checkError(failure.error, leaving.signal.aborted);
    return { ...happened, ...failure, crashed };
  }

  /** What goes on behind the caller's back ends, and what locks the account out is over. */
  async #aftermath(error: unknown): Promise<void> {
    const asked = error instanceof StorageError ? (error.retryAfterMs ?? 0) : 0;
    await this.#subject.pass(Math.max(AFTERMATH_MS, asked + 1000));
  }

  /** Nothing is left under a name of ours without a word about it. */
  #checkTold(error: unknown, real: Tree): void {
    const told = error instanceof StorageError ? `${error.message} ${error.detail.remedy ?? ''}` : '';
    const before = interimNames(this.#present.items);
    const left = interimNames(real.items).filter((name) => !before.includes(name) && !told.includes(name));
    if (left.length === 0) return;
    throw new ModelMismatch(`${this.#story()}\n${text(error)}\nleaves ${left.join(', ')}\n${drawn(real)}`);
  }

  /** Errors are words for a person, whatever happened. */
  #checkError(error: unknown, left: boolean): void {
    if (error instanceof StorageError || (left && isAbort(error))) return;
    throw new ModelMismatch(`${this.#story()}\nfails with no error of a storage`, { cause: error });
  }

  /** A pause that the cloud has asked for is waited for. */
  async #listed(): Promise<Shown> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#subject.run(() => shownBelow(this.#subject, []));
      } catch (error) {
        if (!isPause(error) || tries === 3) throw error;
        await this.#aftermath(error);
      }
    }
  }

  #compare(shown: Shown, real: Tree): void {
    const wanted = shownIn(real.items);
    if (JSON.stringify(shown) === JSON.stringify(wanted)) return;
    throw new ModelMismatch(
      `${this.#story()}\nthe listing shows\n${text(shown)}\nbut there is\n${text(wanted)}\n${drawn(real)}`,
    );
  }

  async #readAll(real: Tree): Promise<void> {
    const ctx = { signal: new AbortController().signal, priority: 'browse' } as const;
    const visit = async (items: readonly Item[], dir: Path): Promise<void> => {
      for (const item of items) {
        if (typeof item.name !== 'string' || shownAs(items, item.name) !== item) continue;
        const path = [...dir, item.name];
        if (isFolder(item)) await visit(item.items, path);
        else {
          const content = await this.#subject.run(() => readFile(this.#subject, path, ctx));
          if (content !== item.content)
            throw new ModelMismatch(`${this.#story()}\n${path.join('/')} has other bytes`);
        }
      }
    };
    await visit(real.items, []);
  }

  #fits(tree: Tree, real: Tree): boolean {
    return fits(tree, real, this.#subject.ids);
  }

  #mismatch({ error }: Outcome, allowed: readonly Tree[], real: Tree): ModelMismatch {
    const said = error === undefined ? 'says that it is done' : `fails with ${text(error)}`;
    const before = this.#seen.map(drawn).join('\n---\n');
    return new ModelMismatch(
      `${this.#story()}\n${said}\n\nbefore\n${before}\n\nallowed\n${allowed.map(drawn).join('\n---\n')}\n\nthere is\n${drawn(real)}`,
      { cause: error },
    );
  }

  #wrongAnswer({ error }: Outcome, possible: readonly unknown[], answer: unknown): ModelMismatch {
    const said = error === undefined ? `answers ${text(answer)}` : `fails with ${text(error)}`;
    return new ModelMismatch(`${this.#story()}\n${said}\nbut there is ${text(possible)}`, { cause: error });
  }

  #story(): string {
    return this.#log.join('\n');
  }
}

function interimNames(items: readonly Item[]): string[] {
  const own = items
    .map(({ name }) => name)
    .filter(isInterim)
    .map(String);
  return [...own, ...items.flatMap((item) => interimNames(item.items))];
}

/** Whether a list is one of before with some of our changes: all that is always there, and nothing that never was. */
function isBetween(answer: unknown, possible: readonly unknown[]): boolean {
  const lists = possible.filter((one): one is unknown[] => Array.isArray(one));
  if (!Array.isArray(answer) || lists.length < 2) return false;
  const always = lists[0]?.filter((name) => lists.every((one) => one.includes(name))) ?? [];
  return always.every((name) => answer.includes(name)) && answer.every((name) => lists.flat().includes(name));
}

function isTimeout(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'timeout';
}

/** Whether the account is left alone for a while, for what happened at an earlier step. */
function isPause(error: unknown): error is StorageError {
  const codes = new Set(['rate_limited', 'unauthenticated']);
  return error instanceof StorageError && codes.has(error.code) && (error.retryAfterMs ?? 0) > 0;
}

function text(value: unknown): string {
  if (value instanceof StorageError) return `${value.code}: ${value.message} ${JSON.stringify(value.detail)}`;
  return value instanceof Error ? `${value.name}: ${value.message}` : JSON.stringify(value, null, 1);
}
