import type { ReactNode } from 'react';

interface NoticeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** For what went wrong: read out at once. */
  readonly urgent?: boolean;
}

/** A whole screen's state in words: what it is, why, and what to do. */
export function Notice({ icon, title, children, actions, urgent = false }: NoticeProps) {
  return (
    <div className="flex h-full min-h-64 animate-appear items-center justify-center overflow-auto p-6">
      <section
        role={urgent ? 'alert' : 'status'}
        className="flex max-w-md flex-col items-center gap-2 text-center"
      >
        <div
          aria-hidden
          className="mb-2 flex size-14 items-center justify-center rounded-full bg-hover text-muted"
        >
          {icon}
        </div>
        <h2 className="text-xl font-semibold text-balance wrap-anywhere">{title}</h2>
        <div className="flex flex-col gap-2 text-pretty text-muted wrap-anywhere empty:hidden">
          {children}
        </div>
        <div className="mt-3 flex flex-wrap justify-center gap-2 empty:hidden">{actions}</div>
      </section>
    </div>
  );
}
