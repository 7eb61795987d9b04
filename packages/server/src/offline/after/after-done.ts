import { StorageError } from '../../core/errors.ts';
import type { Outcome } from '../../tasks/task.ts';
import type { ToolOutcome } from '../tool.ts';
import type { AfterState } from './after-state.ts';
import type { AfterStep } from './after-step.ts';
import { dropJunk } from './drop-junk.ts';
import { moveMade } from './move-made.ts';
import { renameMade } from './rename-made.ts';

/** The state to begin with, for a download whose tool has just ended in `folder`. */
export function beginAfter(
  { made = '', status = '', problem = '' }: Extract<ToolOutcome, { type: 'done' }>,
  folder: string,
): AfterState {
  const none = { dropped: 0, renamed: 0, moved: false, troubles: [] };
  return { step: made === '' ? 'notify' : 'drop', status, problem, folder, made, ...none };
}

/**
 * Follows the rules of a download that has come, one step after the other, each written down when it is done. A step that can't be done is told
 * of, and the next is taken: the download itself is there.
 * @throws StorageError that says `later`; AbortError
 */
export async function afterDone(begin: AfterState, step: AfterStep): Promise<Outcome> {
  let state = begin;
  while (state.step !== 'over') {
    state = await taken(state, step);
    await step.save(state);
  }
  return outcomeOf(state);
}

async function taken(state: AfterState, step: AfterStep): Promise<AfterState> {
  switch (state.step) {
    case 'drop':
      return { ...(await attempted('dropped', state, dropJunk, step)), step: 'rename' };
    case 'rename':
      return { ...(await attempted('renamed', state, renameMade, step)), step: 'move' };
    case 'move':
      return { ...(await attempted('moved', state, moveMade, step)), step: 'notify' };
    case 'notify':
      return { ...(await told(state, step)), step: 'over' };
    case 'over':
      return state;
    default:
      return state.step satisfies never;
  }
}

async function attempted(
  word: string,
  state: AfterState,
  act: (state: AfterState, step: AfterStep) => Promise<AfterState>,
  step: AfterStep,
): Promise<AfterState> {
  try {
    return await act(state, step);
  } catch (error) {
    if (!(error instanceof StorageError) || error.retry === 'later') throw error;
    return { ...state, troubles: [...state.troubles, `nothing could be ${word}: ${error.message}`] };
  }
}

/** A gateway that is killed behind the call tells it again: whoever listens knows tasks by their ids. */
async function told(state: AfterState, { rules, job, ctx, notifier }: AfterStep): Promise<AfterState> {
  if (rules.webhook === '') return state;
  const { folder, made } = state;
  const outcome = outcomeOf(state);
  const { status = '', problem = '' } = outcome.type === 'done' ? outcome : {};
  const body = { event: 'offline_download.done', task: job.id, folder, name: made, status, problem };
  const trouble = await notifier.tell(rules.webhook, body, ctx.signal);
  job.log(trouble === undefined ? 'The webhook was told.' : `The webhook could not be told: ${trouble}`);
  return state;
}

function outcomeOf({ status, problem, dropped, renamed, moved, folder, troubles }: AfterState): Outcome {
  const done = [
    ...(dropped === 0 ? [] : [`${dropped} dropped`]),
    ...(renamed === 0 ? [] : [`${renamed} renamed`]),
    ...(moved ? [`moved to ${folder}`] : []),
  ];
  const wrong = [problem, troubles.length === 0 ? '' : `It is there, but ${troubles.join('; ')}`];
  const words = wrong.filter((text) => text !== '').join(' ');
  return {
    type: 'done',
    status: done.length === 0 ? status : `${status} (${done.join(', ')})`,
    ...(words === '' ? {} : { problem: words }),
  };
}
