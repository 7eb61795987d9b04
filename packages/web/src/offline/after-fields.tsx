import { useId } from 'react';
import { Field, TextInput } from '../ui/field.tsx';
import { type AfterForm, stepsOf } from './after-rules.ts';
import { useWords } from './use-words.ts';

interface AfterFieldsProps {
  readonly form: AfterForm;
  readonly onChange: (form: AfterForm) => void;
}

/** What is to be done with a download when it has come; folded away until it is asked for. */
export function AfterFields({ form, onChange }: AfterFieldsProps) {
  const { t } = useWords();
  const id = useId();
  const steps = stepsOf(form);
  const field = (name: keyof AfterForm) => (
    <Field id={`${id}-${name}`} label={t(`after.${name}`)} help={t(`after.help.${name}`)}>
      <TextInput
        value={form[name]}
        autoComplete="off"
        spellCheck={false}
        inputMode={name === 'dropBelow' ? 'decimal' : name === 'webhook' ? 'url' : 'text'}
        onChange={(event) => onChange({ ...form, [name]: event.target.value })}
      />
    </Field>
  );
  return (
    <details className="rounded-panel border border-line">
      <summary className="cursor-pointer px-4 py-3 font-medium select-none touch:py-4">
        {t('after.title')}
        {steps > 0 && (
          <span className="ml-2 text-sm font-normal text-muted">{t('after.steps', { count: steps })}</span>
        )}
      </summary>
      <div className="flex flex-col gap-5 border-t border-line p-4">
        {field('dropBelow')}
        {field('dropMatching')}
        <div className="grid gap-5 sm:grid-cols-2">
          {field('renameMatching')}
          {field('renameTo')}
        </div>
        {field('moveTo')}
        {field('webhook')}
      </div>
    </details>
  );
}
