import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { type MouseEvent, type SubmitEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../session/session.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { type VerifyOutcome, verifyStorage } from './verify-storage.ts';

interface HumanCheckProps {
  /** The storage that waits for the check. */
  readonly id: number;
  readonly url: string;
  /** The check is passed: what is shown of the storage is asked for anew already. */
  readonly onPassed?: (() => void) | undefined;
}

/** What there is to do about a check: open it, and hand in what it ended at. Then everything goes on by itself. */
export function HumanCheck({ id, url, onPassed }: HumanCheckProps) {
  const { t } = useTranslation();
  const field = useId();
  const [answer, setAnswer] = useState('');
  const [missing, setMissing] = useState(false);
  const verify = useVerify(id, onPassed);
  const page = (verify.data?.kind === 'refused' && verify.data.state.actionUrl) || url;
  const problem = useProblem(verify.data, verify.error);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setMissing(answer.trim() === '');
    if (answer.trim() !== '') verify.mutate(answer);
  };
  return (
    <form noValidate onSubmit={submit} className="mt-2 flex w-full flex-col gap-4 text-left text-text">
      <a
        href={page}
        target="_blank"
        rel="noreferrer"
        className={buttonClass('primary', 'self-start')}
        onClick={openBeside}
      >
        <ExternalLink size={18} aria-hidden />
        {t('check.open')}
      </a>
      <Field
        id={field}
        label={t('check.answer')}
        help={t('check.answer_help')}
        error={missing ? t('check.missing') : verify.isPending ? undefined : problem}
      >
        <TextInput
          name="captcha_token"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={answer}
          onChange={(event) => {
            setAnswer(event.target.value);
            setMissing(false);
            verify.reset();
          }}
        />
      </Field>
      <div className="flex items-center gap-3">
        <Button type="submit" disabled={verify.isPending}>
          {t('check.go_on')}
        </Button>
        <p role="status" className="text-sm text-muted">
          {verify.isPending ? t('check.busy') : ''}
        </p>
      </div>
    </form>
  );
}

/** In a small window, so that this page stays in sight; where there can't be one, the link does. */
function openBeside(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  window.open(event.currentTarget.href, '_blank', 'popup,width=540,height=760,noopener,noreferrer');
}

function useVerify(id: number, onPassed: (() => void) | undefined) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (answer: string) => verifyStorage(api, id, answer),
    onSuccess: async (outcome) => {
      if (outcome.kind !== 'passed') return;
      await Promise.all(
        ['storages', 'mount-above', 'folder'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
      onPassed?.();
    },
  });
}

/** What is wrong with the answer, in the page's own words where it has some. */
function useProblem(outcome: VerifyOutcome | undefined, failure: Error | null): string | undefined {
  const { t } = useTranslation();
  if (failure !== null) return failure.message;
  if (outcome?.kind !== 'refused') return undefined;
  return outcome.reason === 'other' ? outcome.message : t(`check.${outcome.reason}`);
}
