import { type CycleRecord, periods } from '../../fund/cycles/index.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { noWrap, type PageText } from '../public/pageText.ts';

/** A page is about the current cycle, and none has begun: its reader is told what comes, and where dates are made (`notBegunPage`). */
export class NotBegun extends Refusal {
  constructor() {
    super(404, 'No cycle has begun.');
    this.name = 'NotBegun';
  }
}

/** When the cycle that comes begins, if one does, and the way to its dates. */
export function notBegunPage({ say, userText, date }: PageText<'console'>, own: string, coming: CycleRecord | null, now: Date): Markup {
  const [first] = coming ? periods(coming, now) : [];
  const about =
    coming && first
      ? html`<p>${userText(coming.title)}</p><p>${say('notBegun.coming', { stage: say(`stage.${first.stage}`) })}<b>${noWrap(date(first.from))}</b>${say('notBegun.till')}</p>`
      : html`<p>${say('notBegun.none')}</p>`;
  return html`<h1>${say('notBegun.title')}</h1>${about}<p><a class="more" href="${own}/calendar">${say(coming ? 'notBegun.ahead' : 'notBegun.plan')}</a></p>`;
}
