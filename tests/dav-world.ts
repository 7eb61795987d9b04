import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld, type World } from './world.ts';

/** A gateway with a local folder at `/local` and the sandbox's demo account at `/cloud`. */
export interface DavWorld extends World {
  /** The folder behind `/local`. */
  readonly folder: string;
  /** Of the WebDAV tree, without a slash at its end. */
  readonly dav: string;
  readonly user: 'admin';
  readonly password: 'admin-password';
}

export async function startDavWorld(): Promise<DavWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-dav-'));
  const world = await startWorld();
  await world.call('/admin/storage/create', {
    mount_path: '/local',
    driver: 'Local',
    addition: JSON.stringify({ root_folder_path: folder, show_hidden: true, mkdir_perm: '777' }),
  });
  const demo = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' };
  await world.add('/cloud', demo);
  return {
    ...world,
    folder,
    dav: `${world.url}/dav`,
    user: 'admin',
    password: 'admin-password',
    stop: async () => {
      await world.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
