import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { isAbort } from '../api/errors.ts';
import { useApi } from '../session/session.tsx';
import { type Trial, type TrialStep, tryStorage } from './try-storage.ts';
import { useReasonWords } from '../reasons/reason-words.ts';
import { useWords } from './use-words.ts';

/** Tries what stands in a form, one trial at a time. Leaving the form calls it off. */
export function useTrial(onSteps: (steps: readonly TrialStep[]) => void) {
  const api = useApi();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const trial = useMutation({
    mutationFn: (what: Trial) => {
      running.current = new AbortController();
      return tryStorage(api, what, running.current.signal);
    },
    onSuccess: onSteps,
  });
  return {
    start: (what: Trial) => trial.mutate(what),
    stop: () => running.current?.abort(),
    busy: trial.isPending,
    steps: trial.isPending ? undefined : trial.data,
    failure: trial.error === null || isAbort(trial.error) ? '' : trial.error.message,
  };
}

interface TrialReportProps {
  readonly steps: readonly TrialStep[] | undefined;
  readonly busy: boolean;
  readonly failure: string;
}

/** What came of a trial, step by step. */
export function TrialReport({ steps, busy, failure }: TrialReportProps) {
  const { t } = useWords();
  return (
    <div role="status" className="empty:hidden">
      {busy && <p className="text-muted">{t('trial.busy')}</p>}
      {failure !== '' && <p className="text-bad wrap-anywhere">{t('action_failed', { reason: failure })}</p>}
      {steps !== undefined && (
        <ol
          aria-label={t('trial.title')}
          className="flex flex-col gap-3 rounded-panel border border-line p-4"
        >
          {steps.map((step) => (
            <Step key={step.name ?? step.message} step={step} />
          ))}
        </ol>
      )}
    </div>
  );
}

function Step({ step }: { step: TrialStep }) {
  const { name, ok, ms } = step;
  const { t } = useWords();
  const { reason, remedy } = useReasonWords()({ ...step, reason: step.message });
  const Icon = ok ? CircleCheck : CircleX;
  return (
    <li className="flex gap-3">
      <Icon
        size={20}
        role="img"
        aria-label={t(ok ? 'trial.good' : 'trial.bad')}
        className={ok ? 'shrink-0 text-good' : 'shrink-0 text-bad'}
      />
      <div className="min-w-0">
        <p className="font-medium">
          {name !== undefined && t(`trial.${name}`)}{' '}
          <span className="figures text-sm font-normal text-muted">{t('trial.ms', { ms })}</span>
        </p>
        <p className="text-pretty wrap-anywhere">{reason}</p>
        {remedy !== '' && <p className="text-pretty text-muted wrap-anywhere">{remedy}</p>}
      </div>
    </li>
  );
}
