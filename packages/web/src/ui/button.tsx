import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';

type Tone = 'primary' | 'secondary' | 'quiet' | 'danger';

const TONES: Readonly<Record<Tone, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-line-strong bg-surface hover:bg-hover active:bg-pressed',
  danger: 'border border-bad/60 bg-surface text-bad hover:bg-bad/10 active:bg-bad/20',
  quiet: 'text-accent hover:bg-hover active:bg-pressed',
};

/** How a control that is pressed for its word looks; for links that stand as buttons too. */
export function buttonClass(tone: Tone, more?: string): string {
  return classes(
    'inline-flex h-9 touch:h-11 shrink-0 items-center justify-center gap-2 rounded-control px-3.5 font-medium',
    'whitespace-nowrap transition-colors select-none disabled:opacity-50 disabled:pointer-events-none',
    TONES[tone],
    more,
  );
}

interface ButtonProps extends ComponentProps<'button'> {
  readonly tone?: Tone;
}

export function Button({ tone = 'secondary', className, type = 'button', ...rest }: ButtonProps) {
  // oxlint-disable-next-line react/button-has-type
  return <button type={type} className={buttonClass(tone, className)} {...rest} />;
}

interface IconButtonProps extends ComponentProps<'button'> {
  /** What it does, for the tooltip and for those who don't see the icon. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly shortcut?: string;
}

/** A square button with an icon alone. 36 px with a mouse, 44 px by touch. */
export function IconButton({ label, icon, shortcut, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      aria-keyshortcuts={shortcut}
      className={classes(
        'inline-flex size-9 touch:size-11 shrink-0 items-center justify-center rounded-control text-muted transition-colors',
        'hover:bg-hover hover:text-text active:bg-pressed disabled:pointer-events-none disabled:text-faint disabled:opacity-60',
        'aria-pressed:bg-accent-soft aria-pressed:text-accent aria-expanded:bg-pressed aria-expanded:text-text',
        className,
      )}
      {...rest}
    >
      {icon}
    </button>
  );
}
