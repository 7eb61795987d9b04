import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import {
  cancelImport,
  commitImport,
  editImport,
  type ImportProgress,
  type ImportRow,
  type ImportWish,
  readProgress,
  type RowEdit,
  SHARES_KEY,
  startImport,
} from '../../api/shares.ts';
import { useApi } from '../../session/session.tsx';
import { mergeProgress } from './merge-progress.ts';

const POLL_MS = 700;

/** A dry run on the gateway, followed until it ends. */
export interface Import {
  readonly progress: ImportProgress | undefined;
  /** What went wrong with the last thing that was asked for. */
  readonly error: Error | undefined;
  /** Something was asked for and is not answered yet. */
  readonly busy: boolean;
  /** How many the last adding added; undefined before. */
  readonly added: number | undefined;
  readonly start: (wish: ImportWish) => void;
  readonly stop: () => void;
  readonly edit: (row: ImportRow, edit: RowEdit) => void;
  readonly commit: (rows: 'good' | 'all') => void;
  /** Back to an empty field. */
  readonly reset: () => void;
}

export function useImport(): Import {
  const api = useApi();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<ImportProgress>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const [added, setAdded] = useState<number>();
  const take = (next: ImportProgress) => setProgress((old) => mergeProgress(old, next));

  const { id, state, revision } = progress ?? {};
  useEffect(() => {
    if (id === undefined || revision === undefined || state !== 'running') return;
    const left = new AbortController();
    const timer = setTimeout(() => {
      readProgress(api, { id, since: revision, signal: left.signal }).then(take, (problem: unknown) => {
        if (!left.signal.aborted) setError(asError(problem));
      });
    }, POLL_MS);
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [api, id, state, revision, progress]);

  const ask = (call: () => Promise<ImportProgress>, then: (answer: ImportProgress) => void = take): void => {
    setBusy(true);
    setError(undefined);
    call()
      .then(then, (problem: unknown) => setError(asError(problem)))
      .finally(() => setBusy(false));
  };
  const withId = (call: (importId: string) => void) => id !== undefined && call(id);

  return {
    progress,
    error,
    busy,
    added,
    start: (wish) => ask(() => startImport(api, wish)),
    stop: () => void withId((importId) => ask(() => cancelImport(api, importId))),
    edit: (row, edit) =>
      void withId((importId) => ask(() => editImport(api, { id: importId, index: row.index, ...edit }))),
    commit: (rows) =>
      void withId((importId) =>
        ask(
          () => commitImport(api, importId, rows),
          (answer) => {
            take(answer);
            setAdded(answer.added);
            void queries.invalidateQueries({ queryKey: SHARES_KEY });
            void queries.invalidateQueries({ queryKey: ['folder'] });
          },
        ),
      ),
    reset: () => {
      setProgress(undefined);
      setAdded(undefined);
      setError(undefined);
    },
  };
}

function asError(problem: unknown): Error {
  return problem instanceof Error ? problem : new Error(String(problem));
}
