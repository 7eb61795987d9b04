import { Eye, EyeOff } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { fieldWords } from './field-words.ts';
import type { FormField } from './storage-form.ts';
import { useWords } from './use-words.ts';

interface FieldProps {
  readonly field: FormField;
  readonly value: string | boolean;
  readonly problem: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}

const BOX =
  'w-full rounded-control border bg-surface px-3 text-base transition-colors hover:border-line-strong focus-visible:outline-offset-0';

/** One setting: its name, its control, what it means, and beside it what is wrong with it. */
export function Field({ field, value, problem, onChange }: FieldProps) {
  const { t, i18n } = useWords();
  const id = useId();
  const { label, help } = fieldWords(field, t, i18n.language);
  const described = [help === '' ? '' : `${id}-help`, problem === undefined ? '' : `${id}-problem`]
    .join(' ')
    .trim();
  const control = { id, described, problem, field, onChange };
  return (
    <div className="flex flex-col gap-1.5" data-field={field.name}>
      {field.type === 'bool' ? (
        <label htmlFor={id} className="flex min-h-9 items-center gap-3 touch:min-h-11">
          <input
            id={id}
            type="checkbox"
            className="size-4 shrink-0 accent-accent touch:size-5"
            checked={value === true}
            aria-describedby={described}
            onChange={(event) => onChange(event.target.checked)}
          />
          <span className="font-medium">{label}</span>
        </label>
      ) : (
        <>
          <label htmlFor={id} className="font-medium">
            {label}
            {field.required && <span className="ml-2 text-sm font-normal text-muted">{t('required')}</span>}
          </label>
          <Control {...control} value={String(value)} />
        </>
      )}
      {help !== '' && (
        <p id={`${id}-help`} className="text-sm text-pretty text-muted">
          {help}
        </p>
      )}
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="text-sm font-medium text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}

interface ControlProps {
  readonly id: string;
  readonly described: string;
  readonly field: FormField;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}

function Control({ id, described, field, value, problem, onChange }: ControlProps) {
  const { t } = useWords();
  const shared = {
    id,
    value,
    'aria-describedby': described,
    'aria-invalid': problem !== undefined,
    'aria-required': field.required,
    name: field.name,
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  const border = problem === undefined ? 'border-line' : 'border-bad';
  if (field.type === 'text')
    return <textarea {...shared} rows={3} className={classes(BOX, border, 'py-2')} />;
  if (field.type === 'select') {
    return (
      <select {...shared} className={classes(BOX, border, 'h-10 touch:h-12')}>
        {!field.required && <option value="">{t('unset')}</option>}
        {field.options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    );
  }
  if (field.secret) return <SecretInput shared={shared} border={border} />;
  const numeric = field.type === 'number' ? ({ inputMode: 'numeric' } as const) : {};
  return (
    <input
      {...shared}
      {...numeric}
      type="text"
      autoComplete="off"
      className={classes(BOX, border, 'h-10 touch:h-12')}
    />
  );
}

interface SecretInputProps {
  readonly shared: React.ComponentProps<'input'>;
  readonly border: string;
}

function SecretInput({ shared, border }: SecretInputProps) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState(false);
  return (
    <div className="relative">
      <input
        {...shared}
        type={seen ? 'text' : 'password'}
        autoComplete="new-password"
        className={classes(BOX, border, 'h-10 pr-11 touch:h-12')}
      />
      <IconButton
        className="absolute inset-y-0 right-0.5 my-auto"
        label={seen ? t('sign_in.hide') : t('sign_in.show')}
        icon={seen ? <EyeOff size={18} /> : <Eye size={18} />}
        onClick={() => setSeen(!seen)}
      />
    </div>
  );
}
