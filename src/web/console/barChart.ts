import { html, type Markup } from '../html.ts';

/** A line of a chart: what it is, and how much. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

/** Where the bars begin and how long they may be, in hundredths of the width; the heights are pixels. */
const [BEGIN, LONGEST, EACH, THICK] = [38, 46, 30, 16];

/** Bars below each other, as a picture that fits its place whatever the width. `title` says what is seen; the numbers belong into a table as well. */
export function barChart(bars: readonly Bar[], title: string): Markup {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const lines = bars.map(({ label, value }, index) => {
    const length = Math.round((Math.max(0, value) / most) * LONGEST * 10) / 10;
    const middle = index * EACH + EACH / 2;
    return html`<text x="0" y="${middle}">${label}</text><rect x="${BEGIN}%" y="${middle - THICK / 2}" width="${length}%" height="${THICK}"/><text x="${BEGIN + length}%" dx="6" y="${middle}">${value}</text>
`;
  });
  return html`<svg class="chart" role="img" aria-label="${title}" width="100%" height="${bars.length * EACH}">${lines}</svg>`;
}
