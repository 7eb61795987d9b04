import { describe, expect, test } from 'bun:test';
import { awsSignature, awsTime, parseAwsAuthorization, unsignedHeaders } from './aws-v4.ts';
import { ossSignature, ossTime, parseOssAuthorization } from './oss-v1.ts';
import { isStoreHost, storeAddress } from './store-host.ts';

/*
 * Vectors of protocol reference §4.6.
 */
const BUCKET = 'vip-lixian-07';
const KEY = 'upload_tmp/B42B6A1D2F8C78E73EEF8A12010C3253E800F113_1700000000000000000';
const SECRET = 'ExampleAccessKeySecret';
const TOKEN = 'CAISexampletoken';
const UPLOAD_ID = 'uploadId=0004B9894A22E5B1888A1E29F8236E2D';
const OCTETS = 'application/octet-stream';

describe('OSS V1', () => {
  test.each([
    ['POST', 'uploads', OCTETS, '6yNTpIbjd/H8on4DXcGHcdU1jiw='],
    ['PUT', `partNumber=1&${UPLOAD_ID}`, OCTETS, 'FFXCLxad0VKWFfiyJ1MOyx0USuk='],
    ['PUT', `${UPLOAD_ID}&partNumber=1`, OCTETS, 'FFXCLxad0VKWFfiyJ1MOyx0USuk='],
    ['POST', UPLOAD_ID, OCTETS, 'r50EZw+jBsjbB7ig8xF6T1J8Dts='],
    ['PUT', '', OCTETS, 'sEVbzTwJV1NZVFccRXxqJeAeLOU='],
    ['GET', UPLOAD_ID, '', 'SzYFnlanH+R9uN/1MXQiOGigpQk='],
    ['GET', `${UPLOAD_ID}&max-parts=5&part-number-marker=2`, '', 'SzYFnlanH+R9uN/1MXQiOGigpQk='],
    ['DELETE', UPLOAD_ID, '', 'ItRfFPeUn5tZMOCTHgQtL9SQx1Q='],
  ])('%s ?%s signs as the reference says', (method, query, type, signature) => {
    const headers = {
      date: 'Tue, 14 Nov 2023 22:13:20 GMT',
      'x-oss-security-token': TOKEN,
      host: 'upload-a10b.mypikpak.com',
      ...(type === '' ? {} : { 'content-type': type }),
    };
    const request = { method, path: `/${KEY}`, query: new URLSearchParams(query), headers };
    expect(ossSignature(request, { bucket: BUCKET, key: KEY }, SECRET)).toBe(signature);
  });

  test('signs a part with the short vector', () => {
    const headers = {
      date: 'Sun, 06 Nov 1994 08:49:37 GMT',
      'content-type': OCTETS,
      'x-oss-security-token': 'STS',
    };
    const request = {
      method: 'PUT',
      path: '/k',
      query: new URLSearchParams('partNumber=1&uploadId=U'),
      headers,
    };
    expect(ossSignature(request, { bucket: 'b', key: 'k' }, 'SK')).toBe('to+ASfP2gyOWpAKuCl5dUrrP3V8=');
  });

  test('reads its header and its date', () => {
    expect(parseOssAuthorization('OSS AK:to+ASfP2gyOWpAKuCl5dUrrP3V8=')).toEqual({
      accessKeyId: 'AK',
      signature: 'to+ASfP2gyOWpAKuCl5dUrrP3V8=',
    });
    expect(parseOssAuthorization('Bearer x')).toBeUndefined();
    expect(ossTime({ date: 'Sun, 06 Nov 1994 08:49:37 GMT' })).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
    expect(ossTime({})).toBeNaN();
  });
});

describe('AWS V4', () => {
  const header =
    'AWS4-HMAC-SHA256 Credential=STS.EXAMPLEKEYID/20231114/pikpak/s3/aws4_request, ' +
    'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=abc';
  const requestWith = (payload: string) => ({
    method: 'POST',
    path: `/${KEY}`,
    query: new URLSearchParams('uploads'),
    headers: {
      host: 'vip-lixian-07.mypikpak.com',
      'x-amz-content-sha256': payload,
      'x-amz-date': '20231114T221320Z',
      'x-amz-security-token': TOKEN,
    },
  });

  test.each([
    ['UNSIGNED-PAYLOAD', '7c85f260a27728c494a46050f96c454f75b515080f36de230d1d887759733fec'],
    [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '1234a8874a32d8bb718c633e5afc140fbddda4e848db591951bdde655d3dd198',
    ],
  ])('with payload %s signs as the reference says', (payload, signature) => {
    const authorization = parseAwsAuthorization(header);
    if (authorization === undefined) throw new Error('the header was not read');
    expect(awsSignature(requestWith(payload), authorization, SECRET)).toBe(signature);
  });

  test('reads its header, with or without blanks, and its date', () => {
    const authorization = parseAwsAuthorization(header);
    expect(authorization).toEqual({
      accessKeyId: 'STS.EXAMPLEKEYID',
      scope: '20231114/pikpak/s3/aws4_request',
      signedHeaders: ['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'],
      signature: 'abc',
    });
    if (authorization === undefined) return;
    expect(parseAwsAuthorization(header.replaceAll(', ', ','))).toEqual(authorization);
    expect(awsTime({ 'x-amz-date': '20231114T221320Z' }, authorization)).toBe(
      Date.UTC(2023, 10, 14, 22, 13, 20),
    );
    expect(awsTime({ 'x-amz-date': '20231115T000000Z' }, authorization)).toBeNaN();
    expect(awsTime({}, authorization)).toBeNaN();
    const { headers, ...request } = requestWith('UNSIGNED-PAYLOAD');
    const extra = { ...headers, 'x-amz-meta-a': 'b', accept: '*/*' };
    expect(unsignedHeaders({ ...request, headers: extra }, authorization)).toEqual(['x-amz-meta-a']);
  });

  test.each([
    '',
    'OSS a:b',
    'AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=x',
    'AWS4-HMAC-SHA256 ',
  ])('does not read %p', (text) => {
    expect(parseAwsAuthorization(text)).toBeUndefined();
  });
});

describe('U6: the address of an object', () => {
  test.each([
    ['upload-a10b.mypikpak.com', '/upload_tmp/A_1', 'upload_tmp/A_1'],
    ['upload-a10b.pikpak.me', '/vip-lixian-07/upload_tmp/A_1', 'upload_tmp/A_1'],
    ['vip-lixian-07.mypikpak.net', '/upload_tmp/A_1', 'upload_tmp/A_1'],
    ['vip-lixian-07.mypikpak.com', '/upload_tmp%2FA_1', 'upload_tmp/A_1'],
    ['127.0.0.1', '/upload_tmp/A_1', 'upload_tmp/A_1'],
  ])('%s%s is known', (host, path, key) => {
    expect(storeAddress(host, path, '127.0.0.1:9443')).toEqual({ bucket: BUCKET, key });
  });

  test.each([
    'vip-lixian-07.upload-a10b.mypikpak.com',
    'api-drive.mypikpak.com',
    'mypikpak.com',
    'upload-a10b.example.com',
    '127.0.0.1',
  ])('%s is none', (host) => {
    expect(isStoreHost(host)).toBe(false);
    expect(storeAddress(host, '/upload_tmp/A_1')).toBeUndefined();
  });

  test('is not made of a broken path', () => {
    expect(storeAddress('upload-a10b.mypikpak.com', '/%E0%A4%A')).toBeUndefined();
  });
});
