import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { CycleRecord } from '../../fund/cycles/index.ts';
import type { PublicProposal } from '../../fund/proposals/index.ts';
import { html, type Markup } from '../html.ts';
import { type Frame, layout } from './layout.ts';
import type { PageText } from './pageText.ts';

const PAGE = 200;

/** `/c/SLUG?before=N`: earlier proposals, 200 on a page, or fewer if they are long. */
export function proposalsPage(community: CommunityRecord, cycle: CycleRecord, proposals: readonly PublicProposal[], frame: Frame): Markup {
  const { say, link, theirs } = frame.pageText;
  const { items, before } = proposalList(proposals, PAGE, frame.pageText);
  const own = frame.path.replace(/[?&]before=\d+$/, '');
  const content = html`<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${theirs(community.name)}</a> · ${theirs(cycle.title)}</p>
<h1>${say('proposals.title')}</h1>
${proposals.length > 0 ? items : ''}
<p>${before === undefined ? '' : html`<a class="more" href="${link(`${own}${own.includes('?') ? '&' : '?'}before=${before}`)}">${say('proposals.older')}</a> `}<a class="more" href="${link(own)}#proposals">${say('proposals.back')}</a></p>
</section></div>`;
  return layout(frame, `${say('proposals.title')} · ${community.name}`, content);
}

/** The most bytes of proposals on one page; the rest follows with `before`. */
const ROOM = 80_000;

/** Proposals with the state of each, newest first, as many as there is room for; and the number before which the next page begins. */
export function proposalList(proposals: readonly PublicProposal[], most: number, { say, day, theirs }: PageText): { items: Markup; before?: number } {
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

  function one({ number, at, text, spoken, state, project, category, supports }: PublicProposal): Markup {
    const unnamed = project === null && (state === 'merged' || state === 'project');
    const became = say(`proposals.state.${state}${unnamed ? 'Some' : ''}`, { project });
    return html`<li><p><b>${number}</b> ${spoken ? say(`proposals.spoken.${spoken}`) : theirs(text)}</p><p class="state ${state}"><em>${became}</em> ${day(new Date(at))}${category ? html` · ${theirs(category)}` : ''}${supports > 0 ? html` · ${say('proposals.supports', { count: supports })}` : ''}</p></li>
`;
  }
}
