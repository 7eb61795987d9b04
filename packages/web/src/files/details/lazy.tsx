import { type ComponentProps, lazy, Suspense } from 'react';
import type * as facts from './facts.tsx';

const load = () => import('./facts.tsx');
const Entry = lazy(async () => ({ default: (await load()).EntryFacts }));
const Many = lazy(async () => ({ default: (await load()).ManyFacts }));

/** Details of one entry, loaded when somebody asks for the first. */
export function EntryFacts(props: ComponentProps<typeof facts.EntryFacts>) {
  return (
    <Suspense>
      <Entry {...props} />
    </Suspense>
  );
}

/** Details of several entries together. */
export function ManyFacts(props: ComponentProps<typeof facts.ManyFacts>) {
  return (
    <Suspense>
      <Many {...props} />
    </Suspense>
  );
}
