import { html, type Markup } from '../html.ts';
import type { CycleView } from './cycleView.ts';
import type { Voice } from './voice.ts';

/** What was changed by hand, by whom and why, newest first; and how many came onto the roster, and how many phones and cards were changed, since the vote opened. */
export function record({ cycle: { moves }, roster }: CycleView, { say, date, theirs }: Voice): Markup {
  const items = moves
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())
    .map(({ kind, stage, from, by, reason, at }) => {
      const [before, after] =
        kind === 'extend'
          ? say('record.extend', { by: NAME, to: date(from) }).split(NAME)
          : say('record.move', { by: NAME, stage: say(`stage.${stage}`) }).split(NAME);
      return html`<li><time datetime="${at.toISOString()}">${date(at)}</time> ${before ?? ''}<b>${theirs(by)}</b>${after ?? ''}${reason ? html`<br>${say('record.reason')}${theirs(reason)}` : ''}</li>
`;
    });
  return html`<section aria-labelledby="record">
<h2 id="record">${say('record.title')}</h2>
${items.length > 0 ? html`<ul class="record">\n${items}</ul>` : html`<p>${say('record.none')}</p>`}
${roster ? html`<p>${say('record.added', { count: roster.added, phones: roster.phones, cards: roster.cards })}</p>` : ''}
</section>
`;
}

/** Stands in the words where a name comes in as markup. */
const NAME = '\u0000';
