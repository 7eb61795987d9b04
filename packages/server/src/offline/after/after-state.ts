import { z } from 'zod';

/** How far the rules of a download have got; saved beside what its tool has saved, after each step. */
const afterState = z.object({
  step: z.enum(['drop', 'rename', 'move', 'notify', 'over']),
  /** What the tool has said of the download. */
  status: z.string(),
  problem: z.string(),
  /** The folder in which it stands, as its owner sees it, and its name there; '' when there is nothing that the task has made. */
  folder: z.string(),
  made: z.string(),
  /** The names to give, in their order, once they were worked out: so that a run that was cut gives none twice. */
  renames: z.array(z.object({ path: z.string(), to: z.string() })).optional(),
  dropped: z.number(),
  renamed: z.number(),
  moved: z.boolean(),
  /** What could not be done, in words. */
  troubles: z.array(z.string()),
});

export type AfterState = z.output<typeof afterState>;

const saved = z.looseObject({ after: afterState });

/** @returns undefined for a download whose tool is not done with it */
export function afterStateOf(checkpoint: unknown): AfterState | undefined {
  const found = saved.safeParse(checkpoint);
  return found.success ? found.data.after : undefined;
}

/** A checkpoint with the state in it, and with all that the tool has saved. */
export function withAfterState(checkpoint: unknown, after: AfterState): object {
  return { ...(typeof checkpoint === 'object' ? checkpoint : {}), after };
}
