import type { Reason } from '../../../../server/src/core/reasons.ts';

/** What happened to a storage and what to do about it. The gateway tells both in English, so that there is no table for that. */
export const zhCN: Readonly<Record<Reason, readonly [reason: string, remedy: string]>> = {
  too_frequent: [
    '登录或安全验证过于频繁，云端要求放慢速度。',
    '请等待，到时会自动继续。尝试越多，等待越久。',
  ],
  slow_down: ['云端要求放慢速度。', '稍后会自动继续。'],
  address_refused: [
    '云端不允许从这台服务器所在的地址用密码登录。',
    '请在浏览器中登录，把 refresh token 填到此存储中；或让此存储经由代理连接。',
  ],
  wrong_password: [
    '云端不接受这个用户名和密码。',
    '请检查两者。如果都正确：该账号可能是通过 Google 或 Facebook 注册的，没有密码。请在云端的账号设置中设置密码，或使用 refresh token 登录。',
  ],
  region_refused: ['云端不在这台服务器所在的地区提供登录。', '请让此存储经由其他地区的代理连接。'],
  name_spelling: [
    '云端使用的用户名写法不同。',
    '手机号请带上国家代码，例如 +8613800138000，或使用邮箱登录。',
  ],
  human_check: [
    '云端想确认是真人在登录。',
    '请打开页面并通过验证，然后把验证结束时的网址交给 Sluice。也可以使用浏览器中的 refresh token 登录。',
  ],
  person_wanted: [
    '云端要求本人确认这次登录。',
    '请在浏览器中登录，把 refresh token 填到此存储中；或让此存储经由代理连接。',
  ],
  refresh_token_dead: [
    '云端不再接受这个 refresh token。',
    '请提供新的 refresh token（须来自此处所选的平台），或填写密码。refresh token 每次使用都会更换，两个程序不能共用。',
  ],
  program_refused: [
    '云端没有把我们认作它的客户端。',
    '请检查这台服务器的时钟，然后在存储设置中换一个平台试试。',
  ],
  security_token_refused: [
    '云端一再拒绝它发给我们的安全令牌。',
    '会自动重试。如果一直如此，请使用浏览器中的 refresh token 登录。',
  ],
  session_refused: ['云端不接受它刚刚建立的会话。', '请几分钟后再试。如果一直如此，请重新登录。'],
  sign_in_wanted: ['云端要求登录。', '请检查此存储的账号设置。'],
  sign_in_waits: [
    '下次登录前需要等待。',
    '短时间内多次登录会导致账号被封锁。要立即继续，请提供 refresh token。',
  ],
  cloud_down: ['云端目前无法工作。', '请稍候，会自动重试。'],
  unknown_error: ['云端返回了 Sluice 不认识的错误。', '请查看是否有更新版本的 Sluice。'],
  request_refused: ['云端不理解我们的请求。', '云端可能有了变化，请查看是否有更新版本的 Sluice。'],
  answer_unreadable: ['无法读懂云端的回答。', '可能有别的东西在这台服务器和云端之间代为回答。'],
  answer_broken: ['云端的回答中途断开。', '会自动重试。'],
  account_unread: ['无法读取账号的令牌。', '请检查数据文件夹是否可读。'],
  account_unsaved: ['无法保存账号的令牌。', '请检查数据文件夹是否可写、磁盘是否已满。'],
  pass_code_missing: ['此分享需要提取码。', '请在此存储的设置中填写。分享者知道提取码。'],
  pass_code_wrong: ['此分享的提取码不正确。', '请在此存储的设置中更正，注意区分大小写。'],
  share_unknown: ['云端没有这个分享。', '请检查分享链接。'],
  share_deleted: ['此分享已被删除。', '请索取新的分享，或移除此存储。'],
  share_expired: ['此分享有时限，现已结束。', '请索取新的分享，或移除此存储。'],
  share_checked: ['云端仍在审核此分享。', '请等待，审核完成后会自动打开。'],
  share_blocked: ['云端因内容原因封锁了此分享。', '任何人都无法再打开它。请索取其他分享，或移除此存储。'],
  share_region: ['云端不在这台服务器所在的地区提供分享。', '请把此存储的“出口”设为其他地区的代理。'],
  share_refused: [
    '云端以 Sluice 不认识的原因拒绝了此分享。',
    '请在浏览器中打开分享查看原因，或查看是否有更新版本的 Sluice。',
  ],
  bad_certificate: ['{{host}} 的证书不可信。', '可能有别的东西在这台服务器和云端之间代为回答，或时钟不准。'],
  unknown_host: ['无法解析域名 {{host}}。', '请检查这台服务器的网络和此存储的出口。'],
  no_connection: ['无法连接到 {{host}}。', '请检查这台服务器的网络和此存储的出口。'],
  no_answer: ['{{host}} 在 {{seconds}} 秒内没有回答。', '请检查这台服务器的网络和此存储的出口。'],
  body_stalled: ['{{host}} 已有 {{seconds}} 秒没有发送数据。', '会自动重试。'],
  proxy_credentials: ['代理不接受这个用户名和密码。', '请更正此存储出口中的用户名和密码。'],
  proxy_forbids: ['代理拒绝连接（状态 {{status}}）。', '该代理不允许访问此主机，请换用其他代理。'],
  proxy_refuses: ['代理拒绝连接（状态 {{status}}）。', '请检查代理。'],
  proxy_gone: ['代理地址 {{host}} 没有任何回应。', '请检查代理是否在运行，以及“出口”中的主机和端口。'],
  service_down: ['{{host}} 有回答，但状态为 {{status}}。', '请稍候，或换一个“API 地址”。'],
  egress_invalid: [
    '此存储的出口无效。',
    '出口留空表示直接连接；或填写代理，以 http://、https://、socks5:// 或 socks5h:// 开头并带主机和端口，例如 socks5h://user:password@proxy.example:1080。',
  ],
  storage_slow: ['存储在 {{seconds}} 秒内没有回答。', '请检查网络，或此存储使用的出口。'],
  root_missing: ['此存储的根文件夹不存在。', '请在设置中更正根文件夹，或将其留空。'],
  internal: ['Sluice 内部出现了问题。', '日志中有更多信息，请报告此问题。'],
};
