import { expect, test } from 'bun:test';
import { createCounters } from './counters.ts';
import { pathPattern } from './path-pattern.ts';

test.each([
  ['/drive/v1/files', '/drive/v1/files'],
  ['/drive/v1/files/VNaAbBcCdDeEfFgGhHiIjJk-o1', '/drive/v1/files/{id}'],
  ['/drive/v1/files/unknown', '/drive/v1/files/{id}'],
  ['/drive/v1/files/trash:empty', '/drive/v1/files/trash:empty'],
  ['/drive/v1/files/trash%3Aempty', '/drive/v1/files/trash%3Aempty'],
  ['/drive/v1/files:batchMove', '/drive/v1/files:batchMove'],
  ['/drive/v1/tasks/VPaAbBcCdDeEfFgGhHiIjJk_o2', '/drive/v1/tasks/{id}'],
  ['/drive/v1/share/file_info', '/drive/v1/share/file_info'],
  ['/vip/v1/activity/inviteCode', '/vip/v1/activity/inviteCode'],
  [
    '/v0/screenshot-thumbnails/221DE23AAE5F772B8F35DB3E3107B268A9C27FD4/720/2048',
    '/v0/screenshot-thumbnails/{id}/720/2048',
  ],
  ['/upload_tmp/221DE23AAE5F772B8F35DB3E3107B268A9C27FD4_1700000000000000000', '/upload_tmp/{id}'],
  ['/s/VNsandboxOpenShare00001', '/s/{id}'],
  ['/download/', '/download/'],
  ['/', '/'],
])('%s counts as %s', (path, pattern) => {
  expect(pathPattern(path)).toBe(pattern);
});

test('whatever clients ask for, the counters stay few', () => {
  const counters = createCounters();
  for (let i = 0; i < 1000; i++) counters.onRequest('GET', `/made-up/${i}`);
  const requests = counters.requests();
  expect(Object.keys(requests).length).toBe(301);
  expect(requests['(other)']).toBe(700);
});
