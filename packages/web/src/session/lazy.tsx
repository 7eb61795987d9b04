import { lazy, Suspense } from 'react';
import type { SignInPageProps } from './sign-in-page.tsx';

const SignInPage = lazy(async () => ({ default: (await import('./sign-in-page.tsx')).SignInPage }));

/** The sign-in page, which those who are signed in never load. */
export function LazySignInPage(props: SignInPageProps) {
  return (
    <Suspense>
      <SignInPage {...props} />
    </Suspense>
  );
}
