import { useQueryClient } from '@tanstack/react-query';
import { WifiOff } from 'lucide-react';
import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from './connection.ts';

/** How often a gateway that doesn't answer is looked for. */
const LOOK_EVERY_MS = 4000;

const ConnectionContext = createContext<Connection | undefined>(undefined);

export function ConnectionProvider({ value, children }: { value: Connection; children: ReactNode }) {
  return <ConnectionContext value={value}>{children}</ConnectionContext>;
}

function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (connection === undefined) throw new Error('useConnection needs a ConnectionProvider above it');
  return connection;
}

/** Says that the gateway doesn't answer, looks for it, and lets the page go on when it is back. */
export function ConnectionStrip() {
  const { t } = useTranslation();
  const connection = useConnection();
  const up = useSyncExternalStore(connection.subscribe, connection.isUp);
  useReturn(connection, up);
  if (up) return null;
  return (
    <div
      role="alert"
      className="flex items-center justify-center gap-2 bg-bad-soft px-4 py-2 text-center text-bad"
    >
      <WifiOff size={16} aria-hidden className="shrink-0" />
      {t('offline.strip')}
    </div>
  );
}

function useReturn(connection: Connection, up: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (up) return undefined;
    const left = new AbortController();
    const look = async () => {
      try {
        const answer = await fetch('/ping', { signal: left.signal, cache: 'no-store' });
        if (!answer.ok) return;
        connection.report(true);
        await queries.invalidateQueries();
      } catch {
        // still away, or nobody looks any more
      }
    };
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      left.abort();
    };
  }, [connection, queries, up]);
}
