import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { localSubject, memorySubject } from './own-subjects.ts';
import { pikpakSubjects } from './pikpak-subject.ts';
import { runSteps } from './run-steps.ts';
import { plainSteps, START, type Step, troubledSteps } from './steps.ts';
import type { Subject } from './subject.ts';

/** More for a night: `SLUICE_MODEL_RUNS=20000` with another `SLUICE_MODEL_SEED`. A failure prints the shortest steps to it. */
const RUNS = Number(process.env['SLUICE_MODEL_RUNS'] ?? 1000);
const SEED = Number(process.env['SLUICE_MODEL_SEED'] ?? 1);
const LIMIT_MS = 30 * 60_000;

interface Kind {
  readonly kind: string;
  readonly make: (content: typeof START) => Promise<Subject>;
  readonly steps: fc.Arbitrary<readonly Step[]>;
  readonly runs: number;
}

const KINDS: readonly Kind[] = [
  { kind: 'PikPak', make: pikpakSubjects(), steps: troubledSteps(14), runs: RUNS },
  { kind: 'Local', make: localSubject, steps: plainSteps(12), runs: Math.ceil(RUNS / 10) },
  { kind: 'Memory', make: memorySubject, steps: plainSteps(20), runs: Math.ceil(RUNS / 5) },
];

test.each(KINDS)(
  '$kind keeps the tree that a plain model has, whatever goes wrong and whoever else works on it',
  async ({ make, steps, runs }) => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const subject = await make(START);
        try {
          await runSteps(subject, list);
        } finally {
          await subject.close();
        }
      }),
      { numRuns: runs, seed: SEED },
    );
    expect(runs).toBeGreaterThan(0);
  },
  LIMIT_MS,
);
