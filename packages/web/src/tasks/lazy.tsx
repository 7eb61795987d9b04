import { lazy, Suspense } from 'react';
import type { TasksScreenProps } from './index.tsx';

const TasksScreen = lazy(async () => ({ default: (await import('./index.tsx')).TasksScreen }));

/** The screens about what the gateway does by itself, loaded when they are first wanted. */
export function LazyTasks(props: TasksScreenProps) {
  return (
    <Suspense>
      <TasksScreen {...props} />
    </Suspense>
  );
}
