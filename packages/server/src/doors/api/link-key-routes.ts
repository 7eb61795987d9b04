import { z } from 'zod';
import { MIN_LINK_KEY } from '../../settings/link-keys.ts';
import { route, type Route } from './route.ts';

/** The keys behind `sign`. They are never shown. Ours: AList signs with its admin token, and has nothing to change it by alone (API reference §4.2). */
export const linkKeyRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/admin/link_keys/rotate',
    access: 'admin',
    request: z.object({
      /** Whether addresses that are out there go on working. */
      keep_old: z.boolean().default(true),
    }),
    async run(input, _, { linkKeys }) {
      await linkKeys.rotate(input.keep_old);
      return { keys: linkKeys.keys.length };
    },
  }),
  route({
    method: 'POST',
    path: '/admin/link_keys/import',
    access: 'admin',
    request: z.object({
      /** AList's admin token, whose addresses shall hold here. */
      token: z
        .string()
        .min(MIN_LINK_KEY)
        .max(512)
        .regex(/^[!-~]+$/),
    }),
    async run({ token }, _, { linkKeys }) {
      await linkKeys.accept(token);
      return { keys: linkKeys.keys.length };
    },
  }),
];
