import { expect } from 'bun:test';
import type { Driver, OpName } from '../../src/core/driver.ts';
import { isAbort, StorageError, type StorageErrorCode } from '../../src/core/errors.ts';
import type { HttpClient } from '../../src/core/http-client.ts';
import type { Fixture } from './fixture.ts';

/** One driver with its content, opened for one test. */
export interface Opened {
  readonly driver: Driver;
  readonly fixture: Fixture;
  /** Fetches links; needed by drivers that have `link`. */
  readonly http?: HttpClient;
  /** Lets go of everything, the driver included. */
  close(): Promise<void>;
}

/** One point of the contract. It is checked on drivers that have all of `needs`. */
export interface ContractTest {
  readonly name: string;
  readonly needs?: readonly OpName[];
  run(opened: Opened): Promise<void>;
}

/** Tests that all need `op`. */
export function needing(op: OpName, tests: readonly Omit<ContractTest, 'needs'>[]): ContractTest[] {
  return tests.map((test) => ({ ...test, needs: [op] }));
}

/** The driver's method. The suite checks first that a driver has what it is said to have. */
export function has<T>(method: T | undefined): T {
  if (method === undefined) throw new Error('the driver lacks the operation');
  return method;
}

/** Checks that a call fails with one of `codes`, as a `StorageError`. */
export async function expectCode(
  call: Promise<unknown>,
  ...codes: readonly StorageErrorCode[]
): Promise<void> {
  const outcome = await outcomeOf(call);
  if (!(outcome instanceof StorageError)) throw unexpected(outcome, codes.join(' or '));
  expect(codes).toContain(outcome.code);
}

export async function expectAbort(call: Promise<unknown>): Promise<void> {
  const outcome = await outcomeOf(call);
  if (!isAbort(outcome)) throw unexpected(outcome, 'an AbortError');
}

/** What a call ended with: its error, or undefined when it succeeded. */
export async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error;
  }
}

function unexpected(outcome: unknown, wanted: string): Error {
  const got =
    outcome === undefined
      ? 'it succeeded'
      : `got ${outcome instanceof Error ? outcome.stack : JSON.stringify(outcome)}`;
  return new Error(`wanted ${wanted}, ${got}`, { cause: outcome });
}
