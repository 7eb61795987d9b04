/** The client programs that PikPak knows. A refresh token works only with the platform it was made on. */
export type PlatformName = 'android' | 'web' | 'pc';

/** What identifies a client program: protocol reference §1.2 and §1.3. */
export interface Platform {
  readonly name: PlatformName;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientVersion: string;
  readonly packageName: string;
  readonly sdkVersion: string;
  /** Rounds of the captcha signature, in order. An empty one is a round too. */
  readonly salts: readonly string[];
}

const WEB: Platform = {
  name: 'web',
  clientId: 'YUMx5nI8ZU8Ap8pm',
  clientSecret: 'dbw2OtmVEeuUvIptb1Coyg',
  clientVersion: '2.0.0',
  packageName: 'mypikpak.com',
  sdkVersion: '8.0.3',
  salts: [
    'C9qPpZLN8ucRTaTiUMWYS9cQvWOE',
    '+r6CQVxjzJV6LCV',
    'F',
    'pFJRC',
    '9WXYIDGrwTCz2OiVlgZa90qpECPD6olt',
    '/750aCr4lm/Sly/c',
    'RB+DT/gZCrbV',
    '',
    'CyLsf7hdkIRxRm215hl',
    '7xHvLi2tOYP0Y92b',
    'ZGTXXxu8E/MIWaEDB+Sm/',
    '1UI3',
    'E7fP5Pfijd+7K+t6Tg/NhuLq0eEUVChpJSkrKxpO',
    'ihtqpG6FMt65+Xk+tWUH2',
    'NhXXU9rg4XXdzo7u5o',
  ],
};

const ANDROID: Platform = {
  name: 'android',
  clientId: 'YNxT9w7GMdWvEOKa',
  clientSecret: 'dbw2OtmVEeuUvIptb1Coyg',
  clientVersion: '1.53.2',
  packageName: 'com.pikcloud.pikpak',
  sdkVersion: '2.0.6.206003',
  salts: [
    'SOP04dGzk0TNO7t7t9ekDbAmx+eq0OI1ovEx',
    'nVBjhYiND4hZ2NCGyV5beamIr7k6ifAsAbl',
    'Ddjpt5B/Cit6EDq2a6cXgxY9lkEIOw4yC1GDF28KrA',
    'VVCogcmSNIVvgV6U+AochorydiSymi68YVNGiz',
    'u5ujk5sM62gpJOsB/1Gu/zsfgfZO',
    'dXYIiBOAHZgzSruaQ2Nhrqc2im',
    'z5jUTBSIpBN9g4qSJGlidNAutX6',
    'KJE2oveZ34du/g1tiimm',
  ],
};

const PC: Platform = {
  name: 'pc',
  clientId: 'YvtoWO6GNHiuCl7x',
  clientSecret: '1NIH5R1IEe2pAxZE3hv3uA',
  clientVersion: 'undefined', // the word itself: what the desktop program sends
  packageName: 'mypikpak.com',
  sdkVersion: '8.0.3',
  salts: [
    'KHBJ07an7ROXDoK7Db',
    'G6n399rSWkl7WcQmw5rpQInurc1DkLmLJqE',
    'JZD1A3M4x+jBFN62hkr7VDhkkZxb9g3rWqRZqFAAb',
    'fQnw/AmSlbbI91Ik15gpddGgyU7U',
    '/Dv9JdPYSj3sHiWjouR95NTQff',
    'yGx2zuTjbWENZqecNI+edrQgqmZKP',
    'ljrbSzdHLwbqcRn',
    'lSHAsqCkGDGxQqqwrVu',
    'TsWXI81fD1',
    'vk7hBjawK/rOSrSWajtbMk95nfgf3',
  ],
};

export const PLATFORMS: Readonly<Record<PlatformName, Platform>> = { web: WEB, android: ANDROID, pc: PC };

/** Domains that serve the same accounts and files; some are blocked in some countries (protocol reference §1.1). */
export const API_ROOTS = ['mypikpak.net', 'mypikpak.com', 'pikpak.me', 'pikpakdrive.com'] as const;

export type ApiRoot = (typeof API_ROOTS)[number];
