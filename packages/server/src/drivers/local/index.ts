import { isAbsolute, resolve } from 'node:path';
import { defineConfig } from '../../core/config-fields.ts';
import type { DriverType } from '../../core/driver.ts';
import { createLocalDriver, LOCAL_TRAITS, type LocalConfig } from './driver.ts';

const config = defineConfig(
  [
    {
      name: 'root_folder_path',
      type: 'string',
      label: 'Folder path',
      help: 'The folder on the server to show, such as /srv/media. Symbolic links in it are not followed.',
      required: true,
    },
    {
      name: 'show_hidden',
      type: 'bool',
      label: 'Show hidden files',
      help: 'Serve files and folders whose names begin with a dot.',
      default: true,
    },
    {
      name: 'mkdir_perm',
      type: 'string',
      label: 'New folder mode',
      help: 'Permissions of new folders as an octal number, such as 755.',
      default: '777',
      advanced: true,
    },
    {
      name: 'thumbnail',
      type: 'bool',
      label: 'Small pictures',
      help: 'Make small pictures of images, and of films where ffmpeg is installed, and keep them in the data folder.',
      default: true,
    },
  ],
  (values, problem): LocalConfig => {
    if (!isAbsolute(values.root_folder_path)) {
      problem('root_folder_path', 'Folder path must be absolute: it begins with a slash.');
    }
    if (!/^0?[0-7]{3}$/.test(values.mkdir_perm)) {
      problem('mkdir_perm', 'New folder mode must be three octal digits, such as 755.');
    }
    return {
      rootFolder: resolve(values.root_folder_path),
      showHidden: values.show_hidden,
      mkdirMode: Number.parseInt(values.mkdir_perm, 8),
      thumbnails: values.thumbnail,
    };
  },
);

/** A folder of the machine that the gateway runs on. */
export const localDriverType: DriverType<LocalConfig> = {
  kind: 'Local',
  title: 'Local folder',
  config,
  abilities: { givesLinks: false, canUpload: true, traits: LOCAL_TRAITS },
  create: (config, env) => createLocalDriver(config, { random: env.random, ffmpeg: env.ffmpeg }),
};
