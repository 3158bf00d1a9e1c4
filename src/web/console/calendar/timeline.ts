import type { Stage } from '../../../fund/cycles/index.ts';
import { DAY_MS, HOUR_MS } from '../../../store/wallTime.ts';
import { html, type Markup } from '../../html.ts';
import type { PageText } from '../../public/pageText.ts';

/** Where the bars begin, in hundredths of the width; the heights are pixels. */
const [BEGIN, EACH, THICK] = [38, 28, 16];

/** How long the stages last, drawn below each other from the first to the last: what stands in the fields, in pictures. Empty if it is fewer than two, or no order. */
export function timeline({ say }: PageText<'console'>, stages: readonly { readonly stage: Stage; readonly from: number }[], now?: number): Markup {
  const [first, last] = [stages[0]?.from, stages.at(-1)?.from];
  const isInOrder = stages.every(({ from }, index) => index === 0 || from > (stages[index - 1]?.from ?? 0));
  if (first === undefined || last === undefined || last <= first || !isInOrder) return html``;
  const across = (moment: number) => ((100 - BEGIN) * (moment - first)) / (last - first);
  const rows = stages.slice(0, -1).map(({ stage, from }, index) => {
    const to = stages[index + 1]?.from ?? last;
    const middle = index * EACH + EACH / 2;
    const isNow = now !== undefined && from <= now && now < to;
    return html`<text x="0" y="${middle}">${say(`stage.${stage}`)} · ${lengthOf(say, to - from)}</text><rect x="${(BEGIN + across(from)).toFixed(1)}%" y="${middle - THICK / 2}" width="${Math.max(0.5, across(to) - across(from)).toFixed(1)}%" height="${THICK}"${isNow ? html` class="now"` : ''}/>
`;
  });
  return html`<svg class="chart timeline" width="100%" height="${(stages.length - 1) * EACH}" role="img" aria-label="${say('calendar.timeline')}">${rows}</svg>`;
}

/** How long something lasts, in days; less than a day in hours. */
export function lengthOf(say: PageText<'console'>['say'], ms: number): string {
  return ms < DAY_MS
    ? say('calendar.hours', { count: Math.max(1, Math.round(ms / HOUR_MS)) })
    : say('calendar.days', { count: Math.round(ms / DAY_MS) });
}
