import type { OfflineRules } from '../offline/offline-rules.ts';
import type { Call } from '../router.ts';
import { wireTime } from '../wire-time.ts';
import type { Drive } from './drive.ts';

const UNLIMITED = '-1';
const DAY = 86_400_000;
const PREMIUM_LIFE = 3650 * DAY;
const GIB = 1024 ** 3;

/** `GET /drive/v1/about` (protocol reference §3.11): all figures are decimal texts. */
export function about(drive: Drive, begunToday: number, limits: OfflineRules['offlinePerDay']): object {
  const { total, trashed } = drive.tree.usage();
  const premium = drive.account.plan === 'premium';
  return {
    kind: 'drive#about',
    quota: {
      ...quota(drive.account.quotaLimit, total, trashed),
      is_unlimited: false,
      complimentary: '',
    },
    expires_at: '',
    quotas: { cloud_download: quota(premium ? limits.premium : limits.free, begunToday, 0) },
    user_type: premium ? 1 : 0,
  };
}

function quota(limit: number, usage: number, trashed: number): object {
  return {
    kind: 'drive#quota',
    limit: String(limit),
    usage: String(usage),
    usage_in_trash: String(trashed),
    play_times_limit: UNLIMITED,
    play_times_usage: '0',
  };
}

/** `GET /drive/v1/privilege/vip` (§3.11). */
export function vip(drive: Drive): object {
  const { userId, plan } = drive.account;
  const premium = plan === 'premium';
  return {
    result: 'ACCEPTED',
    message: '',
    redirect_uri: '',
    data: {
      expire: vipEnd(drive),
      status: premium ? 'ok' : 'invalid',
      type: premium ? 'platinum' : 'novip',
      user_id: userId,
    },
  };
}

/** `GET /vip/v1/quantity/list?type=transfer` (§3.11): monthly allowances as numbers. The figures are those of §9.14. */
export function transferAllowance(drive: Drive): object {
  const { userId, plan } = drive.account;
  const premium = plan === 'premium';
  const kinds = {
    offline: allowance(premium ? 200 * GIB : 0),
    download: allowance(premium ? 5120 * GIB : 20 * GIB),
    upload: allowance(premium ? 2048 * GIB : 0),
  };
  return {
    transfer: kinds,
    data: null,
    has_more: false,
    base: {
      user_id: userId,
      info: '',
      sub_status: '',
      vip_status: premium ? 'ok' : 'invalid',
      expire_time: vipEnd(drive),
      assets: premium ? '10T' : '6G',
      size: 0,
      ...kinds,
    },
    apps_summary: {},
  };
}

function allowance(total: number): object {
  return { info: '', total_assets: total, assets: 0, size: 0 };
}

/** Far ahead, so that nobody's premium ends while the sandbox is in use. */
function vipEnd(drive: Drive): string {
  return drive.account.plan === 'premium' ? wireTime(drive.account.createdAt + PREMIUM_LIFE) : '';
}

/** `GET /vip/v1/activity/inviteCode` (§3.11). */
export function inviteCode(drive: Drive): object {
  return { code: drive.account.userId.slice(-8).toUpperCase() };
}

/** `GET /drive/v1/privilege/area_country_code` (§3.12, field observation). Which country a region stands for is ours. */
export function areaCountryCode(call: Call): object {
  const { address, region } = call.request.caller;
  const countries = { local: 'US', asia: 'SG', eu: 'DE' } as const;
  return { result: 'ACCEPTED', data: { countryCode: countries[region], ip: address } };
}
