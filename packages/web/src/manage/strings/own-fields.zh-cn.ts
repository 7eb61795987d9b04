/** Words for drivers' own fields, by field name, or by kind and field where a kind means something else by it. English ones come from the gateway. */
export const ownFieldsZhCN: ReadonlyMap<string, { readonly label: string; readonly help: string }> = new Map(
  Object.entries({
    username: { label: '用户名', help: '邮箱、带国家区号的手机号（+8613800138000）或用户名。' },
    'PikPakShare.username': {
      label: '用户名',
      help: '可不填：没有账号也能读取分享。邮箱、带国家区号的手机号（+8613800138000）或用户名。',
    },
    'PikPakShares.username': {
      label: '用户名',
      help: '可不填：没有账号也能读取分享。邮箱、带国家区号的手机号（+8613800138000）或用户名。',
    },
    password: {
      label: '密码',
      help: '用 Google 或 Facebook 注册的账号没有密码，需要先在 PikPak 里设置一个。',
    },
    refresh_token: {
      label: '刷新令牌',
      help: '代替密码，或在 PikPak 拒绝密码时使用。从浏览器取得，平台选“web”；用一次后会自动更新。',
    },
    root_folder_id: { label: '根文件夹 ID', help: '要显示的文件夹。留空表示整个网盘。' },
    'PikPakShare.root_folder_id': {
      label: '根文件夹 ID',
      help: '只显示分享中的某个文件夹。优先于链接里的文件夹。',
    },
    platform: { label: '平台', help: '以 PikPak 的哪个客户端身份登录。刷新令牌只能用于取得它的平台。' },
    api_root: { label: '接口域名', help: '使用 PikPak 的哪个域名。账号通用，某个被屏蔽时可换另一个。' },
    egress: {
      label: '出口',
      help: '通往 PikPak 的线路。留空表示直连，也可填代理：http://、https://、socks5:// 或 socks5h://，带主机和端口。',
    },
    'PikPakShare.egress': {
      label: '出口',
      help: '通往 PikPak 的线路，用于在本地区打不开的分享。留空表示直连，也可填代理：http://、https://、socks5:// 或 socks5h://，带主机和端口。',
    },
    'PikPakShares.egress': {
      label: '出口',
      help: '通往 PikPak 的线路，用于在本地区打不开的分享。留空表示直连，也可填代理：http://、https://、socks5:// 或 socks5h://，带主机和端口。',
    },
    file_egress: {
      label: '文件出口',
      help: '下载文件数据时改走的线路，写法相同。留空则与上面一致。PikPak 只把自己网盘的文件发给取得链接的那个地址，因此两条线路的公网地址必须相同。',
    },
    download_domain: {
      label: '下载域名',
      help: '把文件链接改到哪个域名，用于原域名被屏蔽或较慢时。“original”表示不改。',
    },
    custom_download_domain: {
      label: '自定义下载域名',
      help: '代替上面所选的域名，例如你自己指向 PikPak 的域名。',
    },
    device_id: { label: '设备 ID', help: '32 位十六进制数字。留空会自动生成。' },
    disable_media_link: {
      label: '不使用媒体链接',
      help: '开启：使用下载链接。关闭：有媒体链接时，使用 PikPak 播放原文件的链接。',
    },
    prefer: {
      label: '影片默认画质',
      help: 'original：文件本身。media：PikPak 会播放的版本，文件过大时是转码副本。播放时都可以切换。',
    },
    share_cache_gb: {
      label: '分享文件占用上限（GB）',
      help: '为了完整播放而转存到这里的分享文件。最久没有播放的先删除，其他文件绝不会被删除。',
    },
    show_share_cache: { label: '显示这些副本', help: '它们放在 .sluice-cache 文件夹里，列表中默认不显示。' },
    captcha_token: {
      label: '验证令牌',
      help: '仅在 PikPak 要求人机验证之后填写：验证页面最后跳转到的地址里的令牌。',
    },
    share_id: {
      label: '分享',
      help: '分享链接（https://mypikpak.com/s/…）或其 ID。指向子文件夹的链接只显示该文件夹；链接里的提取码会被使用。',
    },
    share_pwd: { label: '提取码', help: '仅用于需要提取码的分享。优先于链接里的提取码。' },
    use_transcoding_address: {
      label: '使用转码地址',
      help: '开启：播放器得到 PikPak 的转码副本；原文件过大被截断时，它是完整的。下载始终是原文件。',
    },
    restore_account: {
      label: '被截断的文件转存到',
      help: '你自己的某个 PikPak 存储的挂载路径。PikPak 对访客截断的文件，首次播放时会转存到那里，从而完整播放。留空则能播多少算多少。',
    },
    shares: {
      label: '分享列表',
      help: '分享链接及名称和提取码，导入能识别的写法都可以：每行一个、表格或 alist_batch 的 YAML。标题会成为文件夹。',
    },
    root_folder_path: {
      label: '文件夹路径',
      help: '服务器上要显示的文件夹，例如 /srv/media。其中的符号链接不会被跟随。',
    },
    show_hidden: { label: '显示隐藏文件', help: '包括名称以点开头的文件和文件夹。' },
    mkdir_perm: { label: '新文件夹权限', help: '八进制数字，例如 755。' },
    thumbnail: {
      label: '缩略图',
      help: '为图片生成缩略图，装有 ffmpeg 时也包括影片，保存在数据文件夹里。',
    },
  }),
);
