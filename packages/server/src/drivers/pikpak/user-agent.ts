import type { Platform } from './platforms.ts';
import { deviceSign } from './sign.ts';

const WEB =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Chrome/117.0.0.0 Safari/537.36';
const PC =
  'MainWindow Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'PikPak/2.6.11.4955 Chrome/100.0.4896.160 Electron/18.3.15 Safari/537.36';

/** What the Android program tells of itself beside its constants. */
export interface AndroidIdentity {
  readonly deviceId: string;
  /** '' before sign-in. */
  readonly userId: string;
  /** Unix milliseconds. */
  readonly now: number;
}

/** The User-Agent of a platform's program (protocol reference §1.6). */
export function userAgent(platform: Platform, identity: AndroidIdentity): string {
  switch (platform.name) {
    case 'web':
      return WEB;
    case 'pc':
      return PC;
    case 'android':
      return androidUserAgent(platform, identity);
    default:
      return platform.name satisfies never;
  }
}

function androidUserAgent(platform: Platform, { deviceId, userId, now }: AndroidIdentity): string {
  const { clientId, clientVersion, packageName, sdkVersion } = platform;
  return [
    `ANDROID-${packageName}/${clientVersion}`,
    'protocolVersion/200 accesstype/',
    `clientid/${clientId} clientversion/${clientVersion}`,
    'action_type/ networktype/WIFI sessionid/',
    `deviceid/${deviceId} providername/NONE devicesign/${deviceSign(deviceId, packageName)}`,
    `refresh_token/ sdkversion/${sdkVersion}`,
    `datetime/${now} usrno/${userId}`,
    `appname/android-${packageName}`,
    'session_origin/ grant_type/ appid/ clientip/ devicename/Xiaomi_M2004j7ac',
    'osversion/13 platformversion/10 accessmode/ devicemodel/M2004J7AC',
  ].join(' ');
}
