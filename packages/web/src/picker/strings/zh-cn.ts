import type { en } from './en.ts';

export const zhCN: typeof en = {
  where: '所选文件夹',
  all: '所有存储',
  folders: '{{path}} 中的文件夹',
  none: '这里没有文件夹',
  loading: '正在读取文件夹…',
  failed: '无法读取文件夹：{{reason}}',
  try_again: '重试',
  new_folder: '新建文件夹',
  name: '新文件夹的名称',
  make: '新建',
  bad_name: '名称不能为空，也不能包含斜杠。',
};
