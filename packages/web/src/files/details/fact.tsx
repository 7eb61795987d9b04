import type { ReactNode } from 'react';

/** One thing that is known: its name and, below, what it is. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="figures wrap-anywhere">{children}</dd>
    </div>
  );
}
