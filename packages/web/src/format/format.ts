/** Numbers, sizes and times in one language. */
export interface Format {
  /** A part (0–1) in hundredths: `45%`. */
  percent(part: number): string;
  readonly number: (value: number) => string;
  /** Bytes as disk makers count them: 1 GB is 10⁹ bytes. */
  readonly size: (bytes: number) => string;
  /** A time, relative within a day, else as a date. */
  readonly when: (ms: number, now: number) => string;
  /** The day of a time. */
  readonly day: (ms: number) => string;
  /** `a, b, and c`. */
  readonly list: (parts: readonly string[]) => string;
  /** A time in full. */
  readonly moment: (ms: number) => string;
}

/** Thousandfold steps above the byte, whose short form the platform spells out. */
const UNITS = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Clocks of two machines differ a little; a time this far ahead is now. */
const CLOCK_SKEW_MS = 5 * MINUTE_MS;

/** Makes the formatters of a locale once: the platform's are too slow to make for each row. */
export function createFormat(locale: string): Format {
  const numbers = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const lists = new Intl.ListFormat(locale);
  const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' });
  const sizes = UNITS.map((unit) => [0, 1].map((digits) => sizeFormat(locale, unit, digits)));
  const percents = new Intl.NumberFormat(locale, { style: 'percent' });
  return {
    percent: (part) => percents.format(part),
    number: (value) => numbers.format(value),
    size: (bytes) => {
      const { value, steps, digits } = scale(bytes);
      return sizes[steps - 1]?.[digits]?.format(value) ?? `${numbers.format(bytes)}\u00a0B`;
    },
    when: (ms, now) => {
      const age = now - ms;
      if (age < -CLOCK_SKEW_MS || age >= DAY_MS) return dates.format(ms);
      if (age < MINUTE_MS) return relative.format(0, 'second');
      if (age < HOUR_MS) return relative.format(-Math.floor(age / MINUTE_MS), 'minute');
      return relative.format(-Math.floor(age / HOUR_MS), 'hour');
    },
    day: (ms) => dates.format(ms),
    list: (parts) => lists.format(parts),
    moment: (ms) => moments.format(ms),
  };
}

function sizeFormat(locale: string, unit: (typeof UNITS)[number], digits: number): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  });
}

/** The thousandfold step at which a size reads best: one decimal below 100, none above. */
function scale(bytes: number): { value: number; steps: number; digits: 0 | 1 } {
  let value = bytes;
  let steps = 0;
  while (steps < UNITS.length && Math.round(value) >= 1000) {
    value /= 1000;
    steps += 1;
  }
  return { value, steps, digits: value < 99.95 ? 1 : 0 };
}
