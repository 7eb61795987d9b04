import { describe, expect, test } from 'bun:test';
import { expectedCaptchaSign } from './captcha-sign.ts';

const DEVICE = '3ee0327a0cac0b07e1a84f6a81f5cfff';
const WEB = 'YUMx5nI8ZU8Ap8pm';
const ANDROID = 'YNxT9w7GMdWvEOKa';
const PC = 'YvtoWO6GNHiuCl7x';
const APP = 'com.pikcloud.pikpak';

/** Protocol reference §1.8. */
const VECTORS = [
  {
    name: 'web 2.0.0',
    fields: { clientId: WEB, clientVersion: '2.0.0', packageName: 'mypikpak.com', deviceId: DEVICE },
    sign: '1.27236553ee8ba4f38b3d3493f24b92e9',
  },
  {
    name: 'android 1.53.2',
    fields: { clientId: ANDROID, clientVersion: '1.53.2', packageName: APP, deviceId: DEVICE },
    sign: '1.052fdc0e88acbb08b37120effa409cfa',
  },
  {
    name: 'pc',
    fields: { clientId: PC, clientVersion: 'undefined', packageName: 'mypikpak.com', deviceId: DEVICE },
    sign: '1.9dc314e173fac70451773cde4ef393a6',
  },
  {
    name: 'android 1.47.1',
    fields: { clientId: ANDROID, clientVersion: '1.47.1', packageName: APP, deviceId: DEVICE },
    sign: '1.7157e074595fd07c7c549f4ba4fb961e',
  },
  {
    name: 'android 1.21.0',
    fields: { clientId: ANDROID, clientVersion: '1.21.0', packageName: APP, deviceId: DEVICE },
    sign: '1.8a444fb2c4a7628f50684d052648a149',
  },
  {
    name: 'android 1.21.0 on another device',
    fields: {
      clientId: ANDROID,
      clientVersion: '1.21.0',
      packageName: APP,
      deviceId: 'c160f8cc69a4f0bf2b0362752353d060',
    },
    sign: '1.a9bc8f7d6450eef6b01e37996e08389e',
  },
];

describe('captcha_sign', () => {
  test.each(VECTORS)('of $name matches the reference', ({ fields, sign }) => {
    expect(expectedCaptchaSign({ ...fields, timestamp: '1700000000000' })).toBe(sign);
  });

  test('of an unknown version is undefined, also when another client has that version', () => {
    const fields = { packageName: APP, deviceId: DEVICE, timestamp: '1700000000000' };
    expect(expectedCaptchaSign({ ...fields, clientId: ANDROID, clientVersion: '9.9.9' })).toBeUndefined();
    expect(expectedCaptchaSign({ ...fields, clientId: ANDROID, clientVersion: '2.0.0' })).toBeUndefined();
  });

  test.each([
    [ANDROID, '1.48.3'],
    [ANDROID, '1.49.3'],
    [WEB, 'undefined'],
    [ANDROID, '1.42.6'],
    [ANDROID, '1.51.2'],
    [ANDROID, '1.54.2'],
  ])('is known for the older build %s %s', (clientId, clientVersion) => {
    const fields = { clientId, clientVersion, packageName: APP, deviceId: DEVICE, timestamp: '1' };
    expect(expectedCaptchaSign(fields)).toMatch(/^1\.[0-9a-f]{32}$/);
  });
});
