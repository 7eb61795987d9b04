import { describe, expect, test } from 'bun:test';
import { fakeRandom } from '../../../testing/fake-clock.ts';
import { PLATFORMS } from './platforms.ts';
import { captchaSign, deviceSign, fingerprint, newDeviceId } from './sign.ts';
import { userAgent } from './user-agent.ts';

const DEVICE = '3ee0327a0cac0b07e1a84f6a81f5cfff';
const TIMESTAMP = '1700000000000';

describe('the captcha signature (vectors of protocol reference §1.8)', () => {
  test.each([
    ['web', '1.27236553ee8ba4f38b3d3493f24b92e9'],
    ['android', '1.052fdc0e88acbb08b37120effa409cfa'],
    ['pc', '1.9dc314e173fac70451773cde4ef393a6'],
  ] as const)('of %p', (platform, signature) => {
    expect(captchaSign(PLATFORMS[platform], DEVICE, TIMESTAMP)).toBe(signature);
  });

  test('has one round for each salt, the empty one included', () => {
    const android = PLATFORMS.android;
    const old = {
      ...android,
      clientVersion: '1.47.1',
      salts: [
        'Gez0T9ijiI9WCeTsKSg3SMlx',
        'zQdbalsolyb1R/',
        'ftOjr52zt51JD68C3s',
        'yeOBMH0JkbQdEFNNwQ0RI9T3wU/v',
        'BRJrQZiTQ65WtMvwO',
        'je8fqxKPdQVJiy1DM6Bc9Nb1',
        'niV',
        '9hFCW2R1',
        'sHKHpe2i96',
        'p7c5E6AcXQ/IJUuAEC9W6',
        '',
        'aRv9hjc9P+Pbn+u3krN6',
        'BzStcgE8qVdqjEH16l4',
        'SqgeZvL5j9zoHP95xWHt',
        'zVof5yaJkPe3VFpadPof',
      ],
    };
    expect(captchaSign(old, DEVICE, TIMESTAMP)).toBe('1.7157e074595fd07c7c549f4ba4fb961e');
  });
});

describe('the device sign (vectors of protocol reference §1.5)', () => {
  test.each([
    ['com.pikcloud.pikpak', '12e709902569b1b0c6732b03adc73db9'],
    ['mypikpak.com', '01e91229b3835986bca2bed31e72c8b9'],
  ])('for %p', (packageName, end) => {
    expect(deviceSign(DEVICE, packageName)).toBe(`div101.${DEVICE}${end}`);
  });
});

describe('a new device id', () => {
  test('has the shape of a version 4 UUID without dashes', () => {
    expect(newDeviceId(fakeRandom())).toBe('000102030405460788090a0b0c0d0e0f');
  });
});

describe('a fingerprint', () => {
  test('does not mistake one split of the same letters for another', () => {
    expect(fingerprint('ab', 'c')).not.toBe(fingerprint('a', 'bc'));
  });
});

describe('the user agent', () => {
  test('of Android is composed as in protocol reference §1.6', () => {
    const agent = userAgent(PLATFORMS.android, {
      deviceId: DEVICE,
      userId: 'YabcDEF123',
      now: 1_700_000_000_000,
    });
    expect(agent).toBe(
      'ANDROID-com.pikcloud.pikpak/1.53.2 protocolVersion/200 accesstype/ clientid/YNxT9w7GMdWvEOKa ' +
        'clientversion/1.53.2 action_type/ networktype/WIFI sessionid/ deviceid/3ee0327a0cac0b07e1a84f6a81f5cfff ' +
        'providername/NONE devicesign/div101.3ee0327a0cac0b07e1a84f6a81f5cfff12e709902569b1b0c6732b03adc73db9 ' +
        'refresh_token/ sdkversion/2.0.6.206003 datetime/1700000000000 usrno/YabcDEF123 ' +
        'appname/android-com.pikcloud.pikpak session_origin/ grant_type/ appid/ clientip/ ' +
        'devicename/Xiaomi_M2004j7ac osversion/13 platformversion/10 accessmode/ devicemodel/M2004J7AC',
    );
  });

  test.each(['web', 'pc'] as const)('of %p says nothing of the device', (name) => {
    expect(userAgent(PLATFORMS[name], { deviceId: DEVICE, userId: 'u', now: 0 })).not.toContain(DEVICE);
  });
});
