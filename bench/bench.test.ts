import { describe, expect, test } from 'bun:test';
import { encoded } from './contender.ts';
import { readOptions } from './options.ts';
import { parsePeer } from './peers.ts';
import { plot } from './plot.ts';
import { markdown } from './report.ts';
import { atMost, compared } from './row.ts';
import { interleaved, median, percentile } from './stats.ts';

describe('figures', () => {
  test('the median and percentiles are samples that were taken', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(percentile([1, 2, 3, 4], 0.99)).toBe(4);
    expect(median([])).toBeNaN();
  });

  test('all are measured in turn, and who can not be watched is left out', async () => {
    const order: string[] = [];
    const values = await interleaved([{ name: 'a' }, { name: 'b' }], 3, async ({ name }) => {
      order.push(name);
      return name === 'a' ? order.length : Number.NaN;
    });
    expect(order.join('')).toBe('ababab');
    expect([...values]).toEqual([['a', 3]]);
  });

  test('a row holds when it keeps its budget and no peer is better; yardsticks need not be beaten', () => {
    const what = { name: 'x', unit: 's', better: 'less', yardsticks: ['bare'] } as const;
    const ok = (values: Record<string, number>, budget?: number) =>
      compared({ ...what, ...(budget === undefined ? {} : { budget }) }, new Map(Object.entries(values))).ok;
    expect(ok({ sluice: 2, bare: 1 })).toBeNull();
    expect(ok({ sluice: 2, bare: 1, alist: 3 })).toBe(true);
    expect(ok({ sluice: 2, alist: 1 })).toBe(false);
    expect(ok({ sluice: 2 }, 1)).toBe(false);
    expect(ok({ sluice: 2, alist: 3 }, 1)).toBe(false);
    expect(
      compared(
        { ...what, better: 'more' },
        new Map([
          ['sluice', 2],
          ['alist', 1],
        ]),
      ).ok,
    ).toBe(true);
    expect(atMost('x', 2, 's', 2).ok).toBe(true);
    expect(atMost('x', Number.NaN, 's', 2).ok).toBe(false);
  });
});

describe('the command line', () => {
  const sandbox = ['--sandbox-port', '9443', '--proxy-port', '9444', '--ca', 'ca.pem'];

  test('names rows, and peers with their credentials and paths', () => {
    const peer = 'alist=http://admin:p%40ss@127.0.0.1:5246/sub,/demo=/pikpak';
    const { groups, peers } = readOptions(['--rows', 'cpu,start', '--peer', peer, ...sandbox]);
    expect(groups.map(({ name }) => name)).toEqual(['start', 'cpu']);
    expect(peers[0]).toMatchObject({
      name: 'alist',
      user: 'admin',
      password: 'p@ss',
      map: [['/demo', '/pikpak']],
    });
    expect(peers[0]?.url.href).toBe('http://127.0.0.1:5246/sub');
  });

  test('rclone is fetched only when asked for, and brings its own sandbox or takes the one that runs', () => {
    expect(readOptions([])).toMatchObject({ rclone: false, sandbox: undefined });
    expect(readOptions(['--rclone'])).toMatchObject({ rclone: true, sandbox: undefined });
    expect(readOptions(['--rclone', ...sandbox])).toMatchObject({ rclone: true, sandbox: { port: 9443 } });
  });

  test.each([
    [['--rows', 'nothing'], 'nothing'],
    [['--peer', 'alist'], 'sandbox'],
    [['--peer', 'alist', ...sandbox], 'NAME=URL'],
    [['--sandbox-port', '1'], 'together'],
  ])('%p is refused, with the reason', (args, words) => {
    expect(() => readOptions(args)).toThrow(words);
  });

  test('a peer that has other paths is named with them', () => {
    expect(() => parsePeer('a=http://127.0.0.1:1,demo=/x')).toThrow('/ours=/theirs');
    expect(encoded('/a b/ü')).toBe('/a%20b/%C3%BC');
  });
});

test('the page and the plot show every compared row, and nothing in them breaks out', () => {
  const rows = [
    compared(
      { name: 'a < b & c', unit: 's', better: 'less', budget: 1 },
      new Map([
        ['sluice', 2],
        ['rclone', 3],
      ]),
    ),
    atMost('not measured', Number.NaN, 's', 1),
  ];
  const svg = plot(rows);
  expect(svg).toContain('a &lt; b &amp; c');
  expect(svg).not.toContain('NaN');
  const page = markdown({ machine: { cores: 2 }, commit: 'abc', versions: { bun: '1' }, rows }, 'x.svg');
  expect(page).toContain('| ✗ | a < b & c | 2 s | 1 | 3 |');
});
