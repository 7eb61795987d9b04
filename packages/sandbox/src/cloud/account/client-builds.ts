/** Which of the service's own apps a client poses as. */
export type Platform = 'android' | 'web' | 'pc';

/** Client id and secret of each app (protocol reference §1.2; fact A O). The secret may be left out, but must match if sent (rule I1). */
export const CLIENTS: readonly {
  readonly id: string;
  readonly platform: Platform;
  readonly secret: string;
}[] = [
  { id: 'YNxT9w7GMdWvEOKa', platform: 'android', secret: 'dbw2OtmVEeuUvIptb1Coyg' },
  { id: 'YUMx5nI8ZU8Ap8pm', platform: 'web', secret: 'dbw2OtmVEeuUvIptb1Coyg' },
  { id: 'YvtoWO6GNHiuCl7x', platform: 'pc', secret: '1NIH5R1IEe2pAxZE3hv3uA' },
];

/** One build of an app: the salts belong to the pair of client and version, not to a date (§1.2). */
export interface ClientBuild {
  readonly client: Platform;
  readonly version: string;
  readonly packageName: string;
  /** How sure we are of this row. */
  readonly source: string;
  /** In the order of use. An empty one still costs a round. */
  readonly salts: readonly string[];
}

/** Every build whose signature is accepted (§1.3 and Appendix A). */
export const CLIENT_BUILDS: readonly ClientBuild[] = [
  {
    client: 'web',
    version: '2.0.0',
    packageName: 'mypikpak.com',
    source: 'fact (A O R), §1.3',
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
  },
  {
    client: 'android',
    version: '1.53.2',
    packageName: 'com.pikcloud.pikpak',
    source: 'fact (A O), §1.3',
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
  },
  {
    client: 'pc',
    version: 'undefined',
    packageName: 'mypikpak.com',
    source: 'fact (A O), §1.3',
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
  },
  {
    client: 'android',
    version: '1.47.1',
    packageName: 'com.pikcloud.pikpak',
    source: 'fact (P), §1.3',
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
  },
  {
    client: 'android',
    version: '1.21.0',
    packageName: 'com.pikcloud.pikpak',
    source: 'fact (C), §1.3',
    salts: [
      '',
      'E32cSkYXC2bciKJGxRsE8ZgwmH/YwkvpD6/O9guSOa2irCwciH4xPHaH',
      'QtqgfMgHP2TFl',
      'zOKgHT56L7nIzFzDpUGhpWFrgP53m3G6ML',
      'S',
      'THxpsktzfFXizUv7DK1y/N7NZ1WhayViluBEvAJJ8bA1Wr6',
      'y9PXH3xGUhG/zQI8CaapRw2LhldCaFM9CRlKpZXJvj+pifu',
      '+RaaG7T8FRTI4cP019N5y9ofLyHE9ySFUr',
      '6Pf1l8UTeuzYldGtb/d',
    ],
  },
  {
    client: 'android',
    version: '1.48.3',
    packageName: 'com.pikcloud.pikpak',
    source: 'fact (earlier AList), Appendix A',
    salts: [
      'aDhgaSE3MsjROCmpmsWqP1sJdFJ',
      '+oaVkqdd8MJuKT+uMr2AYKcd9tdWge3XPEPR2hcePUknd',
      'u/sd2GgT2fTytRcKzGicHodhvIltMntA3xKw2SRv7S48OdnaQIS5mn',
      '2WZiae2QuqTOxBKaaqCNHCW3olu2UImelkDzBn',
      '/vJ3upic39lgmrkX855Qx',
      'yNc9ruCVMV7pGV7XvFeuLMOcy1',
      '4FPq8mT3JQ1jzcVxMVfwFftLQm33M7i',
      'xozoy5e3Ea',
    ],
  },
  {
    client: 'android',
    version: '1.49.3',
    packageName: 'com.pikcloud.pikpak',
    source: 'fact (earlier AList), Appendix A',
    salts: [
      '7xOq4Z8s',
      'QE9/9+IQco',
      'WdX5J9CPLZp',
      'NmQ5qFAXqH3w984cYhMeC5TJR8j',
      'cc44M+l7GDhav',
      'KxGjo/wHB+Yx8Lf7kMP+/m9I+',
      'wla81BUVSmDkctHDpUT',
      'c6wMr1sm1WxiR3i8LDAm3W',
      'hRLrEQCFNYi0PFPV',
      'o1J41zIraDtJPNuhBu7Ifb/q3',
      'U',
      'RrbZvV0CTu3gaZJ56PVKki4IeP',
      'NNuRbLckJqUp1Do0YlrKCUP',
      'UUwnBbipMTvInA0U0E9',
      'VzGc',
    ],
  },
  {
    client: 'web',
    version: 'undefined',
    packageName: 'drive.mypikpak.com',
    source: 'fact (earlier AList), Appendix A',
    salts: [
      'fyZ4+p77W1U4zcWBUwefAIFhFxvADWtT1wzolCxhg9q7etmGUjXr',
      'uSUX02HYJ1IkyLdhINEFcCf7l2',
      'iWt97bqD/qvjIaPXB2Ja5rsBWtQtBZZmaHH2rMR41',
      '3binT1s/5a1pu3fGsN',
      '8YCCU+AIr7pg+yd7CkQEY16lDMwi8Rh4WNp5',
      'DYS3StqnAEKdGddRP8CJrxUSFh',
      'crquW+4',
      'ryKqvW9B9hly+JAymXCIfag5Z',
      'Hr08T/NDTX1oSJfHk90c',
      'i',
    ],
  },
  {
    client: 'android',
    version: '1.42.6',
    packageName: 'com.pikcloud.pikpak',
    source: 'field observation; client id assumed, Appendix A',
    salts: [
      'frupTFdxwcJ5mcL3R8',
      'jB496fSFfbWLhWyqV',
      'xYLtzn8LT5h3KbAalCjc/Wf',
      'PSHSbm1SlxbvkwNk4mZrJhBZ1vsHCtEdm3tsRiy1IPUnqi1FNB5a2F',
      'SX/WvPCRzgkLIp99gDnLaCs0jGn2+urx7vz/',
      'OGdm+dgLk5EpK4O1nDB+Z4l',
      'nwtOQpz2xFLIE3EmrDwMKe/Vlw2ubhRcnS2R23bwx9wMh+C3Sg',
      'FI/9X9jbnTLa61RHprndT0GkVs18Chd',
    ],
  },
  {
    client: 'android',
    version: '1.51.2',
    packageName: 'com.pikcloud.pikpak',
    source: 'field observation; client id assumed, Appendix A',
    salts: [
      'vPjelkvqcWoCsQO1CnkVod8j2GbcE0yEHEwJ3PKSKW',
      'Rw5aO9MHuhY',
      'Gk111qdZkPw/xgj',
      '/aaQ4/f8HNpyzPOtIF3rG/UEENiRRvpIXku3WDWZHuaIq+0EOF',
      '6p1gxZhV0CNuKV2QO5vpibkR8IJeFURvqNIKXWOIyv1A',
      'gWR',
      'iPD',
      'ASEm+P75YfKzQRW6eRDNNTd',
      '2fauuwVCxLCpL/FQ/iJ5NpOPb7gRZs0EWJwe/2YNPQr3ore+ZiIri6s/tYayG',
    ],
  },
  {
    client: 'android',
    version: '1.54.2',
    packageName: 'com.pikcloud.pikpak',
    source: 'field observation; client id assumed, Appendix A',
    salts: [
      'eLulfSfMIFzbrkbujRQImOfTAdXOldCbQyBt',
      'SCp6awVyAXqF9B5XDS0PLhTNnG',
      'SoMuLvah96nDA+3XaymLvgAeqlK',
      '1by',
      'vGTFciT',
      'M8yk3XpNcRnEgO7aj0WIMfaP2nRSBL',
      '7F0jNttS8GbQGbG6kZn8LZfu4VPyu',
      'mmaxD2VQJbS4RBoH8c9pXY/1BnQSROHF',
      'jcvVdOUSqH6o9ttWyBczBOjWmKO',
      'lA6A1rzs35p6VJP9',
      'LgSn',
      'TVJPjTISu+77',
    ],
  },
];
