import type { en } from './en.ts';

export const zhCN: typeof en = {
  search: '搜索设置',
  no_match: '没有与“{{query}}”匹配的设置。',
  failed: '无法显示设置',
  try_again: '重试',
  loading: '加载中…',
  default: '默认：{{value}}。',
  on: '开启',
  off: '关闭',
  empty: '空',
  reset: '恢复默认',
  reset_of: '将“{{label}}”恢复为默认值',
  changes_one: '{{formatted}} 处更改',
  changes_other: '{{formatted}} 处更改',
  save: '保存',
  saving: '正在保存…',
  discard: '放弃更改',
  saved: '设置已保存。',
  not_saved: '未保存任何设置：{{reason}}',
  see_fields: '未保存任何设置。问题显示在相应设置旁边。',
  not_number: '必须是整数。',
  group: {
    links: '下载链接',
    speed: '速度',
    webdav: 'WebDAV 与地址',
    uploads: '上传',
    shares: '分享',
    kinds: '文件类型',
    privacy: '隐私',
    other: '其他',
  },
  junk: {
    keep: '保留',
    refuse: '拒绝',
    discard: '接收后丢弃',
  },
  fields: {
    sign_all: {
      label: '所有链接都需要签名',
      help: '关闭后，能看到文件的人凭路径即可下载。',
    },
    link_expiration: {
      label: '链接有效期（小时）',
      help: '下载链接生成后多长时间内有效。0 表示永久有效。',
    },
    proxy_types: {
      label: '始终经由网关',
      help: '这些扩展名的文件不会重定向到云端，用逗号分隔。',
    },
    egress_addresses: {
      label: '本网关的公网地址',
      help: '请求以哪些地址发出：直连只写地址；其他出口写出口、空格和地址。每行一个。留空则向云端查询。',
    },
    egress_echo_url: {
      label: '查询公网地址的页面',
      help: '会通过每个出口访问该页面。留空则只向存储自身的云端查询。',
    },
    max_client_download_speed: {
      label: '总速度（KiB/秒）',
      help: '所有客户端经由网关的总速度上限。-1 表示不限。',
    },
    max_download_speed_per_client: {
      label: '每个客户端的速度（KiB/秒）',
      help: '每个地址经由网关的速度上限。-1 表示不限。',
    },
    max_download_speed_per_user: {
      label: '每个用户的速度（KiB/秒）',
      help: '登录后下载（如 WebDAV）的每个用户经由网关的速度上限。带签名的地址不对应用户。-1 表示不限。',
    },
    read_ahead_connections: {
      label: '单个慢速下载的连接数',
      help: '云端限制每个连接的速度时，一个下载最多可使用的连接数（不超过 8）。仅在实测有效时使用；每个连接最多占用 8 MiB 内存。0 表示只用一个连接。',
    },
    block_cache_gib: {
      label: '下载缓存的磁盘空间（GiB）',
      help: '经由网关的内容会保留在本机磁盘上，下次直接从磁盘提供，不论文件在哪个存储中。空间不足时先删除最久未用的内容。0 表示不保留。',
    },
    site_url: {
      label: '用户访问的地址',
      help: '前置代理添加了路径时需要填写，例如 https://example.org/files。',
    },
    webdav_junk: {
      label: '系统留下的文件',
      help: 'WebDAV 如何处理 .DS_Store、._*、Thumbs.db 和 desktop.ini。',
    },
    webdav_infinite_depth: {
      label: '一次列出整个目录树',
      help: '允许 WebDAV 程序在一次请求中列出文件夹下的全部内容，对大型网盘开销很大。',
    },
    upload_file_limit: { label: '单个文件上限（GiB）', help: '超过此大小的文件无法上传。0 表示不限。' },
    upload_total_limit: {
      label: '上传可用空间（GiB）',
      help: '本机为所有进行中的上传预留的空间。0 表示磁盘有多少用多少。',
    },
    upload_user_limit: {
      label: '单个用户可用空间（GiB）',
      help: '单个用户的上传最多可占用其中多少。0 表示全部。',
    },
    share_check_hours: {
      label: '检查分享的间隔（小时）',
      help: '多久检查一次分享是否仍可打开。0 表示从不检查。',
    },
    video_types: { label: '视频', help: '视为视频的扩展名，用逗号分隔。' },
    audio_types: { label: '音乐', help: '视为音乐的扩展名，用逗号分隔。' },
    image_types: { label: '图片', help: '视为图片的扩展名，用逗号分隔。' },
    text_types: { label: '文本', help: '视为文本的扩展名，用逗号分隔。' },
    privacy_regs: {
      label: '从错误信息中隐去',
      help: '每行一个正则表达式。错误信息中匹配的内容会显示为星号。',
    },
    robots_txt: { label: '搜索引擎', help: '/robots.txt 的内容。' },
  },
};
