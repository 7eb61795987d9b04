import type { Bench } from './setup.ts';

/** One figure of the bench (design §13). `ok` compares with the budget; a row without a budget only informs. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly budget: number | null;
  readonly ok: boolean | null;
  readonly peers: Readonly<Record<string, number>>;
}

/** A group of figures that are measured together. */
export type Measurement = (bench: Bench) => Promise<Row[]>;

/** A row whose value must not exceed `budget`; without one it only informs. */
export function atMost(name: string, value: number, unit: string, budget?: number): Row {
  return {
    name,
    value: Math.round(value * 1000) / 1000,
    unit,
    budget: budget ?? null,
    ok: budget === undefined ? null : value <= budget,
    peers: {},
  };
}

/** The smallest value that `share` of the samples do not exceed. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
