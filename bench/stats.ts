/** The middle value; NaN of none. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** The smallest value that `share` of the samples do not exceed. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Something that is measured by name. */
interface Named {
  readonly name: string;
}

/**
 * Measures each in turn, round after round, so that a slow moment of the machine meets all alike. Gives each one's median by name.
 * A NaN, as from a contender whose process can't be watched, is left out.
 */
export async function interleaved<T extends Named>(
  contenders: readonly T[],
  rounds: number,
  measure: (contender: T) => Promise<number>,
): Promise<ReadonlyMap<string, number>> {
  const samples = new Map(contenders.map(({ name }) => [name, [] as number[]] as const));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) samples.get(contender.name)?.push(await measure(contender));
  }
  const medians = [...samples].map(([name, taken]) => [name, median(taken)] as const);
  return new Map(medians.filter(([, value]) => !Number.isNaN(value)));
}
