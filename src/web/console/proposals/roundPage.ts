import type { StaffProposal } from '../../../fund/proposals/index.ts';
import { html, type Markup } from '../../html.ts';
import { errorSummary, type Mistakes } from '../frame.ts';
import { address, type Values } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { textOf } from './list.ts';

/** Opinions that can be given at once; the others go in the round that follows. */
export const MOST_GIVEN = 100;

/** Which drafts would be given, and which are not whole yet. Each box brings when its draft was written: another one is not given. */
export function roundPage(visit: CommunityVisit, drafts: readonly StaffProposal[], inList: Values, currency: string, mistakes: Mistakes): Markup[] {
  const { text, own } = visit;
  const { say, theirs } = text;
  const ready = drafts.filter(({ isWhole }) => isWhole).slice(0, MOST_GIVEN);
  const notWhole = drafts.filter(({ isWhole }) => !isWhole);
  const link = (proposal: StaffProposal) =>
    html`<a href="${address(`${own}/proposals/${proposal.number}`, inList)}">${proposal.number} ${textOf(visit, proposal)}</a>`;
  const rows = ready.map(
    (
      proposal,
    ) => html`<li class="choice"><input type="checkbox" name="give" id="give-${proposal.number}" value="${proposal.number}:${proposal.opinion?.at.getTime() ?? 0}" checked aria-label="${say('proposal.title', { number: proposal.number })}"> <span>${link(proposal)} · ${verdict(visit, proposal, currency)}</span></li>
`,
  );
  return [
    errorSummary(text, mistakes),
    html`<p><a href="${address(`${own}/proposals`, inList)}">${say('back')}</a></p><h1>${say('proposal.round')}</h1><p>${say('proposal.roundAbout')}</p>
${
  ready.length > 0
    ? html`<form method="post" action="${address(`${own}/proposals/round`, inList)}"><ul class="items">${rows}</ul><button>${say('proposal.give')}</button></form>`
    : html`<p>${say('proposal.noneReady')}</p>`
}
${notWhole.length > 0 ? html`<h2>${say('proposal.stillMissing')}</h2><ul class="items">${notWhole.map((proposal) => html`<li>${link(proposal)} <span>${missing(visit, proposal)}</span></li>`)}</ul>` : ''}`,
  ];

  function verdict({ text: { money } }: CommunityVisit, { opinion }: StaffProposal, unit: string): Markup {
    if (opinion?.isFeasible) return html`${say('proposal.feasible')} · ${money(opinion.cost ?? 0, unit)}`;
    return html`${say('proposal.notFeasible')} · ${say(`proposal.reasonOf.${opinion?.reason ?? 'unclear'}`)} · ${theirs(opinion?.sentence ?? '')}`;
  }
}

/** What a draft does not say yet. */
function missing({ text: { say } }: CommunityVisit, { opinion }: StaffProposal): string {
  if (opinion?.isFeasible) return say('proposal.missingCost');
  return say(opinion?.reason ? 'proposal.missingSentence' : 'proposal.missingReason');
}
