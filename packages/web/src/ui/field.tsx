import { CircleAlert } from 'lucide-react';
import { cloneElement, type ComponentProps, type ReactElement, type ReactNode } from 'react';
import { classes } from './classes.ts';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
  /** The input. It is given the id and is tied to help and error. */
  readonly children: ReactElement<InputWiring>;
}

interface InputWiring {
  readonly id?: string;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-invalid'?: boolean;
}

/** A label, its input, help under it, and what is wrong with it. */
export function Field({ id, label, help, error, children }: FieldProps) {
  const note = error === undefined && help === undefined ? undefined : `${id}-note`;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {cloneElement(children, { id, 'aria-describedby': note, 'aria-invalid': error !== undefined })}
      {note !== undefined && (
        <div
          id={note}
          className={classes('flex gap-1.5 text-sm', error === undefined ? 'text-muted' : 'text-bad')}
        >
          {error !== undefined && <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />}
          {error ?? help}
        </div>
      )}
    </div>
  );
}

interface TextInputProps extends ComponentProps<'input'> {
  /** What stands inside the field at its end. */
  readonly end?: ReactNode;
}

export function TextInput({ end, className, ...rest }: TextInputProps) {
  return (
    <div className="relative">
      <input
        className={classes(
          'h-10 touch:h-12 w-full rounded-control border border-line-strong bg-surface px-3 transition-colors touch:text-lg',
          'hover:border-faint focus:border-accent focus:outline-1 focus:outline-offset-0 focus:outline-accent aria-invalid:border-bad',
          end !== undefined && 'pr-12',
          className,
        )}
        {...rest}
      />
      {end !== undefined && <div className="absolute inset-y-0 right-0.5 flex items-center">{end}</div>}
    </div>
  );
}
