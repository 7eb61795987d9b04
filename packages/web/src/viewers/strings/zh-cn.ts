import type { en } from './en.ts';

export const zhCN: typeof en = {
  loading: '正在加载…',
  download: '下载',
  original: '原画',
  subtitles: '字幕',
  subtitles_off: '关闭',
  film_failed: '无法在此播放这部影片。',
  film_failed_hint:
    '可能是网关无法取得文件，也可能是浏览器不支持此格式。请重试，或下载后用 VLC 等播放器打开。',
  audio_failed: '无法在此播放这首曲目。',
  next_track: '下一首：',
  image_failed: '无法在此显示这张图片。',
  image_failed_hint: '浏览器可能不支持此格式。请下载后在别处打开。',
  zoom: '放大',
  previous: '上一张',
  next: '下一张',
  text_failed: '无法加载文本。',
  try_later: '网关未能从存储取得文件。请稍后重试，或直接下载。',
  text_cut: '文件较长，这里只显示开头。下载可查看全部。',
  pdf_failed: '无法打开这个 PDF。',
  page: '第 {{number}} 页，共 {{count}} 页',
  none: '此页面无法显示这类文件。请下载后在你的设备上打开。',
};
