import type { Row } from './row.ts';

const WIDTH = 860;
const LEFT = 400;
const BAR = 14;
const GAP = 26;
const ROOM = WIDTH - LEFT - 180;

/** Rows with something to compare, as an SVG of bars: ours, each other's, and a line where the budget is. Each row has a scale of its own. */
export function plot(rows: readonly Row[]): string {
  const shown = rows.filter(
    (row) => Number.isFinite(row.value) && (row.budget !== null || Object.keys(row.peers).length > 0),
  );
  let y = 16;
  const parts = shown.map((row) => {
    const part = drawRow(row, y);
    y += (1 + Object.keys(row.peers).length) * BAR + GAP;
    return part;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="11">
<style>text{fill:#222}.ours{fill:#2563eb}.peer{fill:#9ca3af}.bad{fill:#dc2626}.budget{stroke:#111;stroke-dasharray:3 2}@media(prefers-color-scheme:dark){text{fill:#ddd}.budget{stroke:#eee}}</style>
${parts.join('\n')}
</svg>
`;
}

function drawRow(row: Row, y: number): string {
  const bars = [['Sluice', row.value] as const, ...Object.entries(row.peers)];
  const most = Math.max(...bars.map(([, value]) => value), row.budget ?? 0, Number.MIN_VALUE);
  const length = (value: number): number => Math.round((value / most) * ROOM);
  const lines = bars.map(([name, value], index) => {
    const at = y + index * BAR;
    const kind = index > 0 ? 'peer' : row.ok === false ? 'bad' : 'ours';
    return `<rect class="${kind}" x="${LEFT}" y="${at}" width="${Math.max(1, length(value))}" height="${BAR - 3}"/>
<text x="${LEFT + length(value) + 5}" y="${at + 9}">${escaped(`${value} ${row.unit}${index > 0 ? ` ${name}` : ''}`)}</text>`;
  });
  const x = LEFT + length(row.budget ?? 0);
  const budget =
    row.budget === null
      ? ''
      : `\n<line class="budget" x1="${x}" x2="${x}" y1="${y - 3}" y2="${y + bars.length * BAR}"/>`;
  return `<text x="${LEFT - 8}" y="${y + 9}" text-anchor="end">${escaped(row.name)}</text>
${lines.join('\n')}${budget}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
