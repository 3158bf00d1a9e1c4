import { Router } from 'express';
import { phone } from '../../../contacts/phone.ts';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import {
  draftOpinion,
  enterProposals,
  giveOpinions,
  keepApart,
  LONGEST_PROPOSAL,
  MANNERS,
  mergeProposals,
  nextProposal,
  type OpinionGiven,
  type ProposalGiven,
  REASONS,
  readProposals,
  readSomeProposals,
  type StaffProposal,
  sharedTexts,
  sortProposals,
  takeApart,
  takeOpinionBack,
  type WhichCycle,
} from '../../../fund/proposals/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { doneNotice, errorSummary, type Mistakes } from '../frame.ts';
import { chosenIn, listAddress, listRoutes, showList } from '../list.ts';
import { keptIn, listState, stringsIn } from '../listState.ts';
import { address, asked, numberIn, numberOf, oneOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { cycleHere, proposalList, wantedIn } from './list.ts';
import { checkPage, linesOf, newPage, pasteMistakes, sharedOf, type Typed as TypedNew, typedIn } from './newPages.ts';
import { heading, LONGEST_REASON, NOTHING, onePage, type Typed, type TypedOpinion, typedFrom } from './onePage.ts';
import { MOST_GIVEN, roundPage } from './roundPage.ts';

const DONE = ['', 'sorted', 'drafted', 'apart', 'distinct', 'back', 'mergedInto'] as const;

/** Proposals, from what came in to what is answered: the list, new ones, one of them, and a round of opinions. */
export function proposalPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const list = proposalList(world);
  const notify = enqueue(world);
  const readSome = readSomeProposals(world);
  const nextOf = nextProposal(world);
  const readMany = readProposals(world);
  const enter = enterProposals(world);
  const sort = sortProposals(world);
  const merge = mergeProposals(world, notify);
  const apart = takeApart(world, notify);
  const distinct = keepApart(world);
  const draft = draftOpinion(world);
  const give = giveOpinions(world, notify);
  const takeBack = takeOpinionBack(world, notify);
  const path = '/console/:slug/proposals';

  return Router()
    .use(listRoutes(known, list))
    .post(
      `${path}/sort`,
      ofCommunity(async (visit) => {
        const { cycle } = await cycleOf(visit);
        const { text } = visit;
        const actor = visit.doer('sortProposals');
        const category = typed(visit.request, 'into');
        const chosen = await chosenIn(visit, list);
        if (visit.may('sortProposals')) {
          if ('changed' in chosen) return showList(visit, list, { form: text.say('list.changed') }, 409);
          if (chosen.keys.length === 0) return showList(visit, list, { form: text.say('list.noneTicked') }, 422);
          if (category === '') return showList(visit, list, { into: text.say('proposal.noCategory') }, 422);
        }
        const numbers = 'keys' in chosen ? chosen.keys.flatMap((key) => numberIn(key) ?? []) : [];
        const outcome = await sort({ cycle, numbers, category, actor });
        if ('refused' in outcome) return showList(visit, list, { form: text.say('proposal.stale') }, 409);
        visit.lead(listAddress(visit, list, { tick: undefined, all: undefined, done: 'sorted', number: outcome.sorted.length || undefined }));
      }),
    )
    .get(
      `${path}/new`,
      ofCommunity(async (visit) => showNew(visit, { ...typedIn(visit), key: newKey() }, {}, 200)),
    )
    .post(
      `${path}/new`,
      ofCommunity(async (visit) => {
        const { text, community } = visit;
        const given = typedIn(visit);
        const { cycle } = await cycleOf(visit);
        const actor = visit.doer('enterProposals');
        const shared = sharedOf(visit, given);
        const words = cleanText(given.text);
        const number = given.phone === '' ? undefined : phone(given.phone, community.phone);
        const name = cleanText(given.name);
        const mistakes = {
          ...(words === '' && { text: text.say('proposal.noText') }),
          ...([...words].length > LONGEST_PROPOSAL && { text: text.say('proposal.tooLong', { most: LONGEST_PROPOSAL }) }),
          ...(!shared && { origin: text.say('proposal.noOrigin') }),
          ...(given.phone !== '' && number === undefined && { phone: text.say('proposal.noPhone') }),
        };
        if (Object.keys(mistakes).length > 0 && visit.may('enterProposals')) return showNew(visit, given, mistakes, 422);
        const proposal = {
          text: words,
          origin: 'paper' as const,
          ...shared,
          ...(name !== '' && { name }),
          ...(number !== undefined && { phone: number }),
        };
        const outcome = await enter({ cycle, proposals: [proposal], actor, key: keyOf(given, [proposal]) });
        if ('refused' in outcome) return showNew(visit, given, { form: text.say('proposal.over') }, 409);
        visit.lead(address(`${visit.own}/proposals/new`, { done: 'entered', number: outcome.entered[0] }));
      }),
    )
    .post(
      `${path}/check`,
      ofCommunity(async (visit) => {
        const { isWrong } = await looked(visit);
        await showCheck(visit, isWrong ? 422 : 200);
      }),
    )
    .post(
      `${path}/many`,
      ofCommunity(async (visit) => {
        const { given, shared, lines, isWrong } = await looked(visit);
        if (isWrong || !shared) return showCheck(visit, 422);
        const { cycle } = await cycleOf(visit);
        const proposals = lines.map(({ text }) => ({ text, ...shared }));
        const outcome = await enter({ cycle, proposals, actor: visit.doer('enterProposals'), key: keyOf(given, proposals) });
        if ('refused' in outcome) return showNew(visit, given, { form: visit.text.say('proposal.over') }, 409);
        visit.lead(address(`${visit.own}/proposals`, { view: 'unsorted', done: 'entered', number: outcome.entered.length }));
      }),
    )
    .get(
      `${path}/round`,
      ofCommunity((visit) => showRound(visit, {}, 200)),
    )
    .post(
      `${path}/round`,
      ofCommunity(async (visit) => {
        const { cycle } = await cycleOf(visit);
        const actor = visit.doer('giveOpinions');
        const seen = new Map(stringsIn(visit.request.body, 'give').flatMap((value) => draftIn(value)));
        if (seen.size === 0 && visit.may('giveOpinions')) return showRound(visit, { form: visit.text.say('list.noneTicked') }, 422);
        const outcome = await give({ cycle, numbers: [...seen.keys()].slice(0, MOST_GIVEN), seen, actor });
        if ('given' in outcome) return visit.lead(listAddress(visit, list, { done: 'given', number: outcome.given.length }));
        await showRound(visit, { form: visit.text.say('proposal.roundStale') }, 409);
      }),
    )
    .get(
      `${path}/:number`,
      ofCommunity((visit) => show(visit)),
    )
    .post(
      `${path}/:number/sort`,
      ofCommunity(async (visit) => {
        const { of, number } = await wantedOne(visit);
        const category = typed(visit.request, 'category');
        const was = typed(visit.request, 'was');
        const actor = visit.doer('sortProposals');
        const outcome = await sort({ cycle: of.cycle, numbers: [number], was, actor, ...(category !== '' && { category }) });
        if ('refused' in outcome) return show(visit, { mistakes: { form: visit.text.say('proposal.stale') }, status: 409 });
        await leadOn(visit, of, number, 'sorted');
      }),
    )
    .post(
      `${path}/:number/merge`,
      ofCommunity(async (visit) => {
        const { request, text } = visit;
        const { of, number } = await wantedOne(visit);
        const given = {
          ...NOTHING,
          into: typed(request, 'into'),
          others: typed(request, 'others'),
          newText: typed(request, 'newText', LONGEST_PROPOSAL + 1),
        };
        const into = numberIn(given.into) ?? (given.newText === '' ? undefined : given.newText);
        const others = given.others.split(/[^\d]+/).flatMap((part) => numberIn(part) ?? []);
        if (into === undefined && visit.may('mergeProposals')) {
          const field = given.others === '' ? 'into' : 'newText';
          return show(visit, { given, mistakes: { [field]: text.say(`proposal.${field}Missing`) }, status: 422 });
        }
        const numbers = typeof into === 'string' ? [...new Set([number, ...others])] : [number];
        const outcome = await merge({ cycle: of.cycle, numbers, into: into ?? number, actor: visit.doer('mergeProposals') });
        if ('into' in outcome) return visit.lead(one(visit, outcome.into, 'mergedInto', number));
        const field = outcome.refused === 'text' ? 'newText' : typeof into === 'string' ? 'others' : 'into';
        const isStale = outcome.refused === 'changed';
        const what = text.say(isStale ? 'proposal.stale' : `proposal.notMerged.${outcome.refused}`);
        await show(visit, { given, mistakes: { [isStale ? 'form' : field]: what }, status: isStale || outcome.refused === 'state' ? 409 : 422 });
      }),
    )
    .post(
      `${path}/:number/distinct`,
      ofCommunity(async (visit) => {
        const { of, number } = await wantedOne(visit);
        const other = numberIn(typed(visit.request, 'other'));
        const outcome = other === undefined ? undefined : await distinct({ cycle: of.cycle, number, other, actor: visit.doer('sortProposals') });
        if (!outcome || ('refused' in outcome && outcome.refused === 'noProposal')) throw new Refusal(404, 'There is no such proposal.');
        visit.lead(one(visit, number, 'distinct', other));
      }),
    )
    .post(
      `${path}/:number/apart`,
      ofCommunity(async (visit) => {
        const { of, number } = await wantedOne(visit);
        const given = { ...NOTHING, apart: cleanText(typed(visit.request, 'apart', LONGEST_REASON)) };
        if (given.apart === '' && visit.may('mergeProposals')) return show(visit, { given, ...noReason(visit, 'apart') });
        const outcome = await apart({ cycle: of.cycle, number, reason: given.apart, actor: visit.doer('mergeProposals') });
        if ('done' in outcome) return visit.lead(one(visit, number, 'apart', number));
        await show(visit, { given, mistakes: { form: visit.text.say('proposal.stale') }, status: 409 });
      }),
    )
    .post(
      `${path}/:number/opinion`,
      ofCommunity(async (visit) => {
        const { of, number, proposal } = await wantedOne(visit);
        const opinion = opinionTyped(visit);
        const given = { ...NOTHING, opinion };
        const { opinion: meant, mistakes } = opinionOf(visit, opinion);
        if (!meant && visit.may('draftOpinion')) return show(visit, { given, mistakes, status: 422 });
        const at = Number(typed(visit.request, 'seen'));
        const actor = visit.doer('draftOpinion');
        const seen = at > 0 ? new Date(at) : undefined;
        const outcome = await draft({ cycle: of.cycle, number, opinion: meant ?? { isFeasible: false }, seen, actor });
        if ('done' in outcome || isOwn(outcome, opinion, actor.name)) return leadOn(visit, of, number, 'drafted');
        if (outcome.refused === 'cost') return show(visit, { given, mistakes: { cost: visit.text.say('proposal.wrongCost') }, status: 422 });
        if (outcome.refused === 'tooLong')
          return show(visit, { given, mistakes: { sentence: visit.text.say('proposal.tooLong', { most: LONGEST_REASON }) }, status: 422 });
        const isStale = outcome.refused === 'stale' && !proposal.opinion?.given;
        await show(visit, { given, mistakes: { form: visit.text.say(isStale ? 'proposal.staleDraft' : 'proposal.stale') }, status: 409, isStale });
      }),
    )
    .post(
      `${path}/:number/back`,
      ofCommunity(async (visit) => {
        const { of, number } = await wantedOne(visit);
        const given = { ...NOTHING, back: cleanText(typed(visit.request, 'back', LONGEST_REASON)) };
        if (given.back === '' && visit.may('giveOpinions')) return show(visit, { given, ...noReason(visit, 'back') });
        const outcome = await takeBack({ cycle: of.cycle, number, reason: given.back, actor: visit.doer('giveOpinions') });
        if ('done' in outcome) return visit.lead(one(visit, number, 'back', number));
        await show(visit, { given, mistakes: { form: visit.text.say('proposal.stale') }, status: 409 });
      }),
    );

  async function cycleOf(visit: CommunityVisit): Promise<WhichCycle> {
    const of = await cycleHere(world, visit);
    if (!of) throw new Refusal(404, 'There is no cycle.');
    return of;
  }

  /** The proposal of the address; there is nothing where the reader sees none. */
  async function wantedOne(visit: CommunityVisit): Promise<{ of: WhichCycle; number: number; proposal: StaffProposal }> {
    const of = await cycleOf(visit);
    const number = numberOf(visit.request);
    const [proposal] = await readSome(of, { numbers: [number] }, visit.reader('proposals'));
    if (!proposal) throw new Refusal(404, 'There is no such proposal.');
    return { of, number, proposal };
  }

  /** One proposal as it is now, with what was typed before. */
  async function show(
    visit: CommunityVisit,
    {
      given = NOTHING,
      mistakes = {},
      status = 200,
      isStale = false,
    }: { given?: Typed; mistakes?: Mistakes; status?: number; isStale?: boolean } = {},
  ): Promise<void> {
    const { of, number, proposal } = await wantedOne(visit);
    const reader = visit.reader('proposals');
    const state = listState(list, visit.request);
    const [parts, next, cycle] = await Promise.all([
      readSome(of, { mergedInto: number }, reader),
      nextOf(of, wantedIn(state), number, reader),
      currentCycleForReaders(world)(of.community, visit.now),
    ]);
    const inList = keptIn(list, visit.request);
    const isSorting = state.filter.view === 'unsorted' && status === 200;
    const around = { inList, parts, next, currency: cycle?.currency ?? 'CNY', isFrozen: cycle?.frozen !== undefined, isSorting, isStale };
    const done = oneOf(visit.request, 'done', DONE);
    const told = done ? visit.text.say(`proposal.became.${done}`, { number: numberIn(asked(visit.request, 'of')) ?? number }) : undefined;
    await visit.send(
      visit.text.say('proposal.title', { number }),
      [
        doneNotice(told),
        errorSummary(visit.text, mistakes),
        heading(visit, proposal, listAddress(visit, list), around),
        onePage(visit, proposal, around, given, mistakes),
      ],
      { status, path: address(`${visit.own}/proposals/${number}`, inList), script: 'sortKeys' },
    );
  }

  /** The address of a proposal, which tells what was done with which one. */
  function one(visit: CommunityVisit, number: number, done: Exclude<(typeof DONE)[number], ''>, which: number | undefined): string {
    return address(`${visit.own}/proposals/${number}`, { ...keptIn(list, visit.request), done, of: which });
  }

  /** To the next one in the list; behind the last one to the list. */
  async function leadOn(visit: CommunityVisit, of: WhichCycle, number: number, done: 'sorted' | 'drafted'): Promise<void> {
    const next = await nextOf(of, wantedIn(listState(list, visit.request)), number, visit.reader('proposals'));
    visit.lead(next === undefined ? listAddress(visit, list) : one(visit, next, done, number));
  }

  function newKey(): string {
    return world.randomBytes(16).toString('hex');
  }

  async function showNew(visit: CommunityVisit, given: TypedNew, mistakes: Mistakes, status: number): Promise<void> {
    mustEnter(visit);
    await cycleOf(visit);
    const number = numberIn(visit.request.query.number);
    const done = visit.request.query.done === 'entered' && number ? visit.text.say('proposal.wasEntered', { number }) : undefined;
    const whole = { ...given, key: given.key || newKey() };
    await visit.send(visit.text.say('proposal.new'), newPage(visit, whole, mistakes, done), { status, path: `${visit.own}/proposals/new` });
  }

  /** What was pasted, and what is wrong with it. */
  async function looked(visit: CommunityVisit) {
    mustEnter(visit);
    const { cycle } = await cycleOf(visit);
    const given = typedIn(visit);
    const found = linesOf(given.lines, await sharedTexts(world)(cycle));
    const shared = sharedOf(visit, given);
    const mistakes = pasteMistakes(visit, given, found.lines, shared !== undefined);
    return { given, found, lines: found.lines, shared, mistakes, isWrong: Object.keys(mistakes).length > 0 };
  }

  async function showCheck(visit: CommunityVisit, status: number): Promise<void> {
    const { given, found, mistakes } = await looked(visit);
    const whole = { ...given, key: given.key || newKey() };
    const content = checkPage(visit, whole, found, mistakes);
    await visit.send(visit.text.say('proposal.checkTitle'), content, { status, path: `${visit.own}/proposals/new` });
  }

  async function showRound(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    if (!visit.may('giveOpinions')) throw new Refusal(403, 'You may not give opinions.');
    const of = await cycleOf(visit);
    const wanted = { ...wantedIn(listState(list, visit.request)), view: 'drafted' as const, state: undefined, after: undefined, limit: 500 };
    const { proposals } = await readMany(of, wanted, visit.reader('proposals'));
    const cycle = await currentCycleForReaders(world)(of.community, visit.now);
    const inList = keptIn(list, visit.request);
    const content = roundPage(visit, proposals, inList, cycle?.currency ?? 'CNY', mistakes);
    await visit.send(visit.text.say('proposal.round'), content, { status, path: address(`${visit.own}/proposals/round`, inList) });
  }
}

function mustEnter({ may }: CommunityVisit): void {
  if (!may('enterProposals')) throw new Refusal(403, 'You may not write down proposals.');
}

/** The key under which a form is written once: sent again with other words, it is another one. */
function keyOf({ key }: TypedNew, proposals: readonly ProposalGiven[]): string {
  return `${key}|${JSON.stringify(proposals)}`;
}

function noReason({ text }: CommunityVisit, field: 'apart' | 'back'): { mistakes: Mistakes; status: number } {
  return { mistakes: { [field]: text.say('proposal.noReason') }, status: 422 };
}

/** A box of a round: the proposal, and when its draft was written. */
function draftIn(value: string): [number, number][] {
  const [number, at] = value.split(':');
  const found = numberIn(number);
  return found !== undefined && at !== undefined && /^\d{1,15}$/.test(at) ? [[found, Number(at)]] : [];
}

function opinionTyped({ request }: CommunityVisit): TypedOpinion {
  const one = (name: keyof TypedOpinion, longest?: number) => typed(request, name, longest);
  return {
    ...{ feasible: one('feasible'), cost: plain(one('cost')), own: plain(one('own')), manner: one('manner'), reason: one('reason') },
    sentence: cleanText(one('sentence', 200)),
  };
}

/** What was meant with what was typed; without `opinion` it cannot be said. */
function opinionOf({ text: { say } }: CommunityVisit, given: TypedOpinion): { opinion?: OpinionGiven; mistakes: Mistakes } {
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
function isOwn(outcome: Awaited<ReturnType<ReturnType<typeof draftOpinion>>>, given: TypedOpinion, name: string): boolean {
  if (!('refused' in outcome) || outcome.refused !== 'stale' || outcome.opinion?.by !== name) return false;
  const kept = typedFrom(outcome.opinion);
  const names = outcome.opinion.isFeasible ? (['feasible', 'cost', 'own', 'manner'] as const) : (['feasible', 'reason', 'sentence'] as const);
  return names.every((each) => kept[each] === given[each]);
}
