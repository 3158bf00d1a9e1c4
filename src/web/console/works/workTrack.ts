import { WORK_STATES, type WorkRecord, type WorkState } from '../../../fund/works/index.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import type { CommunityVisit } from '../visits.ts';

/** The steps of a work, but for the one that a few take. */
const STEPS = WORK_STATES.filter((state) => state !== 'to-be-mended');

/** A work's steps as a line: those that are done with their day, where it stands now, and what is still to come. */
export function workTrack({ text: { say, date } }: CommunityVisit, { state, steps }: Pick<WorkRecord, 'state' | 'steps'>): Markup {
  const here = placeOf(state);
  const dayOf = (of: WorkState) => steps.findLast((step) => step.state === of)?.day;
  const items = STEPS.map((each, place) => {
    const is = place < here ? 'past' : place === here ? 'at' : 'coming';
    const name = say(`works.states.${place === here ? state : each}`);
    const day = place > here ? undefined : dayOf(place === here ? state : each);
    const told = place < here ? html`<span class="unseen">${say('works.track.done')}</span>` : '';
    return html`<li class="${is}"${place === here ? html` aria-current="step"` : ''}><span>${name}${told}</span>${day ? html`<small>${noWrap(date(day))}</small>` : ''}</li>`;
  });
  const standing = say('works.track.at', { nth: here + 1, all: STEPS.length, state: say(`works.states.${state}`) });
  return html`<ol class="track" aria-label="${say('works.track.title')}">${items}</ol><p class="track-at">${standing}</p>`;
}

function placeOf(state: WorkState): number {
  return STEPS.indexOf(state === 'to-be-mended' ? 'finished' : state);
}
