import type { PublicProposal } from '../../fund/proposals/publicProposals.ts';
import { html, type Markup } from '../html.ts';
import type { Voice } from './voice.ts';

/** Bytes of proposals that one page may take: the rest is behind `before`. */
const ROOM = 80_000;

/** Proposals with what became of each, newest first, as many as there is room for; and the number before which the next page begins. */
export function proposalList(proposals: readonly PublicProposal[], most: number, { say, day, theirs }: Voice): { items: Markup; before?: number } {
  let room = ROOM;
  const items: Markup[] = [];
  for (const proposal of proposals.slice(0, most)) {
    const item = one(proposal);
    room -= Buffer.byteLength(item.text);
    if (room < 0) break;
    items.push(item);
  }
  const last = proposals[items.length - 1];
  const goesOn = last !== undefined && last.number > 1 && (items.length < proposals.length || proposals.length >= most);
  return { items: html`<ul class="proposals">\n${items}</ul>`, ...(goesOn && { before: last.number }) };

  function one({ number, at, text, spoken, state, project, category }: PublicProposal): Markup {
    const unnamed = project === null && (state === 'merged' || state === 'project');
    const became = say(`proposals.state.${state}${unnamed ? 'Some' : ''}`, { project });
    return html`<li><p><b>${number}</b> ${spoken ? say(`proposals.spoken.${spoken}`) : theirs(text)}</p><p class="state ${state}"><em>${became}</em> ${day(new Date(at))}${category ? html` · ${theirs(category)}` : ''}</p></li>
`;
  }
}
