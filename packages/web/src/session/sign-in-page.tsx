import { useRouter } from '@tanstack/react-router';
import { Eye, EyeOff } from 'lucide-react';
import { type ReactNode, type SubmitEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/errors.ts';
import { settingsQuery } from '../api/queries.ts';
import { Mark } from '../brand/mark.tsx';
import { LookMenu } from '../frame/look-menu.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { clockText, useTimeLeft } from './countdown.ts';
import { useApi, useSignIn } from './session.tsx';

export interface SignInPageProps {
  /** Where to go afterwards: an address of this page. */
  readonly to: string;
  /** The gateway ended a session that was there. */
  readonly expired: boolean;
}

export function SignInPage({ to, expired }: SignInPageProps) {
  const { t } = useTranslation();
  const settings = useQuery(settingsQuery(useApi())).data;
  return (
    <main className="flex h-full flex-col items-center overflow-auto bg-canvas p-4">
      <div className="flex w-full justify-end">
        <LookMenu />
      </div>
      <div className="flex w-full max-w-sm grow-2 flex-col justify-center gap-6 py-8">
        <header className="flex flex-col items-center gap-4 text-center">
          <Mark size={52} />
          <div>
            <h1 className="text-xl font-semibold">{t('sign_in.title')}</h1>
            <p className="mt-1 text-muted">{expired ? t('sign_in.expired') : t('sign_in.lead')}</p>
          </div>
        </header>
        <SignInForm to={to} />
        {settings?.demo === true && (
          <p className="text-center text-sm text-pretty text-muted">{t('sign_in.first_start')}</p>
        )}
      </div>
      <div className="grow-3" />
    </main>
  );
}

/** What the last try came to. */
type Outcome =
  | { readonly type: 'none' | 'busy' | 'wrong' }
  | { readonly type: 'missing'; readonly field: 'username' | 'password' }
  | { readonly type: 'throttled'; readonly until: number | undefined }
  | { readonly type: 'failed'; readonly message: string };

function SignInForm({ to }: { to: string }) {
  const { t } = useTranslation();
  const { submit, outcome } = useSubmit(to);
  const [shown, setShown] = useState(false);
  const left = useTimeLeft(outcome.type === 'throttled' ? outcome.until : undefined);
  const first = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => first.current?.focus(), []);
  const missing = (field: 'username' | 'password') =>
    outcome.type === 'missing' && outcome.field === field ? t(`sign_in.${field}_missing`) : undefined;
  return (
    <form
      noValidate
      onSubmit={submit}
      className="flex flex-col gap-4 rounded-panel border border-line bg-surface p-6"
    >
      <Field label={t('sign_in.username')} id={`${id}-name`} error={missing('username')}>
        <TextInput
          ref={first}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
      <Field label={t('sign_in.password')} id={`${id}-word`} error={missing('password')}>
        <TextInput
          name="password"
          type={shown ? 'text' : 'password'}
          autoComplete="current-password"
          autoCapitalize="none"
          spellCheck={false}
          end={
            <IconButton
              label={t(shown ? 'sign_in.hide' : 'sign_in.show')}
              icon={shown ? <EyeOff size={18} /> : <Eye size={18} />}
              onClick={() => setShown(!shown)}
            />
          }
        />
      </Field>
      <Refusal outcome={outcome} left={left} />
      <Button type="submit" tone="primary" disabled={outcome.type === 'busy' || left > 0}>
        {t(outcome.type === 'busy' ? 'sign_in.busy' : 'sign_in.submit')}
      </Button>
    </form>
  );
}

function useSubmit(to: string) {
  const signIn = useSignIn();
  const router = useRouter();
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' });
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const username = text(data.get('username')).trim();
    const password = text(data.get('password'));
    const field = username === '' ? 'username' : password === '' ? 'password' : undefined;
    if (field !== undefined) {
      setOutcome({ type: 'missing', field });
      focusField(form, field);
      return;
    }
    setOutcome({ type: 'busy' });
    try {
      await signIn(username, password);
      router.history.replace(to);
    } catch (error) {
      setOutcome(outcomeOf(error));
      focusField(form, 'password');
    }
  };
  return { outcome, submit: (event: SubmitEvent<HTMLFormElement>) => void submit(event) };
}

function text(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : '';
}

function focusField(form: HTMLFormElement, name: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.focus();
}

/** At the sign-in door 401 is another dialect's wrong password (API reference §2.4). */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof ApiError)) throw error;
  if (error.kind === 'invalid' || error.kind === 'signed_out') return { type: 'wrong' };
  if (error.kind !== 'throttled') return { type: 'failed', message: error.message };
  return {
    type: 'throttled',
    until: error.retryAfterMs === undefined ? undefined : Date.now() + error.retryAfterMs,
  };
}

function Refusal({ outcome, left }: { outcome: Outcome; left: number }) {
  const { t } = useTranslation();
  let words: ReactNode;
  if (outcome.type === 'wrong') words = t('sign_in.wrong');
  else if (outcome.type === 'failed') words = outcome.message || t('error.unreachable');
  else if (outcome.type === 'throttled' && outcome.until === undefined)
    words = t('sign_in.throttled_unknown');
  else if (outcome.type === 'throttled') {
    words = left > 0 ? t('sign_in.throttled', { time: clockText(left) }) : t('sign_in.over');
  }
  return (
    <p role="alert" className="figures text-bad empty:hidden">
      {words}
    </p>
  );
}
