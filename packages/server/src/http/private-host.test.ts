import { expect, test } from 'bun:test';
import { isPrivateHost } from './private-host.ts';

test.each([
  'http://127.0.0.1',
  'http://127.1',
  'http://0',
  'http://0x7f000001',
  'http://2130706433',
  'http://10.1.2.3',
  'http://172.31.255.255',
  'http://192.168.1.1',
  'http://100.64.0.1',
  'http://169.254.169.254',
  'http://[::]',
  'http://[::1]',
  'http://[::ffff:127.0.0.1]',
  'http://[64:ff9b::a9fe:a9fe]',
  'http://[2002:7f00:1::]',
  'http://[fd00:ec2::254]',
  'http://[fe80::1]',
  'http://localhost',
  'http://LOCALHOST.',
  'http://app.localhost',
  'http://metadata.google.internal',
  'http://nas.local',
  'http://router',
])('SSRF: %s is inside', (url) => {
  expect(isPrivateHost(new URL(url))).toBe(true);
});

test.each([
  'https://dl.example.com',
  'https://localhost.example.com',
  'https://notlocal.example',
  'https://8.8.8.8',
  'https://172.32.0.1',
  'https://[2606:4700::1111]',
])('%s is outside', (url) => {
  expect(isPrivateHost(new URL(url))).toBe(false);
});
