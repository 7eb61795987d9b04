import { lazy, Suspense } from 'react';
import { useMe } from '../../session/session.tsx';

const TaskFeed = lazy(() => import('./task-feed.tsx'));

/** Follows the tasks of whoever is signed in; guests have none. Loaded when the first screen is there. */
export function LazyTaskFeed() {
  const me = useMe();
  if (me === undefined || me.role === 'guest') return null;
  return (
    <Suspense>
      <TaskFeed />
    </Suspense>
  );
}
