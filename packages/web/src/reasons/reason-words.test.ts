import { describe, expect, test } from 'bun:test';
import { readReason } from '../api/reasons.ts';
import { wordsFor } from './reason-words.ts';
import { zhCN } from './strings/zh-cn.ts';

const told = (more: object) => readReason({ reason: 'In English.', remedy: 'Do it.', ...more }, 'reason');

describe('the words for why a storage does not work', () => {
  test('are the gateway’s in English, and the page’s own in Chinese, with what they need filled in', () => {
    const reason = told({
      reason_code: 'no_answer',
      reason_params: { host: 'user.example.org', seconds: 30, more: {} },
    });
    expect(wordsFor(reason, 'en')).toEqual({ reason: 'In English.', remedy: 'Do it.' });
    expect(wordsFor(reason, 'zh-CN').reason).toBe('user.example.org 在 30 秒内没有回答。');
  });

  test('are the gateway’s where the page knows no name for it', () => {
    for (const reason_code of ['', 'something_new', 'constructor', undefined]) {
      expect(wordsFor(told({ reason_code }), 'zh-CN').reason).toBe('In English.');
    }
  });

  test('say so when something to fill in is missing', () => {
    expect(wordsFor(told({ reason_code: 'unknown_host' }), 'zh-CN').reason).toBe('无法解析域名 …。');
  });

  test('need nothing to be filled in but what the gateway sends', () => {
    for (const [reason, remedy] of Object.values(zhCN)) {
      const needed = [...`${reason}${remedy}`.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
      expect(needed.every((name) => ['host', 'seconds', 'status'].includes(name ?? ''))).toBeTrue();
      expect([reason, remedy].includes('')).toBeFalse();
    }
  });
});
