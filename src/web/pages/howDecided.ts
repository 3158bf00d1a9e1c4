import { html, type Markup } from '../html.ts';
import type { CycleView } from './cycleView.ts';
import type { Voice } from './voice.ts';

/** The rule in a sentence or two, the threshold, and the lot that decides ties. */
export function howDecided({ cycle: { rule, threshold }, lot }: CycleView, { say }: Voice): Markup {
  return html`<p>${say(`rule.${rule}`)}${threshold > 0 ? say('rule.threshold', { votes: threshold }) : ''}</p>
${lot.length > 0 ? html`<p>${say('rule.lot')}<span class="lot">${lot.join(' · ')}</span></p>` : ''}`;
}
