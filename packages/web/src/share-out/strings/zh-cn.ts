import type { en } from './en.ts';

export const zhCN: typeof en = {
  title: '分享“{{name}}”',
  close: '关闭',
  text: '任何拿到链接的人都可以查看和保存，无需账号，也不经过此网关。',
  lasts: '有效期',
  for_good: '直到你取消',
  days_one: '{{count}} 天',
  days_other: '{{count}} 天',
  with_code: '需要提取码',
  make: '生成链接',
  making: '正在生成链接…',
  made: '链接已生成。',
  link: '链接',
  code: '提取码',
  copy: '复制',
  copy_both: '复制链接和提取码',
  copied: '已复制。',
  copy_failed: '浏览器不允许此页面复制。请选中文字后复制。',
  done: '完成',
};
