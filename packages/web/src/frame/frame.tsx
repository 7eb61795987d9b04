import type { ReactNode } from 'react';
import { ConnectionStrip } from '../connection/connection-strip.tsx';
import { FetchProvider } from '../offline/fetch-provider.tsx';
import { LazyTaskFeed } from '../tasks/feed/lazy.tsx';
import { useNarrow } from '../ui/use-media.ts';
import { BottomBar } from './bottom-bar.tsx';
import { DemoBanner } from './demo-banner.tsx';
import { KeyboardHelpProvider } from './keyboard-help.tsx';
import { Rail } from './rail.tsx';

/** What stands around every screen: rail, banner and, on a phone, the bar at the bottom. */
export function Frame({ children }: { children: ReactNode }) {
  const narrow = useNarrow();
  return (
    <KeyboardHelpProvider>
      <LazyTaskFeed />
      <FetchProvider>
        <div className="flex h-full">
          {!narrow && <Rail />}
          <div className="flex min-w-0 flex-1 flex-col bg-surface">
            <ConnectionStrip />
            <DemoBanner />
            <main className="flex min-h-0 flex-1 flex-col">{children}</main>
            {narrow && <BottomBar />}
          </div>
        </div>
      </FetchProvider>
    </KeyboardHelpProvider>
  );
}
