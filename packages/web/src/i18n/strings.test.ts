import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { isRecord, readText } from '../api/read.ts';
import { chooseLanguage } from './i18n.ts';

const SOURCE = join(import.meta.dir, '..');

/** Every text of a resource by its dotted key. */
function textsOf(value: unknown, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  if (!isRecord(value)) return texts;
  for (const [key, inner] of Object.entries(value)) {
    if (isRecord(inner)) for (const [k, text] of textsOf(inner, `${prefix}${key}.`)) texts.set(k, text);
    else texts.set(prefix + key, readText(inner));
  }
  return texts;
}

async function load(file: string): Promise<Map<string, string>> {
  const loaded: unknown = await import(file);
  return textsOf(isRecord(loaded) ? Object.values(loaded)[0] : undefined);
}

function placeholders(text = ''): string[] {
  return [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort();
}

const resources = [...new Bun.Glob('**/strings/en.ts').scanSync(SOURCE)];

describe('strings', () => {
  test('the page and its screens have some', () => {
    expect(resources.length).toBeGreaterThan(0);
  });

  describe.each(resources)('%s', (file) => {
    const english = join(SOURCE, file);
    const chinese = english.replace(/en\.ts$/, 'zh-cn.ts');

    test('both languages have the same keys', async () => {
      expect([...(await load(chinese)).keys()].sort()).toEqual([...(await load(english)).keys()].sort());
    });

    test('no text is empty, and both languages fill in the same things', async () => {
      const translated = await load(chinese);
      for (const [key, text] of await load(english)) {
        expect({ key, empty: text.trim() === '' }).toEqual({ key, empty: false });
        expect({ key, names: placeholders(translated.get(key)) }).toEqual({ key, names: placeholders(text) });
      }
    });
  });
});

describe('the language to begin with', () => {
  test('what was chosen goes before what the browser wants', () => {
    expect(chooseLanguage('en', ['zh-CN'])).toBe('en');
  });

  test('the first wanted language that there is is taken', () => {
    expect(chooseLanguage(null, ['fr-FR', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(chooseLanguage(null, ['en-GB', 'zh'])).toBe('en');
    expect(chooseLanguage('klingon', ['de'])).toBe('en');
  });
});
