/** What the settings say. `zh-cn.ts` has the same keys. */
export const en = {
  search: 'Search settings',
  no_match: 'No setting matches “{{query}}”.',
  failed: 'The settings can’t be shown',
  try_again: 'Try again',
  loading: 'Loading…',
  default: 'Default: {{value}}.',
  on: 'on',
  off: 'off',
  empty: 'empty',
  reset: 'Back to default',
  reset_of: 'Set “{{label}}” back to its default',
  changes_one: '{{formatted}} change',
  changes_other: '{{formatted}} changes',
  save: 'Save',
  saving: 'Saving…',
  discard: 'Discard',
  saved: 'The settings are saved.',
  not_saved: 'Nothing was saved: {{reason}}',
  see_fields: 'Nothing was saved. What is wrong stands beside the setting.',
  not_number: 'This must be a whole number.',
  group: {
    links: 'Download links',
    speed: 'Speed',
    webdav: 'WebDAV and addresses',
    uploads: 'Uploads',
    shares: 'Shares',
    kinds: 'Kinds of files',
    privacy: 'Privacy',
    other: 'Other',
  },
  junk: {
    keep: 'Keep them',
    refuse: 'Refuse them',
    discard: 'Take them and throw them away',
  },
  fields: {
    sign_all: {
      label: 'Every link needs a signature',
      help: 'When it is off, who may see a file may download it by its path alone.',
    },
    link_expiration: {
      label: 'Links hold for (hours)',
      help: 'How long a download link works after it was made. 0 is for ever.',
    },
    proxy_types: {
      label: 'Always through the gateway',
      help: 'Extensions, with commas between, of files that are never redirected to the cloud.',
    },
    egress_addresses: {
      label: 'Public addresses of this gateway',
      help: 'As which addresses requests leave: the address alone for direct ones, or the way out, a blank and the address. One on each line. When it is empty, clouds are asked.',
    },
    egress_echo_url: {
      label: 'Page that tells the public address',
      help: 'It is asked through each way out. When it is empty, nobody but the storage’s own cloud is asked.',
    },
    max_client_download_speed: {
      label: 'Speed for all together (KiB/s)',
      help: 'How much may go through the gateway to all clients together. −1 is no limit.',
    },
    max_download_speed_per_client: {
      label: 'Speed for each client (KiB/s)',
      help: 'How much may go through the gateway to one address. −1 is no limit.',
    },
    max_download_speed_per_user: {
      label: 'Speed for each user (KiB/s)',
      help: 'How much may go through the gateway to one user who signs in to download, as by WebDAV. Signed addresses name no user. −1 is no limit.',
    },
    read_ahead_connections: {
      label: 'Connections for one slow download',
      help: 'Where a cloud limits the speed of each connection, one download may use so many, up to 8. They are used only where that is measured to help. It costs up to 8 MiB of memory for each of them. 0 is one connection.',
    },
    block_cache_gib: {
      label: 'Disk for what was downloaded (GiB)',
      help: 'What goes through the gateway is kept on this machine’s disk, and served from there the next time, whichever storage it lies in. What was not used for longest makes room. 0 keeps nothing.',
    },
    site_url: {
      label: 'Address that people use',
      help: 'Needed when a proxy in front adds a path, such as https://example.org/files.',
    },
    webdav_junk: {
      label: 'Files that systems leave behind',
      help: 'What WebDAV does with .DS_Store, ._*, Thumbs.db and desktop.ini.',
    },
    webdav_infinite_depth: {
      label: 'Whole trees at once',
      help: 'Lets WebDAV programs list everything below a folder in one request, which is a lot of work for large drives.',
    },
    upload_file_limit: {
      label: 'Largest file (GiB)',
      help: 'Larger files can’t be uploaded. 0 is any size.',
    },
    upload_total_limit: {
      label: 'Room for uploads (GiB)',
      help: 'Space on this machine for all uploads under way. 0 is as much as the disk has.',
    },
    upload_user_limit: {
      label: 'Room for one person (GiB)',
      help: 'How much of that the uploads of one person may take. 0 is all of it.',
    },
    share_check_hours: {
      label: 'Look at shares every (hours)',
      help: 'How often to look whether a share still opens. 0 is never.',
    },
    video_types: { label: 'Videos', help: 'Extensions that count as videos, with commas between.' },
    audio_types: { label: 'Music', help: 'Extensions that count as music, with commas between.' },
    image_types: { label: 'Pictures', help: 'Extensions that count as pictures, with commas between.' },
    text_types: { label: 'Text', help: 'Extensions that count as text, with commas between.' },
    privacy_regs: {
      label: 'Starred out of error texts',
      help: 'One regular expression on each line. What matches is replaced by stars in error messages.',
    },
    robots_txt: { label: 'For search engines', help: 'What /robots.txt says.' },
  },
};
