import { html, type Markup } from '../html.ts';
import type { CycleView } from './cycleView.ts';
import type { Voice } from './voice.ts';

/** Every step on its day, with what was changed by hand applied. */
export function calendar({ calendar, stage, vote }: CycleView, { say, date }: Voice): Markup {
  const at = calendar.findLastIndex((period) => period.stage === stage);
  const steps = calendar.map((period, index) => {
    const place = index < at ? 'past' : index === at ? 'present' : 'future';
    const closes = period.stage === 'vote' && vote ? html`<span>${say('calendar.closes', { to: date(vote.to) })}</span>` : '';
    return html`<li class="${place}"${index === at ? html` aria-current="step"` : ''}><h3>${say(`stage.${period.stage}`)}${index === at ? html` <em>${say('calendar.now')}</em>` : ''}</h3>
<p><time datetime="${period.from.toISOString()}">${say('calendar.from', { from: date(period.from) })}</time>${closes}</p></li>
`;
  });
  return html`<section aria-labelledby="calendar">
<h2 id="calendar">${say('calendar.title')}</h2>
<ol class="calendar">
${steps}</ol>
</section>
`;
}
