import { CircleAlert, RotateCcw } from 'lucide-react';
import { useId } from 'react';
import type { Setting } from '../../api/settings.ts';
import { IconButton } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { useSettingWords } from './setting-words.ts';
import { useWords } from './use-words.ts';

interface SettingFieldProps {
  readonly setting: Setting;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}

const LONG = 60;

/** One setting: its name, its control, a sentence and its default; beside it what is wrong with it. */
export function SettingField({ setting, value, problem, onChange }: SettingFieldProps) {
  const { t } = useWords();
  const id = useId();
  const { label, help } = useSettingWords()(setting);
  const initial = useDefault(setting);
  const control = { id, setting, value, problem, onChange };
  return (
    <div data-setting={setting.key} className="flex items-start gap-2 p-4">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <div className={setting.type === 'bool' ? 'flex items-center gap-3' : 'contents'}>
          {setting.type === 'bool' && <Control {...control} />}
          <label htmlFor={id} className="font-medium">
            {label}
          </label>
        </div>
        {setting.type !== 'bool' && <Control {...control} />}
        <p id={`${id}-help`} className="text-sm text-pretty text-muted wrap-anywhere">
          {help} {initial !== undefined && t('default', { value: initial })}
        </p>
        {problem !== undefined && (
          <p id={`${id}-problem`} role="alert" className="flex gap-1.5 text-sm text-bad">
            <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
            {problem}
          </p>
        )}
      </div>
      <IconButton
        label={t('reset_of', { label })}
        title={t('reset')}
        icon={<RotateCcw size={17} />}
        className={value === setting.initial ? 'invisible' : ''}
        onClick={() => onChange(setting.initial)}
      />
    </div>
  );
}

/** The default in words; undefined for one that is too long to be told. */
function useDefault({ type, initial }: Setting): string | undefined {
  const { t } = useWords();
  const option = useOption();
  if (type === 'bool') return t(initial === 'true' ? 'on' : 'off');
  if (type === 'select') return option(initial);
  if (initial === '') return t('empty');
  return initial.includes('\n') || initial.length > LONG ? undefined : initial;
}

/** What a choice means. */
function useOption(): (option: string) => string {
  const { t } = useWords();
  return (option) =>
    option === 'keep' || option === 'refuse' || option === 'discard' ? t(`junk.${option}`) : option;
}

function Control({ id, setting, value, problem, onChange }: SettingFieldProps & { readonly id: string }) {
  const option = useOption();
  const shared = {
    id,
    name: setting.key,
    'aria-describedby': problem === undefined ? `${id}-help` : `${id}-help ${id}-problem`,
    'aria-invalid': problem !== undefined,
    onChange: (event: { readonly target: { readonly value: string } }) => onChange(event.target.value),
  };
  const box =
    'w-full rounded-control border border-line-strong bg-surface px-3 hover:border-faint aria-invalid:border-bad';
  switch (setting.type) {
    case 'bool':
      return (
        <input
          {...shared}
          type="checkbox"
          checked={value === 'true'}
          onChange={(event) => onChange(String(event.target.checked))}
          className="size-4 touch:size-5 shrink-0 accent-accent"
        />
      );
    case 'select':
      return (
        <select {...shared} value={value} className={`${box} h-10 touch:h-12`}>
          {setting.options.map((one) => (
            <option key={one} value={one}>
              {option(one)}
            </option>
          ))}
        </select>
      );
    case 'text':
      return (
        <textarea
          {...shared}
          rows={3}
          value={value}
          spellCheck={false}
          className={`${box} py-2 font-mono text-sm`}
        />
      );
    case 'string':
    case 'number':
      return (
        <TextInput
          {...shared}
          value={value}
          autoComplete="off"
          spellCheck={false}
          inputMode={setting.type === 'number' ? 'numeric' : undefined}
          className={setting.type === 'number' ? 'max-w-40' : undefined}
        />
      );
  }
}
