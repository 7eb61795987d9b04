import { expect, test } from 'bun:test';
import { ossAuthorization } from './oss-sign.ts';
import { storeHost } from './ticket.ts';

const OCTETS = 'application/octet-stream';
const TICKET = {
  accessKeyId: 'STS.EXAMPLEKEYID',
  accessKeySecret: 'ExampleAccessKeySecret',
  securityToken: 'CAISexampletoken',
  bucket: 'vip-lixian-07',
  key: 'upload_tmp/B42B6A1D2F8C78E73EEF8A12010C3253E800F113_1700000000000000000',
};
const UPLOAD_ID = '0004B9894A22E5B1888A1E29F8236E2D';
const ofUpload = { uploadId: UPLOAD_ID };

test('a part is signed as in the short example of the reference (§4.6)', () => {
  const ticket = { accessKeyId: 'AK', accessKeySecret: 'SK', securityToken: 'STS', bucket: 'b', key: 'k' };
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
  const query = { uploadId: 'U', partNumber: '1' };
  expect(ossAuthorization(ticket, { method: 'PUT', contentType: OCTETS, date, query })).toBe(
    'OSS AK:to+ASfP2gyOWpAKuCl5dUrrP3V8=',
  );
});

test.each([
  ['POST', { uploads: '' }, OCTETS, '6yNTpIbjd/H8on4DXcGHcdU1jiw='],
  ['PUT', { partNumber: '1', ...ofUpload }, OCTETS, 'FFXCLxad0VKWFfiyJ1MOyx0USuk='],
  ['POST', ofUpload, OCTETS, 'r50EZw+jBsjbB7ig8xF6T1J8Dts='],
  ['PUT', {}, OCTETS, 'sEVbzTwJV1NZVFccRXxqJeAeLOU='],
  ['GET', ofUpload, '', 'SzYFnlanH+R9uN/1MXQiOGigpQk='],
  ['DELETE', ofUpload, '', 'ItRfFPeUn5tZMOCTHgQtL9SQx1Q='],
])('%s with %p and content type %p is signed %s (§4.6)', (method, query, contentType, signature) => {
  const date = 'Tue, 14 Nov 2023 22:13:20 GMT';
  expect(ossAuthorization(TICKET, { method, contentType, date, query })).toBe(
    `OSS STS.EXAMPLEKEYID:${signature}`,
  );
});

test.each([
  ['upload-a10b.mypikpak.com', 'upload-a10b.mypikpak.com'],
  ['vip-lixian-07.mypikpak.net', 'vip-lixian-07.mypikpak.net'],
  ['mypikpak.net', 'vip-lixian-07.mypikpak.net'],
  ['', ''],
])('the endpoint %p is asked at %p', (endpoint, host) => {
  expect(storeHost(endpoint, 'vip-lixian-07')).toBe(host);
});
