import { Router } from 'express';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import { checkRight } from '../../../fund/people/index.ts';
import {
  draftOpinion,
  hideProposal,
  keepApart,
  LONGEST_PROPOSAL,
  mergeProposals,
  nearestProposals,
  nextProposal,
  readSomeProposals,
  releaseProposal,
  type StaffProposal,
  sortProposals,
  suggestCategory,
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
import { keptIn, listState } from '../listState.ts';
import { address, asked, numberIn, numberOf, oneOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { cycleOf, proposalList, wantedIn } from './list.ts';
import { newRoutes } from './newRoutes.ts';
import { heading, LONGEST_REASON, NOTHING, onePage, type Typed } from './onePage.ts';
import { isOwn, opinionOf, opinionTyped } from './opinionTyped.ts';
import { roundRoutes } from './roundRoutes.ts';

/** Proposals that are shown beside one. */
const MOST_NEAR = 5;
const DONE = ['', 'sorted', 'drafted', 'apart', 'distinct', 'back', 'mergedInto', 'hide', 'release'] as const;

/** Proposals, from what came in to what is answered: the list, new ones, one of them, and a round of opinions. */
export function proposalPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const list = proposalList(world);
  const notify = enqueue(world);
  const readSome = readSomeProposals(world);
  const nextOf = nextProposal(world);
  const nearest = nearestProposals(world);
  const sort = sortProposals(world);
  const merge = mergeProposals(world, notify);
  const apart = takeApart(world, notify);
  const distinct = keepApart(world);
  const draft = draftOpinion(world);
  const takeBack = takeOpinionBack(world, notify);
  const listing = { hide: hideProposal(world, notify), release: releaseProposal(world, notify) };
  const path = '/console/:slug/proposals';

  return Router()
    .use(listRoutes(known, list), newRoutes(world, known), roundRoutes(world, known, list))
    .post(
      `${path}/sort`,
      ofCommunity(async (visit) => {
        const { cycle } = await cycleOf(world, visit);
        const { text } = visit;
        const actor = visit.doer('sortProposals');
        const category = typed(visit.request, 'into');
        checkRight(actor, 'sortProposals', visit.community._id);
        const chosen = await chosenIn(visit, list);
        if ('changed' in chosen) return showList(visit, list, { form: text.say('list.changed') }, 409);
        if (chosen.keys.length === 0) return showList(visit, list, { form: text.say('list.noneTicked') }, 422);
        if (category === '') return showList(visit, list, { into: text.say('proposal.noCategory') }, 422);
        const numbers = chosen.keys.flatMap((key) => numberIn(key) ?? []);
        const outcome = await sort({ cycle, numbers, category, actor });
        if ('refused' in outcome) return showList(visit, list, { form: text.say('proposal.stale') }, 409);
        visit.lead(listAddress(visit, list, { tick: undefined, all: undefined, done: 'sorted', number: outcome.sorted.length || undefined }));
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
        const earlier = numberIn(typed(visit.request, 'earlier'));
        const other = earlier ?? numberIn(typed(visit.request, 'other'));
        const pair = { cycle: of.cycle, number, isEarlier: earlier !== undefined, actor: visit.doer('sortProposals') };
        const outcome = other === undefined ? undefined : await distinct({ ...pair, other });
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
    )
    .post(
      `${path}/:number/hide`,
      ofCommunity((visit) => setPublic(visit, 'hide')),
    )
    .post(
      `${path}/:number/release`,
      ofCommunity((visit) => setPublic(visit, 'release')),
    );

  /** Takes a proposal off the public list, or puts it there. */
  async function setPublic(visit: CommunityVisit, what: 'hide' | 'release'): Promise<void> {
    const { of, number } = await wantedOne(visit);
    const act = what === 'hide' ? 'hideProposal' : 'releaseProposal';
    const reason = cleanText(typed(visit.request, what, LONGEST_REASON));
    const given = { ...NOTHING, [what]: reason };
    if (reason === '' && visit.may(act)) return show(visit, { given, ...noReason(visit, what) });
    const outcome = await listing[what]({ cycle: of.cycle, number, reason, actor: visit.doer(act) });
    if ('done' in outcome) return visit.lead(one(visit, number, what, number));
    await show(visit, { given, mistakes: { form: visit.text.say('proposal.stale') }, status: 409 });
  }

  /** The proposal of the address; there is nothing where the reader sees none. */
  async function wantedOne(visit: CommunityVisit): Promise<{ of: WhichCycle; number: number; proposal: StaffProposal }> {
    const of = await cycleOf(world, visit);
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
    const [parts, near, next, cycle] = await Promise.all([
      readSome(of, { mergedInto: number }, reader),
      nearest(of.cycle, number, MOST_NEAR),
      nextOf(of, wantedIn(state), number, reader),
      currentCycleForReaders(world)(of.community, visit.now),
    ]);
    const inList = keptIn(list, visit.request);
    const isSorting = state.filter.view === 'unsorted' && status === 200;
    const { category, text } = proposal;
    const suggested = category === undefined ? suggestCategory(text, visit.community.categories ?? [], near) : undefined;
    const around = {
      inList,
      parts,
      near,
      suggested,
      next,
      cycle: of.cycle,
      currency: cycle?.currency ?? 'CNY',
      isFrozen: cycle?.frozen !== undefined,
      isSorting,
      isStale,
    };
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
}

function noReason({ text }: CommunityVisit, field: 'apart' | 'back' | 'hide' | 'release'): { mistakes: Mistakes; status: number } {
  return { mistakes: { [field]: text.say('proposal.noReason') }, status: 422 };
}
