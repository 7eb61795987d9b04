import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { createApi } from './api/client.ts';
import { createConnection, createQueryClient } from './connection/connection.ts';
import { ConnectionProvider } from './connection/connection-strip.tsx';
import { createListMemory } from './files/list-memory.ts';
import { ListMemoryProvider } from './files/list-memory-context.tsx';
import { createI18n } from './i18n/i18n.ts';
import { applyTheme, createPreferences, PreferencesProvider } from './preferences/preferences.tsx';
import { createPageRouter } from './routes.tsx';
import { SessionProvider } from './session/session.tsx';
import { createStoredValue } from './session/stored-value.ts';
import { ToastProvider } from './ui/toaster.tsx';
import { createToasts } from './ui/toasts.ts';
import { createUploads, lookAgain, UploadsProvider } from './uploads/uploads-context.tsx';

/** Wires the page together and draws it. */
async function start(target: HTMLElement): Promise<void> {
  const preferences = createPreferences();
  applyTheme(preferences.theme, document.documentElement);
  const token = createStoredValue({
    key: 'sluice.token',
    read: (text) => text ?? '',
    write: (value) => (value === '' ? null : value),
  });
  const connection = createConnection();
  const queries = createQueryClient();
  const api = createApi({
    token: token.get,
    onReached: connection.report,
    onSignedOut: (refused) => {
      if (refused === '' || refused !== token.get()) return;
      token.set('');
      queries.clear();
    },
  });
  const i18n = await createI18n(preferences.language);
  const router = createPageRouter();
  const uploads = createUploads(
    token.get,
    () => i18n.t('offline.text'),
    (folder) => lookAgain(queries, folder),
  );
  createRoot(target).render(
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <PreferencesProvider value={preferences}>
          <QueryClientProvider client={queries}>
            <ConnectionProvider value={connection}>
              <SessionProvider session={{ api, token }}>
                <ToastProvider toasts={createToasts()}>
                  <ListMemoryProvider value={createListMemory()}>
                    <UploadsProvider queue={uploads}>
                      <RouterProvider router={router} />
                    </UploadsProvider>
                  </ListMemoryProvider>
                </ToastProvider>
              </SessionProvider>
            </ConnectionProvider>
          </QueryClientProvider>
        </PreferencesProvider>
      </I18nextProvider>
    </StrictMode>,
  );
}

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element with the id "app"');
void start(target);
