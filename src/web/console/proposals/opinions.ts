import { Router } from 'express';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import { draftOpinion, giveOpinions, LONGEST_REASON, MANNERS, REASONS, readProposals, type StaffProposal } from '../../../fund/proposals/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import { actRoutes, idOf } from '../actForm.ts';
import { choice, errorSummary, field, type Mistakes, mistakeAt, type Tried } from '../frame.ts';
import { listAddress } from '../list.ts';
import { keptIn, listState, stringsIn } from '../listState.ts';
import { address, numberIn, type Values } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { cycleOf, type ProposalList, textOf, wantedIn } from './list.ts';

/** Giving a round of opinions. */
export function roundRoutes(world: World, known: Visits, list: ProposalList): Router {
  const { ofCommunity } = known;
  const readMany = readProposals(world);
  return Router()
    .get(
      '/console/:slug/proposals/round',
      ofCommunity((visit) => showRound(visit, {}, 200)),
    )
    .use(
      actRoutes({ world, notify: enqueue(world) }, known, [giveOpinions], {
        at: async (visit) => ({ cycle: (await cycleOf(world, visit)).cycle }),
        gives: ({ request }) => ({ drafts: stringsIn(request.body, 'give').slice(0, MOST_GIVEN).flatMap(draftIn) }),
        show: (visit, { mistakes = {} }, status) => showRound(visit, mistakes, status),
        onward: (visit, { name }, { given }: { given?: readonly number[] }) =>
          visit.lead(listAddress(visit, list, { done: name, number: given?.length })),
      }),
    );

  async function showRound(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    if (!visit.may(giveOpinions)) throw new Refusal(403, 'You may not give opinions.');
    const of = await cycleOf(world, visit);
    const wanted = { ...wantedIn(listState(list, visit.request)), view: 'drafted' as const, state: undefined, after: undefined, limit: 500 };
    const { proposals } = await readMany(of, wanted, visit.reader('proposals'));
    const cycle = await currentCycleForReaders(world)(of.community, visit.now);
    const inList = keptIn(list, visit.request);
    const content = roundPage(visit, proposals, inList, cycle?.currency ?? 'CNY', mistakes);
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
    ? html`<form method="post" action="${address(`${own}/proposals/answer`, inList)}"><ul class="items">${rows}</ul><button>${visit.actWords('proposal.answer.button')}</button></form>`
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

/** The form of an opinion, with its draft or what was typed before. */
export function opinionForm(visit: CommunityVisit, proposal: StaffProposal, inList: Values, { act, typed, mistakes = {} }: Tried): Markup {
  const { text, own, actWords } = visit;
  const { say } = text;
  const { number, opinion, isWhole } = proposal;
  const shown: Readonly<Record<string, string>> = (act === draftOpinion && typed) || typedFrom(opinion);
  const about = (name: string) => {
    const id = idOf(draftOpinion, name);
    return { name, id, label: actWords(`proposal.examine.field.${name}`), value: shown[name], mistake: mistakes[id] };
  };
  const feasible = about('feasible');
  const radio = (value: string, id: string) =>
    html`<label class="choice"><input type="radio" name="feasible" id="${id}" value="${value}"${feasible.value === value ? html` checked` : ''}> <span>${say(value === 'yes' ? 'proposal.feasible' : 'proposal.notFeasible')}</span></label>`;
  const none = { value: '', label: say('proposal.choose') };
  const manners = [none, ...MANNERS.map((value) => ({ value, label: say(`proposal.mannerOf.${value}`) }))];
  const reasons = [none, ...REASONS.map((value) => ({ value, label: say(`proposal.reasonOf.${value}`) }))];
  const sum = (name: 'cost' | 'own') => field({ ...about(name), attributes: html` inputmode="numeric" class="short"` });
  const hint = say('proposal.sentenceHint', { most: LONGEST_REASON });
  return html`<form method="post" action="${address(`${own}/proposals/${number}/examine`, inList)}">
<input type="hidden" name="seen" value="${opinion ? opinion.at.getTime() : 0}">
<fieldset${feasible.mistake ? html` aria-describedby="${feasible.id}-mistake"` : ''}><legend>${feasible.label}</legend>
${mistakeAt(feasible.id, feasible.mistake)}${radio('yes', feasible.id)}${radio('no', `${feasible.id}-no`)}</fieldset>
<fieldset class="row"><legend>${say('proposal.ifFeasible')}</legend>${sum('cost')}${sum('own')}${choice({ ...about('manner'), values: manners })}</fieldset>
<fieldset><legend>${say('proposal.ifNot')}</legend>${choice({ ...about('reason'), values: reasons })}
${field({ ...about('sentence'), hint, attributes: html` maxlength="${LONGEST_REASON}"` })}</fieldset>
${opinion ? html`<p class="hint">${say(isWhole ? 'proposal.isWhole' : 'proposal.notWhole')}</p>` : ''}
<button>${actWords('proposal.examine.button')}</button></form>`;
}

/** A draft as its form shows it. */
function typedFrom(opinion: StaffProposal['opinion']): Readonly<Record<string, string>> {
  const { isFeasible, cost, own, manner = '', reason = '', sentence = '' } = opinion ?? {};
  return {
    feasible: isFeasible === undefined ? '' : isFeasible ? 'yes' : 'no',
    cost: cost === undefined ? '' : String(cost),
    own: own === undefined ? '' : String(own),
    ...{ manner, reason, sentence },
  };
}

/** An opinion in one line, with who wrote it. */
export function opinionWords({ text }: CommunityVisit, opinion: NonNullable<StaffProposal['opinion']>, currency: string): Markup {
  const { say, theirs, money, date } = text;
  const { isFeasible, cost, own, manner, reason, sentence, by, at } = opinion;
  const words = isFeasible
    ? [
        say('proposal.feasible'),
        ...(cost === undefined ? [] : [money(cost, currency)]),
        ...(own ? [`${say('proposal.own')} ${money(own, currency)}`] : []),
        ...(manner ? [say(`proposal.mannerOf.${manner}`)] : []),
      ]
    : [say('proposal.notFeasible'), ...(reason ? [say(`proposal.reasonOf.${reason}`)] : [])];
  return html`${words.join(' · ')}${sentence ? html` · ${theirs(sentence)}` : ''} <span class="age">${theirs(by)} · ${whole(date(at))}</span>`;
}
