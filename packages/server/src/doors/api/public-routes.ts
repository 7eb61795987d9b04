import { z } from 'zod';
import { route, type Route } from './route.ts';

const nothing = z.object({});

/** What frontends ask before anyone has signed in (API reference §4.6, §9.2), and an empty page of labels, which there are none of. */
export const publicRoutes: readonly Route[] = [
  route({
    method: 'ANY',
    path: '/public/settings',
    access: 'anyone',
    from: 'query',
    request: nothing,
    run: async (_, __, { settings }) => settings.publicValues(),
  }),
  route({
    method: 'ANY',
    path: '/public/offline_download_tools',
    access: 'anyone',
    from: 'query',
    request: nothing,
    run: async (_, __, { offline }) => offline.tools(),
  }),
  route({
    method: 'ANY',
    path: '/public/archive_extensions',
    access: 'anyone',
    from: 'query',
    request: nothing,
    run: async () => [],
  }),
  route({
    method: 'GET',
    path: '/label/list',
    access: 'user',
    request: nothing,
    run: async () => ({ content: [], total: 0 }),
  }),
];
