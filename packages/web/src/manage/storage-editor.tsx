import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useLocation } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { FieldProblem } from '../api/errors.ts';
import { useApi } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from './field.tsx';
import {
  arrangeFields,
  type DriverForm,
  type FormField,
  type FormValues,
  initialValues,
  missingFields,
} from './storage-form.ts';
import { driverFormsQuery, type SaveOutcome, saveStorage, type Storage } from './storages.ts';
import { StateReport } from './state-report.tsx';
import { TrialReport, useTrial } from './trial.tsx';
import { useWords } from './use-words.ts';

interface StorageEditorProps {
  readonly form: DriverForm;
  /** The storage to change; absent for a new one. */
  readonly storage: Storage | undefined;
  readonly onSaved: (mountPath: string) => void;
  /** A storage that was kept but does not work: it is edited on under its id. */
  readonly onKept: (id: number) => void;
  readonly onCancel: () => void;
}

/** The settings of one storage. Saving takes until the storage has been asked once; errors stand beside their fields. */
export function StorageEditor({ form, storage, onSaved, onKept, onCancel }: StorageEditorProps) {
  const { t } = useWords();
  const [values, setValues] = useState<FormValues>(() =>
    initialValues(form, storage?.fields ?? {}, storage?.addition ?? {}),
  );
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const save = useSave(form, storage, (outcome) => {
    if (outcome.kind === 'works') onSaved(String(values['mount_path'] ?? ''));
    if (outcome.kind === 'refused') setProblems(outcome.problems);
    if (outcome.kind === 'kept') onKept(outcome.id);
  });
  const sheet = useFieldOfAddress();
  const trial = useTrial((steps) => setProblems(steps.flatMap((step) => step.problems)));
  const { shown, folded } = arrangeFields(form);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const missing = missingFields(form, values).map((field) => ({ field, message: t('missing') }));
    setProblems(missing);
    if (missing.length === 0) save.mutate(values);
  };
  const fieldFor = (field: FormField) => (
    <Field
      key={field.name}
      field={field}
      value={values[field.name] ?? ''}
      problem={problems.find((problem) => problem.field === field.name)?.message}
      onChange={(value) => {
        setValues({ ...values, [field.name]: value });
        setProblems(problems.filter((problem) => problem.field !== field.name));
      }}
    />
  );

  return (
    <div ref={sheet} className="flex max-w-xl flex-col gap-5">
      <Outcome
        outcome={save.data}
        failure={save.error}
        storage={storage}
        busy={save.isPending}
        onPassed={save.reset}
      />
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        {shown.map(fieldFor)}
        <details
          className="rounded-panel border border-line"
          open={folded.some(({ name }) => problems.some(({ field }) => field === name)) || undefined}
        >
          <summary className="cursor-pointer px-4 py-3 font-medium select-none">{t('more_settings')}</summary>
          <div className="flex flex-col gap-5 border-t border-line p-4">{folded.map(fieldFor)}</div>
        </details>
        <TrialReport steps={trial.steps} busy={trial.busy} failure={trial.failure} />
        <div className="sticky bottom-0 -mx-1 flex flex-wrap items-center gap-3 bg-surface px-1 py-3">
          <Button type="submit" tone="primary" disabled={save.isPending}>
            {storage === undefined ? t('add_submit') : t('save')}
          </Button>
          {trial.busy ? (
            <Button onClick={trial.stop}>{t('trial.stop')}</Button>
          ) : (
            <Button disabled={save.isPending} onClick={() => trial.start({ form, values, id: storage?.id })}>
              {t('test')}
            </Button>
          )}
          <Button onClick={onCancel}>{t('cancel')}</Button>
          <p role="status" className="text-sm text-muted">
            {save.isPending ? t('busy') : ''}
          </p>
        </div>
      </form>
    </div>
  );
}

/** Goes to the field that the address names behind its `#`, as links from troubles do. */
function useFieldOfAddress() {
  const sheet = useRef<HTMLDivElement>(null);
  const name = useLocation({ select: ({ hash }) => hash });
  useEffect(() => {
    if (name === '') return;
    const field = [...(sheet.current?.querySelectorAll<HTMLElement>('[data-field]') ?? [])].find(
      ({ dataset }) => dataset['field'] === name,
    );
    const fold = field?.closest('details');
    if (fold) fold.open = true;
    field?.querySelector<HTMLElement>('input, select, textarea')?.focus();
    field?.scrollIntoView({ block: 'center' });
  }, [name]);
  return sheet;
}

function useSave(form: DriverForm, storage: Storage | undefined, onOutcome: (outcome: SaveOutcome) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (values: FormValues) => saveStorage(api, form, values, storage?.id),
    onSuccess: onOutcome,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['storages'] });
      void queries.invalidateQueries({ queryKey: ['folder'] });
    },
  });
}

interface OutcomeProps {
  readonly outcome: SaveOutcome | undefined;
  readonly failure: Error | null;
  readonly storage: Storage | undefined;
  readonly busy: boolean;
  readonly onPassed: () => void;
}

/** What came of the last save, or how the stored storage is doing before the first. */
function Outcome({ outcome, failure, storage, busy, onPassed }: OutcomeProps) {
  const { t } = useWords();
  if (busy) return null;
  if (failure !== null) return <Refusal text={failure.message} />;
  if (outcome?.kind === 'refused')
    return <Refusal text={outcome.problems.length === 0 ? outcome.message : ''} />;
  const state = outcome?.kind === 'kept' ? outcome.state : storage?.state;
  if (state === undefined || (state.state !== 'degraded' && state.state !== 'needs_verification'))
    return null;
  const id = outcome?.kind === 'kept' ? outcome.id : (storage?.id ?? 0);
  return <StateReport title={t('kept_title')} id={id} state={state} onPassed={onPassed} />;
}

function Refusal({ text }: { text: string }) {
  const { t } = useWords();
  return (
    <div role="alert" className="flex gap-3 rounded-panel bg-bad-soft p-4">
      <TriangleAlert aria-hidden size={20} className="shrink-0 text-bad" />
      <div>
        <p className="font-semibold">{t('refused_title')}</p>
        {text !== '' && <p className="text-pretty wrap-anywhere">{text}</p>}
      </div>
    </div>
  );
}

/** The form of a driver kind; undefined while it is loading, null when there is no such kind. */
export function useDriverForm(kind: string): DriverForm | null | undefined {
  const { data } = useQuery(driverFormsQuery(useApi()));
  return data === undefined ? undefined : (data.find((form) => form.kind === kind) ?? null);
}
