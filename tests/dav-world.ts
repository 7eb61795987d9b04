import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld, type World } from './world.ts';

/** A gateway with a local folder at `/local`, and the sandbox's demo account at `/cloud` and, by way of its proxy, at `/redirected`. */
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
  const demo = { username: 'demo@sluice.test', password: 'sluice-demo' };
  const cloud = async (mount_path: string, egress: string, webdav_policy: string): Promise<void> => {
    const addition = JSON.stringify({ ...demo, egress });
    await world.call('/admin/storage/create', { mount_path, driver: 'PikPak', webdav_policy, addition });
  };
  // Programs of this machine can't reach the sandbox by the cloud's names unless they go through its proxy.
  await cloud('/cloud', 'here', 'native_proxy');
  await cloud('/redirected', 'asia', '302_redirect');
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
