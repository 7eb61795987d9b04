import { describe, expect, test } from 'bun:test';
import { decideDelivery } from './delivery.ts';
import { fakeFile } from './testing/upstream.ts';

const PROXY_TYPES = 'm3u8,url';

describe('how a file reaches a client', () => {
  test('a cloud with links is redirected to', () => {
    expect(decideDelivery(fakeFile(5, ['https://cdn.test/a']), PROXY_TYPES).mode).toBe('redirect');
  });

  test('web_proxy keeps everything in the gateway', () => {
    const file = fakeFile(5, ['https://cdn.test/a']);
    const proxied = { ...file, storage: { ...file.storage, webProxy: true } };
    expect(decideDelivery(proxied, PROXY_TYPES).mode).toBe('proxy');
  });

  test('a storage without links is read through the gateway', () => {
    expect(decideDelivery({ ...fakeFile(5, []), source: 'read' }, PROXY_TYPES).mode).toBe('proxy');
  });

  test('an empty file is answered here, for its cloud may have no link', () => {
    expect(decideDelivery(fakeFile(0, []), PROXY_TYPES).mode).toBe('proxy');
  });

  test('listed types go through the gateway, whatever their case', () => {
    const file = fakeFile(5, ['https://cdn.test/a']);
    const node = { ...file.node, entry: { ...file.node.entry, name: 'list.M3U8' } };
    expect(decideDelivery({ ...file, node }, PROXY_TYPES).mode).toBe('proxy');
  });
});
