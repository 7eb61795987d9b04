/** What the folder picker says. `zh-cn.ts` has the same keys. */
export const en = {
  where: 'Chosen folder',
  all: 'All storages',
  folders: 'Folders in {{path}}',
  none: 'No folders here',
  loading: 'Reading the folders…',
  failed: 'The folders couldn’t be read: {{reason}}',
  try_again: 'Try again',
  new_folder: 'New folder',
  name: 'Name of the new folder',
  make: 'Make',
  bad_name: 'A name can’t be empty or hold slashes.',
};
