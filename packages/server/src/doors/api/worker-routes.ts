import { z } from 'zod';
import { MIN_WORKER_TOKEN } from '../../settings/worker-token.ts';
import { route, type Route } from './route.ts';

/** The token that download proxies are set up with; admins alone see it. Ours: AList gives proxies its admin token (API reference §5.4). */
export const workerRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/admin/download_proxy/token',
    access: 'admin',
    request: z.object({}),
    run: async (_, __, { workers }) => ({ token: workers.token.value }),
  }),
  route({
    method: 'POST',
    path: '/admin/download_proxy/token',
    access: 'admin',
    request: z.object({
      /** A token that proxies have already, as AList's; a new one is made when absent. */
      token: z
        .string()
        .min(MIN_WORKER_TOKEN)
        .max(512)
        .regex(/^[!-~]+$/)
        .optional(),
    }),
    async run({ token }, _, { workers }) {
      await workers.token.replace(token);
      return { token: workers.token.value };
    },
  }),
];
