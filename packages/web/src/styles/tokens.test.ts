import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Triple = readonly [number, number, number];

/** Relative luminance (WCAG 2.2) of an OKLCH colour, by way of linear sRGB clipped to what a screen shows. */
function luminance([lightness, chroma, hue]: Triple): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.max(0, Math.min(1, value));
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Triple, other: Triple): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const css = readFileSync(join(import.meta.dir, 'tokens.css'), 'utf8');

/** The values of a token in the light and in the dark theme. */
function token(name: string): Record<'light' | 'dark', Triple> {
  const declared = new RegExp(`--${name}: light-dark\\(oklch\\(([^)]*)\\), oklch\\(([^)]*)\\)\\)`).exec(css);
  const read = (text = ''): Triple => {
    const [l = Number.NaN, c = Number.NaN, h = Number.NaN] = text.split(' ').map(Number);
    return [l, c, h];
  };
  return { light: read(declared?.[1]), dark: read(declared?.[2]) };
}

const GROUNDS = ['canvas', 'surface', 'raised', 'hover', 'selected', 'accent-soft'];
const TEXTS = ['text', 'muted', 'accent', 'good', 'warn', 'bad'];

describe('contrast', () => {
  for (const theme of ['light', 'dark'] as const) {
    for (const text of TEXTS) {
      for (const ground of GROUNDS) {
        test(`${text} can be read on ${ground} in the ${theme} theme`, () => {
          expect(contrast(token(text)[theme], token(ground)[theme])).toBeGreaterThanOrEqual(4.5);
        });
      }
    }

    test(`a button's words can be read in the ${theme} theme`, () => {
      expect(contrast(token('on-accent')[theme], token('accent')[theme])).toBeGreaterThanOrEqual(4.5);
    });

    test.each(['kind-folder', 'kind-video', 'kind-audio', 'kind-image', 'kind-text'])(
      `the icon %s stands out in the ${theme} theme`,
      (kind) => {
        expect(contrast(token(kind)[theme], token('surface')[theme])).toBeGreaterThanOrEqual(3);
      },
    );
  }
});
