import type { Drive } from '../drive.ts';
import { spaceNotEnough } from './change-errors.ts';

/** What a task says that found no room (protocol reference §5.3). */
export const SPACE_MESSAGE = 'Storage space is not enough';

/** Whether so many more bytes fit; trashed files count, unfinished uploads do not (rule F20). */
export function hasSpaceFor(drive: Drive, bytes: number): boolean {
  return drive.tree.usage().total + bytes <= drive.account.quotaLimit;
}

/** @throws Refusal `file_space_not_enough` (rules F14, U3) */
export function requireSpace(drive: Drive, bytes: number): void {
  if (!hasSpaceFor(drive, bytes)) throw spaceNotEnough();
}
