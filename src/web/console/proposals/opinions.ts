import { Router } from 'express';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import {
  type draftOpinion,
  giveOpinions,
  LONGEST_SENTENCE,
  MANNERS,
  type OpinionGiven,
  REASONS,
  readProposals,
  type StaffProposal,
} from '../../../fund/proposals/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import { choice, errorSummary, field, type Mistakes } from '../frame.ts';
import { listAddress } from '../list.ts';
import { keptIn, listState, stringsIn } from '../listState.ts';
import { address, numberIn, typed, type Values } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { cycleOf, type ProposalList, textOf, wantedIn } from './list.ts';

/** Characters of a refusal's sentence, and of a reason that goes out as a message. */
export const LONGEST_REASON = LONGEST_SENTENCE;

export interface TypedOpinion {
  readonly feasible: string;
  readonly cost: string;
  readonly own: string;
  readonly manner: string;
  readonly reason: string;
  readonly sentence: string;
}

/** Giving a round of opinions. */
export function roundRoutes(world: World, { ofCommunity }: Visits, list: ProposalList): Router {
  const give = giveOpinions(world, enqueue(world));
  const readMany = readProposals(world);
  const path = '/console/:slug/proposals';

  return Router()
    .get(
      `${path}/round`,
      ofCommunity((visit) => showRound(visit, {}, 200)),
    )
    .post(
      `${path}/round`,
      ofCommunity(async (visit) => {
        const { cycle } = await cycleOf(world, visit);
        const actor = visit.doer('giveOpinions');
        const seen = new Map(stringsIn(visit.request.body, 'give').flatMap((value) => draftIn(value)));
        if (seen.size === 0 && visit.may('giveOpinions')) return showRound(visit, { form: visit.text.say('list.noneTicked') }, 422);
        const outcome = await give({ cycle, numbers: [...seen.keys()].slice(0, MOST_GIVEN), seen, actor });
        if ('given' in outcome) return visit.lead(listAddress(visit, list, { done: 'given', number: outcome.given.length }));
        await showRound(visit, { form: visit.text.say('proposal.roundStale') }, 409);
      }),
    );

  async function showRound(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    if (!visit.may('giveOpinions')) throw new Refusal(403, 'You may not give opinions.');
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
function draftIn(value: string): [number, number][] {
  const [number, at] = value.split(':');
  const found = numberIn(number);
  return found !== undefined && at !== undefined && /^\d{1,15}$/.test(at) ? [[found, Number(at)]] : [];
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

/** The form of an opinion, with its draft or what was typed before. */
export function opinionForm(
  visit: CommunityVisit,
  proposal: StaffProposal,
  inList: Values,
  given: TypedOpinion | undefined,
  mistakes: Mistakes,
): Markup {
  const { text, own } = visit;
  const { say } = text;
  const { number, opinion, isWhole } = proposal;
  const shown = given ?? typedFrom(opinion);
  const radio = (value: string, id: string) =>
    html`<label class="choice"><input type="radio" name="feasible" id="${id}" value="${value}"${shown.feasible === value ? html` checked` : ''}> <span>${say(value === 'yes' ? 'proposal.feasible' : 'proposal.notFeasible')}</span></label>`;
  const none = { value: '', label: say('proposal.choose') };
  const manners = [none, ...MANNERS.map((value) => ({ value, label: say(`proposal.mannerOf.${value}`) }))];
  const reasons = [none, ...REASONS.map((value) => ({ value, label: say(`proposal.reasonOf.${value}`) }))];
  const sum = (name: 'cost' | 'own', hint?: string) =>
    field({
      ...{ name, label: say(`proposal.${name}`), hint, value: shown[name], mistake: mistakes[name] },
      attributes: html` inputmode="numeric" class="short"`,
    });
  return html`<form method="post" action="${address(`${own}/proposals/${number}/opinion`, inList)}">
<input type="hidden" name="seen" value="${opinion ? opinion.at.getTime() : ''}">
<fieldset${mistakes.feasible ? html` aria-describedby="feasible-mistake"` : ''}><legend>${say('proposal.canIt')}</legend>
${mistakes.feasible ? html`<p class="mistake" id="feasible-mistake">${mistakes.feasible}</p>` : ''}${radio('yes', 'feasible')}${radio('no', 'feasible-no')}</fieldset>
<fieldset class="row"><legend>${say('proposal.ifFeasible')}</legend>${sum('cost')}${sum('own')}${choice({ name: 'manner', label: say('proposal.manner'), value: shown.manner, values: manners })}</fieldset>
<fieldset><legend>${say('proposal.ifNot')}</legend>${choice({ name: 'reason', label: say('proposal.reason'), value: shown.reason, values: reasons, mistake: mistakes.reason })}
${field({ name: 'sentence', label: say('proposal.sentence'), hint: say('proposal.sentenceHint', { most: LONGEST_REASON }), value: shown.sentence, mistake: mistakes.sentence, attributes: html` maxlength="${LONGEST_REASON}"` })}</fieldset>
${opinion ? html`<p class="hint">${say(isWhole ? 'proposal.isWhole' : 'proposal.notWhole')}</p>` : ''}
<button>${say('proposal.saveDraft')}</button></form>`;
}

/** A draft as its form shows it. */
function typedFrom(opinion: StaffProposal['opinion']): TypedOpinion {
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

/** What was typed into the form of an opinion. */
export function opinionTyped({ request }: CommunityVisit): TypedOpinion {
  const one = (name: keyof TypedOpinion, longest?: number) => typed(request, name, longest);
  return {
    ...{ feasible: one('feasible'), cost: plain(one('cost')), own: plain(one('own')), manner: one('manner'), reason: one('reason') },
    sentence: cleanText(one('sentence', 200)),
  };
}

/** What was meant with what was typed; without `opinion` it cannot be said. */
export function opinionOf({ text: { say } }: CommunityVisit, given: TypedOpinion): { opinion?: OpinionGiven; mistakes: Mistakes } {
  const { feasible, sentence } = given;
  if (feasible === 'no') {
    const reason = REASONS.find((each) => each === given.reason);
    return { opinion: { isFeasible: false, ...(reason && { reason }), ...(sentence !== '' && { sentence }) }, mistakes: {} };
  }
  if (feasible !== 'yes') return { mistakes: { feasible: say('proposal.noFeasible') } };
  const sums = { cost: sumIn(given.cost), own: sumIn(given.own) };
  const wrong = (['cost', 'own'] as const).filter((name) => Number.isNaN(sums[name]));
  if (wrong.length > 0) return { mistakes: Object.fromEntries(wrong.map((name) => [name, say('proposal.wrongCost')])) };
  const manner = MANNERS.find((each) => each === given.manner);
  const { cost, own } = sums;
  return {
    opinion: { isFeasible: true, ...(cost !== undefined && { cost }), ...(own !== undefined && { own }), ...(manner && { manner }) },
    mistakes: {},
  };
}

/** A sum in whole units: undefined if nothing was typed, NaN if it is none. */
function sumIn(given: string): number | undefined {
  if (given === '') return undefined;
  return /^\d{1,12}$/.test(given) ? Number(given) : Number.NaN;
}

/** A sum without the commas and blanks between its digits. */
function plain(given: string): string {
  return given.replaceAll(/[,，\s]/g, '');
}

/** Whether a form was sent twice: the draft that stands there is its own. */
export function isOwn(outcome: Awaited<ReturnType<ReturnType<typeof draftOpinion>>>, given: TypedOpinion, name: string): boolean {
  if (!('refused' in outcome) || outcome.refused !== 'stale' || outcome.opinion?.by !== name) return false;
  const kept = typedFrom(outcome.opinion);
  const names = outcome.opinion.isFeasible ? (['feasible', 'cost', 'own', 'manner'] as const) : (['feasible', 'reason', 'sentence'] as const);
  return names.every((each) => kept[each] === given[each]);
}
