import type { Router } from 'express';
import { draftOpinions, giveOpinions, readProposals, readSomeProposals, type StaffProposal } from '../../../fund/proposals/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { routes } from '../../routes.ts';
import { actRoutes, doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, type Mistakes } from '../frame.ts';
import { listAddress } from '../list.ts';
import { keptIn, listState, stringsIn } from '../listState.ts';
import { address, numberIn, type Values } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { cycleOf, type ProposalList, textOf, wantedIn } from './list.ts';
import { draftMistake, draftsTyped, opinionTable, rowsSent, wroteIn } from './opinionTable.ts';

/** Proposals of which the table of opinions has a row; the others follow once these are answered. */
const MOST_ROWS = 50;

/** Writing opinions in a table, and giving a round of them. */
export function roundRoutes(world: World, known: Visits, list: ProposalList): Router {
  const { ofCommunity } = known;
  const at = async (visit: CommunityVisit) => ({ cycle: (await cycleOf(world, visit)).cycle });
  return routes()
    .page('/console/:slug/proposals/round', ofCommunity, (visit) => showRound(visit, {}, 200))
    .page('/console/:slug/proposals/opinions', ofCommunity, (visit) => showTable(visit, {}, 200))
    .use(
      actRoutes(known, [draftOpinions], {
        at,
        gives: ({ request }) => ({ drafts: draftsTyped(request) }),
        mistakesOf: async (visit) => draftMistake(visit),
        show: (visit, { mistakes = {} }, status) => showTable(visit, mistakes, status),
        onward: (visit, { name }, { drafted }: { drafted?: readonly number[] }) =>
          visit.lead(address(`${visit.own}/proposals/round`, { ...keptIn(list, visit.request), done: name, number: drafted?.length })),
      }),
      actRoutes(known, [giveOpinions], {
        at,
        gives: ({ request }) => ({ drafts: stringsIn(request.body, 'give').slice(0, MOST_GIVEN).flatMap(draftIn) }),
        show: (visit, { mistakes = {} }, status) => showRound(visit, mistakes, status),
        onward: (visit, { name }, { given }: { given?: readonly number[] }) =>
          visit.lead(listAddress(visit, list, { done: name, number: given?.length })),
      }),
    );

  /** The table of opinions: what waits for one, or the rows that were sent. */
  async function showTable(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    if (!visit.may(draftOpinions)) throw new Refusal(403, 'You may not write opinions.');
    const { text, own, request } = visit;
    const of = await cycleOf(world, visit);
    const sent = rowsSent(request);
    const read = async (view: 'unexamined' | 'drafted') =>
      (
        await visit.read(readProposals, of.cycle, {
          ...wantedIn(listState(list, request)),
          ...{ view, state: undefined, by: 'number', after: undefined, limit: MOST_ROWS },
        })
      ).proposals;
    const proposals =
      sent.length > 0
        ? await visit.read(readSomeProposals, of.cycle, { numbers: sent })
        : [...(await read('unexamined')), ...(await read('drafted'))].toSorted((one, other) => one.number - other.number).slice(0, MOST_ROWS);
    const cycle = await visit.cycle();
    const inList = keptIn(list, request);
    const filled = { wrote: wroteIn(request), mistakes, currency: cycle?.currency ?? 'CNY', isStale: status === 409 };
    const form = html`<form method="post" action="${address(`${own}/proposals/examineMany`, inList)}">${opinionTable(visit, proposals, filled)}<button>${visit.actWords('proposal.examineMany.button')}</button></form>`;
    await visit.send(
      text.say('proposal.table.title'),
      [
        errorSummary(text, mistakes),
        html`<p><a href="${address(`${own}/proposals`, inList)}">${text.say('back')}</a></p><h1>${text.say('proposal.table.title')}</h1>`,
        proposals.length > 0 ? form : html`<p>${text.say('proposal.table.none')}</p>`,
      ],
      { status, path: address(`${own}/proposals/opinions`, inList) },
    );
  }

  async function showRound(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    if (!visit.may(giveOpinions)) throw new Refusal(403, 'You may not give opinions.');
    const of = await cycleOf(world, visit);
    const wanted = { ...wantedIn(listState(list, visit.request)), view: 'drafted' as const, state: undefined, after: undefined, limit: 500 };
    const { proposals } = await visit.read(readProposals, of.cycle, wanted);
    const cycle = await visit.cycle();
    const inList = keptIn(list, visit.request);
    const said = status === 200 ? doneIn(visit, [draftOpinions], { count: numberIn(visit.request.query.number) ?? 0 }) : undefined;
    const content = [doneNotice(said), ...roundPage(visit, proposals, inList, cycle?.currency ?? 'CNY', mistakes)];
    await visit.send(visit.text.say('proposal.round'), content, { status, path: address(`${visit.own}/proposals/round`, inList) });
  }
}

/** A box of a round: the proposal, and when its draft was written. */
function draftIn(value: string): { number: number; at: number }[] {
  const [number, at] = value.split(':');
  const found = numberIn(number);
  return found !== undefined && at !== undefined && /^\d{1,15}$/.test(at) ? [{ number: found, at: Number(at) }] : [];
}

/** Opinions that can be given at once; the others go in the round that follows. */
const MOST_GIVEN = 100;

/** Which drafts would be given, and which are not whole yet. Each box brings when its draft was written: another one is not given. */
function roundPage(visit: CommunityVisit, drafts: readonly StaffProposal[], inList: Values, currency: string, mistakes: Mistakes): Markup[] {
  const { text, own } = visit;
  const { say, userText } = text;
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
    ? html`<form method="post" action="${address(`${own}/proposals/answer`, inList)}"><ul class="items">${rows}</ul><button>${visit.actWords('proposal.answer.button')}</button></form>`
    : html`<p>${say('proposal.noneReady')}</p>`
}
${notWhole.length > 0 ? html`<h2>${say('proposal.stillMissing')}</h2><ul class="items">${notWhole.map((proposal) => html`<li>${link(proposal)} <span>${missing(visit, proposal)}</span></li>`)}</ul>` : ''}`,
  ];

  function verdict({ text: { money } }: CommunityVisit, { opinion }: StaffProposal, unit: string): Markup {
    if (opinion?.isFeasible) return html`${say('proposal.feasible')} · ${money(opinion.cost ?? 0, unit)}`;
    return html`${say('proposal.notFeasible')} · ${say(`proposal.reasonOf.${opinion?.reason ?? 'unclear'}`)} · ${userText(opinion?.sentence ?? '')}`;
  }
}

/** What a draft does not say yet. */
function missing({ text: { say } }: CommunityVisit, { opinion, isPublic }: StaffProposal): string {
  if (opinion?.isFeasible && opinion.cost !== undefined && !isPublic) return say('proposal.missingPublic');
  if (opinion?.isFeasible) return say('proposal.missingCost');
  return say(opinion?.reason ? 'proposal.missingSentence' : 'proposal.missingReason');
}
