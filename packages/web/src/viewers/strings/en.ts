/** What the pages of files say. */
export const en = {
  loading: 'Loading…',
  download: 'Download',
  original: 'Original',
  subtitles: 'Subtitles',
  subtitles_off: 'Off',
  film_failed: 'This film can’t be played here.',
  film_failed_hint:
    'Either the gateway lost its way to the file, or this browser doesn’t know the format. Try again, or download it and open it in a player such as VLC.',
  audio_failed: 'This track can’t be played here.',
  next_track: 'Next:',
  image_failed: 'This picture can’t be shown here.',
  image_failed_hint: 'The browser may not know its format. Download it to open it elsewhere.',
  zoom: 'Zoom in',
  previous: 'Previous picture',
  next: 'Next picture',
  text_failed: 'The text could not be loaded.',
  try_later: 'The gateway did not get it from the storage. Try again in a moment, or download the file.',
  text_cut: 'The file is long: this is its beginning. Download it to see all.',
  pdf_failed: 'This PDF could not be opened.',
  page: 'Page {{number}} of {{count}}',
  none: 'This page can’t show this kind of file. Download it to open it on your device.',
};
