import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Api } from '../api/client.ts';
import { type Me, meQuery } from '../api/queries.ts';
import { readRecord, readText } from '../api/read.ts';
import type { StoredValue } from './stored-value.ts';

/** The gateway as this page is signed in to it. */
export interface Session {
  readonly api: Api;
  readonly token: StoredValue<string>;
}

const SessionContext = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession needs a SessionProvider above it');
  return session;
}

/** The way to the gateway. */
export function useApi(): Api {
  return useSession().api;
}

/** The token of the moment; '' when nobody is signed in. */
export function useToken(): string {
  const { token } = useSession();
  return useSyncExternalStore(token.subscribe, token.get);
}

/** Who is signed in, or the guest; undefined until it is known. */
export function useMe(): Me | undefined {
  return useQuery(meQuery(useApi(), useToken())).data;
}

export function useIsAdmin(): boolean {
  return useMe()?.role === 'admin';
}

/** Signs in and keeps the token. Rejects with an ApiError: `invalid` for a wrong name or password, `throttled` after too many. */
export function useSignIn(): (username: string, password: string) => Promise<void> {
  const { api, token } = useSession();
  const queries = useQueryClient();
  return async (username, password) => {
    const data = readRecord(await api('/auth/login', { body: { username, password } }));
    queries.clear();
    token.set(readText(data['token']));
  };
}

/** Ends the session: here at once, at the gateway as soon as it answers. */
export function useSignOut(): () => void {
  const { api, token } = useSession();
  const queries = useQueryClient();
  return () => {
    api('/auth/logout').catch(() => undefined); // the token is forgotten here either way
    token.set('');
    queries.clear();
  };
}
