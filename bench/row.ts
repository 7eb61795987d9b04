import { OURS } from './contender.ts';

/** One figure of the bench (design §13). `ok` compares with the budget or, where that says so, with the peers; else it only informs. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly budget: number | null;
  readonly ok: boolean | null;
  readonly peers: Readonly<Record<string, number>>;
}

/** A row whose value must not exceed `budget`; without one it only informs. */
export function atMost(name: string, value: number, unit: string, budget?: number): Row {
  return {
    name,
    value: rounded(value),
    unit,
    budget: budget ?? null,
    ok: budget === undefined ? null : value <= budget,
    peers: {},
  };
}

/** What `compared` needs besides the figures. */
export interface Comparison {
  readonly name: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  /** Those beside us that show what the machine can do, and that nobody has to beat. */
  readonly yardsticks?: readonly string[];
  readonly budget?: number;
}

/** A row beside everyone else's figures for the same. Holds when it keeps its budget and no peer is better. */
export function compared(what: Comparison, values: ReadonlyMap<string, number>): Row {
  const value = values.get(OURS) ?? Number.NaN;
  const others = [...values].filter(([name]) => name !== OURS);
  const peers = others.filter(([name]) => !(what.yardsticks ?? []).includes(name));
  const beats = ([, other]: readonly [string, number]): boolean =>
    what.better === 'less' ? value <= other : value >= other;
  const { budget } = what;
  const judged = budget !== undefined || peers.length > 0;
  const kept = budget === undefined || (what.better === 'less' ? value <= budget : value >= budget);
  return {
    name: what.name,
    value: rounded(value),
    unit: what.unit,
    budget: budget ?? null,
    ok: judged ? kept && peers.every(beats) : null,
    peers: Object.fromEntries(others.map(([name, other]) => [name, rounded(other)])),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
