import { Router } from 'express';
import { checkRight } from '../../../fund/people/index.ts';
import {
  draftOpinion,
  hideProposal,
  keepApart,
  LONGEST_PROPOSAL,
  leaveOffBallot,
  mergeProposals,
  releaseProposal,
  sortProposals,
  takeApart,
  takeOpinionBack,
} from '../../../fund/proposals/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { actRoutes } from '../actForm.ts';
import type { Mistakes } from '../frame.ts';
import { chosenIn, listAddress, listRoutes, showList } from '../list.ts';
import { numberIn, numberOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { cycleOf, proposalList } from './list.ts';
import { newRoutes } from './newRoutes.ts';
import { NOTHING } from './onePage.ts';
import { isOwn, LONGEST_REASON, opinionOf, opinionTyped, roundRoutes } from './opinions.ts';
import { type ProposalPage, proposalPage } from './proposalPage.ts';

const PATH = '/console/:slug/proposals';

/** Proposals, from what came in to what is answered: the list, new ones, one of them, and a round of opinions. */
export function proposalPages(world: World, known: Visits): Router {
  const list = proposalList(world);
  const page = proposalPage(world, list);
  return Router()
    .use(
      listRoutes(known, list),
      newRoutes(world, known),
      roundRoutes(world, known, list),
      actRoutes({ world, notify: enqueue(world) }, known, [leaveOffBallot], {
        show: (visit, tried, status) => page.show(visit, { tried, status }),
        onward: (visit) => visit.lead(page.one(visit, numberOf(visit.request), 'leaveOff', numberOf(visit.request))),
      }),
    )
    .get(
      `${PATH}/:number`,
      known.ofCommunity((visit) => page.show(visit)),
    )
    .use(sortRoutes(world, known, list, page), mergeRoutes(world, known, page), opinionRoutes(world, known, page), listingRoutes(world, known, page));
}

/** Which category proposals belong to: of many in the list, or of one. */
function sortRoutes(world: World, { ofCommunity }: Visits, list: ReturnType<typeof proposalList>, { wantedOne, show, leadOn }: ProposalPage): Router {
  const sort = sortProposals(world);
  return Router()
    .post(
      `${PATH}/sort`,
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
    .post(
      `${PATH}/:number/sort`,
      ofCommunity(async (visit) => {
        const { of, number } = await wantedOne(visit);
        const category = typed(visit.request, 'category');
        const was = typed(visit.request, 'was');
        const actor = visit.doer('sortProposals');
        const outcome = await sort({ cycle: of.cycle, numbers: [number], was, actor, ...(category !== '' && { category }) });
        if ('refused' in outcome) return show(visit, { mistakes: { form: visit.text.say('proposal.stale') }, status: 409 });
        await leadOn(visit, of, number, 'sorted');
      }),
    );
}

/** Which proposals are the same, which only look alike, and what was merged wrongly. */
function mergeRoutes(world: World, { ofCommunity }: Visits, { wantedOne, show, one }: ProposalPage): Router {
  const notify = enqueue(world);
  const merge = mergeProposals(world, notify);
  const apart = takeApart(world, notify);
  const distinct = keepApart(world);
  return Router()
    .post(
      `${PATH}/:number/merge`,
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
      `${PATH}/:number/distinct`,
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
      `${PATH}/:number/apart`,
      ofCommunity(async (visit) => {
        const { of, number } = await wantedOne(visit);
        const given = { ...NOTHING, apart: cleanText(typed(visit.request, 'apart', LONGEST_REASON)) };
        if (given.apart === '' && visit.may('mergeProposals')) return show(visit, { given, ...noReason(visit, 'apart') });
        const outcome = await apart({ cycle: of.cycle, number, reason: given.apart, actor: visit.doer('mergeProposals') });
        if ('done' in outcome) return visit.lead(one(visit, number, 'apart', number));
        await show(visit, { given, mistakes: { form: visit.text.say('proposal.stale') }, status: 409 });
      }),
    );
}

/** Whether a proposal can be done and what it costs: drafted, and taken back once it was given. */
function opinionRoutes(world: World, { ofCommunity }: Visits, { wantedOne, show, one, leadOn }: ProposalPage): Router {
  const draft = draftOpinion(world);
  const takeBack = takeOpinionBack(world, enqueue(world));
  return Router()
    .post(
      `${PATH}/:number/opinion`,
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
      `${PATH}/:number/back`,
      ofCommunity(async (visit) => {
        const { of, number } = await wantedOne(visit);
        const given = { ...NOTHING, back: cleanText(typed(visit.request, 'back', LONGEST_REASON)) };
        if (given.back === '' && visit.may('giveOpinions')) return show(visit, { given, ...noReason(visit, 'back') });
        const outcome = await takeBack({ cycle: of.cycle, number, reason: given.back, actor: visit.doer('giveOpinions') });
        if ('done' in outcome) return visit.lead(one(visit, number, 'back', number));
        await show(visit, { given, mistakes: { form: visit.text.say('proposal.stale') }, status: 409 });
      }),
    );
}

/** Takes a proposal off the public list, or puts it there. */
function listingRoutes(world: World, { ofCommunity }: Visits, { wantedOne, show, one }: ProposalPage): Router {
  const notify = enqueue(world);
  const listing = { hide: hideProposal(world, notify), release: releaseProposal(world, notify) };
  return Router()
    .post(
      `${PATH}/:number/hide`,
      ofCommunity((visit) => setPublic(visit, 'hide')),
    )
    .post(
      `${PATH}/:number/release`,
      ofCommunity((visit) => setPublic(visit, 'release')),
    );

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
}

function noReason({ text }: CommunityVisit, field: 'apart' | 'back' | 'hide' | 'release'): { mistakes: Mistakes; status: number } {
  return { mistakes: { [field]: text.say('proposal.noReason') }, status: 422 };
}
