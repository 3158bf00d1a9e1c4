import type { Stage } from '../../../fund/cycles/index.ts';
import { DAY_MS } from '../../../store/wallTime.ts';
import { html, type Markup } from '../../html.ts';
import type { PageText } from '../../public/pageText.ts';

const WIDTH = 640;
const BAR = 14;
const LINE = 20;
const LABELS = 150;

/** How long the stages last, drawn below each other from the first to the last: what stands in the fields, in pictures. Empty if it is fewer than two, or no order. */
export function timeline({ say }: PageText, stages: readonly { readonly stage: Stage; readonly from: number }[], now?: number): Markup {
  const [first, last] = [stages[0]?.from, stages.at(-1)?.from];
  const isInOrder = stages.every(({ from }, index) => index === 0 || from > (stages[index - 1]?.from ?? 0));
  if (first === undefined || last === undefined || last <= first || !isInOrder) return html``;
  const at = (moment: number) => LABELS + ((WIDTH - LABELS) * (moment - first)) / (last - first);
  const rows = stages.slice(0, -1).map(({ stage, from }, index) => {
    const to = stages[index + 1]?.from ?? last;
    const days = Math.max(1, Math.round((to - from) / DAY_MS));
    const y = index * LINE;
    const isNow = now !== undefined && from <= now && now < to;
    return html`<text x="0" y="${y + BAR / 2}">${say(`stage.${stage}`)} · ${say('calendar.days', { count: days })}</text><rect x="${at(from).toFixed(1)}" y="${y}" width="${Math.max(2, at(to) - at(from)).toFixed(1)}" height="${BAR}"${isNow ? html` class="now"` : ''}/>
`;
  });
  return html`<svg class="chart timeline" viewBox="0 0 ${WIDTH} ${(stages.length - 1) * LINE}" role="img" aria-label="${say('calendar.timeline')}">${rows}</svg>`;
}
