import { describe, expect, test } from 'bun:test';
import { StorageError } from '../../core/errors.ts';
import { captchaTokenIn } from './check-answer.ts';

const TOKEN = 'ck0.AbC_d-123456';

describe('what a check ended at', () => {
  test.each([
    ['the token alone', ` ${TOKEN}\n`],
    [
      'an address with it',
      `xlaccsdk01://xbase.cloud/callback?state=harbor&captcha_token=${TOKEN}&expires_in=300`,
    ],
    ['an address with it behind the hash', `https://example.test/end#captcha_token=${TOKEN}&state=x`],
    ['the part of an address', `captcha_token=${TOKEN}`],
    ['a query followed by a hash', `https://example.test/?captcha_token=${TOKEN}#top`],
  ])('%s gives the token', (_, answer) => {
    expect(captchaTokenIn(answer)).toBe(TOKEN);
  });

  test.each([
    ['nothing', '', 'no_token'],
    ['words', 'it worked, thanks', 'no_token'],
    ['another address', 'https://example.test/?state=harbor', 'no_token'],
    ['an empty token', 'https://example.test/?captcha_token=', 'no_token'],
    [
      'the check itself',
      `https://user.mypikpak.net/captcha/v2/spritePuzzle.html?captcha_token=${TOKEN}`,
      'check_page',
    ],
    [
      "the sandbox's check",
      `http://127.0.0.1:80/captcha/v2/spritePuzzle.html?captcha_token=${TOKEN}`,
      'check_page',
    ],
  ])('%s is refused, with what to do', (_, answer, vendorCode) => {
    let error: unknown;
    try {
      captchaTokenIn(answer);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ code: 'invalid_argument', detail: { vendorCode } });
  });
});
