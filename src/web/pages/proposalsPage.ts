import type { PublicProposal } from '../../fund/proposals/publicProposals.ts';
import type { CommunityRecord } from '../../fund/records/community.ts';
import type { CycleRecord } from '../../fund/records/cycle.ts';
import { html, type Markup } from '../html.ts';
import { type Frame, layout } from './layout.ts';
import { proposalList } from './proposalList.ts';

const PAGE = 200;

/** `/c/SLUG?before=N`: earlier proposals, 200 a page and fewer where they are long. */
export function proposalsPage(community: CommunityRecord, cycle: CycleRecord, proposals: readonly PublicProposal[], frame: Frame): Markup {
  const { say, link, theirs } = frame.voice;
  const { items, before } = proposalList(proposals, PAGE, frame.voice);
  const own = frame.path.replace(/[?&]before=\d+$/, '');
  const content = html`<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${theirs(community.name)}</a> · ${theirs(cycle.title)}</p>
<h1>${say('proposals.title')}</h1>
${proposals.length > 0 ? items : ''}
<p>${before === undefined ? '' : html`<a class="more" href="${link(`${own}${own.includes('?') ? '&' : '?'}before=${before}`)}">${say('proposals.older')}</a> `}<a class="more" href="${link(own)}#proposals">${say('proposals.back')}</a></p>
</section></div>`;
  return layout(frame, `${say('proposals.title')} · ${community.name}`, content);
}
