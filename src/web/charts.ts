import { html, type Markup } from './html.ts';

/** A bar of a chart: what it is, and how much; `said`: how much, in words, where the number alone does not say it. */
interface Bar {
  readonly label: string;
  readonly value: number;
  readonly said?: string;
}

/** Where the bars begin and how long they may be, in hundredths of the width; the heights are pixels. */
const [BEGIN, LONGEST, EACH, THICK] = [34, 46, 30, 16];
/** How long they may be where words stand behind them, which a phone has to have room for. */
const LONGEST_BEFORE_WORDS = 30;

/**
 * Bars below each other, as a picture that fits its place whatever the width; `full`: what the longest bar stands for, the largest value where it is absent.
 * `title` says what is seen; the numbers belong into a table as well.
 */
export function barChart(bars: readonly Bar[], title: string, full = Math.max(1, ...bars.map(({ value }) => value))): Markup {
  const longest = bars.some(({ said }) => said !== undefined) ? LONGEST_BEFORE_WORDS : LONGEST;
  const lines = bars.map(({ label, value, said = value }, index) => {
    const length = Math.round((Math.max(0, Math.min(value, full)) / full) * longest * 10) / 10;
    const middle = index * EACH + EACH / 2;
    return html`<text x="0" y="${middle}">${label}</text><rect x="${BEGIN}%" y="${middle - THICK / 2}" width="${length}%" height="${THICK}"/><text x="${BEGIN + length}%" dx="6" y="${middle}">${said}</text>
`;
  });
  return html`<svg class="chart" role="img" aria-label="${title}" width="100%" height="${bars.length * EACH}">${lines}</svg>`;
}

/** A line of a chart, from left to right. */
interface Line {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** The height of what is drawn, and above and below it the room for words, in pixels. */
const [HIGH, ROOM] = [120, 24];

/** Two lines from the same point on, the first one drawn stronger; `scale`: what stands at the ends of the axis below. `title` says what is seen; the numbers belong into a table as well. */
export function lineChart(lines: readonly Line[], scale: readonly [first: string, last: string], title: string): Markup {
  const all = lines.flatMap(({ points }) => points);
  const [widest, highest] = [Math.max(1, ...all.map(({ x }) => x)), Math.max(1, ...all.map(({ y }) => y))];
  const across = (x: number) => Math.round((x / widest) * 1000) / 10;
  const up = (y: number) => Math.round((1 - y / highest) * 1000) / 10;
  const drawn = lines.map(
    ({ points }, index) =>
      html`<polyline class="line${index}" points="${['0,100', ...points.map(({ x, y }) => `${across(x)},${up(y)}`)].join(' ')}"/>`,
  );
  const names = lines.map(({ label }, index) => {
    const y = ROOM / 2;
    const [from, to] = [`${index * 50}%`, 28];
    return html`<svg x="${from}" y="0" width="50%" height="${ROOM}"><line class="line${index}" x1="0" x2="${to - 6}" y1="${y}" y2="${y}"/><text x="${to}" y="${y}">${label}</text></svg>`;
  });
  const below = ROOM + HIGH + ROOM / 2;
  return html`<svg class="chart" role="img" aria-label="${title}" width="100%" height="${HIGH + 2 * ROOM}">${names}
<svg y="${ROOM}" width="100%" height="${HIGH}" viewBox="0 0 100 100" preserveAspectRatio="none" overflow="visible"><path class="axis" d="M0 100H100"/>${drawn}</svg>
<text x="0" y="${below}">${scale[0]}</text><text x="100%" y="${below}" text-anchor="end">${scale[1]}</text></svg>`;
}
