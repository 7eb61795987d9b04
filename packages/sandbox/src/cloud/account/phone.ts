const LOOKS_LIKE_PHONE = /^\+?[\d\s().-]+$/;
const CHINESE_MOBILE = /^1\d{10}$/;

/**
 * A telephone number as the service keeps it, with `+` and the country code; any other text comes back as it is.
 *
 * Field observation (protocol reference §2.2): the number in a captcha's `meta` is brought to this form. That eleven digits
 * from 1 mean China, and that a number may come with its country code but without `+`, are guesses.
 */
export function normalizePhone(text: string): string {
  if (!LOOKS_LIKE_PHONE.test(text)) return text;
  const compact = compactPhone(text);
  if (compact.startsWith('+')) return compact;
  return CHINESE_MOBILE.test(compact) ? `+86${compact}` : `+${compact}`;
}

/** The text without the blanks and marks that people put into telephone numbers; any other text comes back as it is. */
export function compactPhone(text: string): string {
  return LOOKS_LIKE_PHONE.test(text) ? text.replaceAll(/[\s().-]/g, '') : text;
}
