import * as fc from 'fast-check';

export type Path = readonly string[];

/** What is to happen where a name is taken. */
export type Conflict = 'fail' | 'overwrite' | 'skip';

/** What somebody asks the gateway to change. */
export type Change =
  | { readonly op: 'mkdir'; readonly path: Path }
  | { readonly op: 'rename'; readonly path: Path; readonly name: string; readonly overwrite: boolean }
  | {
      readonly op: 'move' | 'copy';
      readonly from: Path;
      readonly to: Path;
      readonly names: readonly string[];
      readonly conflict: Conflict;
    }
  | { readonly op: 'remove'; readonly dir: Path; readonly names: readonly string[] }
  | {
      readonly op: 'upload';
      readonly dir: Path;
      readonly name: string;
      readonly content: string;
      readonly conflict: Conflict;
    };

/** What somebody asks the gateway without changing anything. */
export type Question =
  | { readonly op: 'list'; readonly path: Path; readonly refresh: boolean }
  | { readonly op: 'stat'; readonly path: Path }
  | { readonly op: 'read'; readonly path: Path };

/** What another program does on the same drive. */
export type RivalAct =
  | { readonly act: 'mkdir' | 'upload'; readonly dir: Path; readonly name: string }
  | { readonly act: 'rename'; readonly path: Path; readonly name: string }
  | { readonly act: 'trash'; readonly path: Path };

export const FAULTS = [
  'too many requests',
  'server error',
  'bad gateway',
  'broken json',
  'cut before',
  'cut after',
  'captcha wanted',
  'token expired',
  'token revoked',
  'too frequent',
  'slow task',
  'endless task',
  'task fails',
  'empty page',
  'short page',
  'no links yet',
  'store error',
  'store refuses',
  'store cut',
  'store cut after',
  'body cut',
  'download refused',
] as const;

export type FaultName = (typeof FAULTS)[number];

/** What happens while the gateway makes its `request`-th request for an operation, counted from 0. */
export type Trouble = { readonly request: number } & (
  | { readonly kind: 'fault'; readonly fault: FaultName }
  | { readonly kind: 'rival'; readonly act: RivalAct }
  /** Nothing gets through any more, until the operation is over. */
  | { readonly kind: 'outage'; readonly answers: 'requests' | 'answers' }
  /** Whoever asked for it leaves. */
  | { readonly kind: 'leave' }
  /** The gateway dies, and another one starts on what is on disk. */
  | { readonly kind: 'crash' }
);

export type Step =
  | ((Change | Question) & { readonly troubles: readonly Trouble[] })
  | { readonly op: 'restart' }
  | { readonly op: 'wait'; readonly minutes: number }
  | { readonly op: 'rival'; readonly act: RivalAct };

/** The tree before the first step. Every file holds something of its own. */
export const START: Readonly<Record<string, string>> = {
  '/a/a/f.txt': '1',
  '/a/b/': '',
  '/a/f.txt': '22',
  '/b/a/a/g.d': '333',
  '/b/g.d': '4444',
  '/f.txt': '55555',
};

/** What uploaded files hold: nothing, the same as another, and some. Long enough that a cut falls into them. */
export const CONTENTS: readonly string[] = ['', 'one', 'another '.repeat(50), 'long '.repeat(40_000)];

/** Few names, so that they meet often. */
const NAMES = ['a', 'b', 'f.txt', 'g.d'] as const;

const name = fc.constantFrom(...NAMES);
const conflict = fc.constantFrom<Conflict>('fail', 'overwrite', 'skip');
const names = fc.array(name, { minLength: 1, maxLength: 2 });
/** Mostly what may be there. */
const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Path>([], ['a'], ['b'], ['a', 'a'], ['f.txt'], ['a', 'f.txt']) },
  { weight: 1, arbitrary: fc.array(name, { maxLength: 3 }) },
);
const entryPath = fc.tuple(path, name).map(([dir, last]): Path => [...dir, last]);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ op: fc.constant('mkdir' as const), path: entryPath }),
  fc.record({ op: fc.constant('rename' as const), path: entryPath, name, overwrite: fc.boolean() }),
  fc.record({
    op: fc.constantFrom('move' as const, 'copy' as const),
    from: path,
    to: path,
    names,
    conflict,
  }),
  fc.record({ op: fc.constant('remove' as const), dir: path, names }),
  fc.record({
    op: fc.constant('upload' as const),
    dir: path,
    name,
    content: fc.constantFrom(...CONTENTS),
    conflict,
  }),
);

const question: fc.Arbitrary<Question> = fc.oneof(
  fc.record({ op: fc.constant('list' as const), path, refresh: fc.boolean() }),
  fc.record({ op: fc.constant('stat' as const), path: entryPath }),
  fc.record({ op: fc.constant('read' as const), path: entryPath }),
);

const rivalAct: fc.Arbitrary<RivalAct> = fc.oneof(
  fc.record({ act: fc.constantFrom('mkdir' as const, 'upload' as const), dir: path, name }),
  fc.record({ act: fc.constant('rename' as const), path: entryPath, name }),
  fc.record({ act: fc.constant('trash' as const), path: entryPath }),
);

const request = fc.integer({ min: 0, max: 14 });
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ request, kind: fc.constant('fault' as const), fault: fc.constantFrom(...FAULTS) }),
  },
  { weight: 2, arbitrary: fc.record({ request, kind: fc.constant('rival' as const), act: rivalAct }) },
  {
    weight: 1,
    arbitrary: fc.record({
      request,
      kind: fc.constant('outage' as const),
      answers: fc.constantFrom('requests' as const, 'answers' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ request, kind: fc.constantFrom('leave' as const, 'crash' as const) }) },
);

/** Steps for a storage on which nothing goes wrong and nobody else works. */
export function plainSteps(maxLength: number): fc.Arbitrary<readonly Step[]> {
  const calm = fc.oneof({ weight: 3, arbitrary: change }, { weight: 1, arbitrary: question });
  const step = fc.oneof(
    { weight: 12, arbitrary: calm.map((one) => ({ ...one, troubles: [] })) },
    { weight: 1, arbitrary: fc.constant({ op: 'restart' as const }) },
  );
  return fc.array(step, { minLength: 1, maxLength, size: 'max' });
}

/** Steps among faults, restarts and a rival. */
export function troubledSteps(maxLength: number): fc.Arbitrary<readonly Step[]> {
  const asked = fc.oneof({ weight: 4, arbitrary: change }, { weight: 1, arbitrary: question });
  const troubles = fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(trouble, { minLength: 1, maxLength: 3 }) },
  );
  const step = fc.oneof(
    { weight: 12, arbitrary: fc.tuple(asked, troubles).map(([one, more]) => ({ ...one, troubles: more })) },
    { weight: 1, arbitrary: fc.constant({ op: 'restart' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('wait' as const), minutes: fc.constantFrom(4, 130, 700) }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('rival' as const), act: rivalAct }) },
  );
  return fc.array(step, { minLength: 1, maxLength, size: 'max' });
}
