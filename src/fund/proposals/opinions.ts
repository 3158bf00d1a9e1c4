import type { mongo } from 'mongoose';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { type LookUp, readersLookUps } from '../../store/lookUps.ts';
import { cleanText } from '../../store/text.ts';
import { perWorld, type World } from '../../store/world.ts';
import { Cycle, findCycle, periods } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { refusal } from './decideProposal.ts';
import { moveOn, notifyProposers, proposalChanged, unlessChanged } from './moveOn.ts';
import { isOpenState, type Manner, type Opinion, Proposal, type ProposalRecord, type ProposalState, type Reason } from './proposal.ts';
import { listOf } from './sortProposals.ts';

/** What somebody thinks of a proposal after looking at it. Sums in whole units of the cycle's currency. */
export type OpinionGiven =
  | { readonly isFeasible: true; readonly cost?: number; readonly own?: number; readonly manner?: Manner }
  | { readonly isFeasible: false; readonly reason?: Reason; readonly sentence?: string };

/** The longest sentence of a refusal, in characters. */
export const LONGEST_SENTENCE = 60;

export type Drafted =
  | { readonly done: true }
  /** `stale`: somebody else wrote one meanwhile; `opinion` is theirs. */
  | { readonly refused: 'stale'; readonly opinion?: Opinion }
  | { readonly refused: 'noProposal' | 'state' | 'given' | 'cost' | 'tooLong' };

/**
 * Keeps an opinion as a draft, which only staff sees. `seen`: when the draft was written that the writer saw, undefined if there was none: another one
 * is not overwritten. Rejects with `not-allowed` (`checkRight`).
 */
export function draftOpinion(
  world: World,
): (draft: { cycle: string; number: number; opinion: OpinionGiven; seen: Date | undefined; actor: Actor }) => Promise<Drafted> {
  return async ({ cycle, number, opinion, seen, actor }) => {
    const proposal = await collection(Proposal).findOne({ _id: { cycle, number } });
    if (!proposal) return { refused: 'noProposal' };
    const acting = checkRight(actor, 'draftOpinion', proposal.community);
    if (proposal.opinion?.given) return { refused: 'given' };
    if (!isOpenState(proposal.state)) return { refused: 'state' };
    const sentence = opinion.isFeasible ? undefined : cleanText(opinion.sentence ?? '');
    if (sentence !== undefined && [...sentence].length > LONGEST_SENTENCE) return { refused: 'tooLong' };
    if (opinion.isFeasible && ![opinion.cost, opinion.own].every((sum) => sum === undefined || (Number.isSafeInteger(sum) && sum >= 0)))
      return { refused: 'cost' };
    if (opinion.isFeasible && (opinion.own ?? 0) > (opinion.cost ?? 0)) return { refused: 'cost' };
    if (proposal.opinion?.at.getTime() !== seen?.getTime()) return { refused: 'stale', ...(proposal.opinion && { opinion: proposal.opinion }) };
    const draft: Opinion = { ...kept(opinion, sentence), by: actor.name, at: world.now() };
    return withLog(world)(proposal.community, async (session, write): Promise<Drafted> => {
      const which = { _id: proposal._id, ...(seen ? { 'opinion.at': seen } : { opinion: { $exists: false } }) };
      const { matchedCount } = await collection(Proposal).updateOne(which, { $set: { opinion: draft } }, { session });
      if (matchedCount === 0) return { refused: 'stale' };
      await write({ ...acting, subject: `${cycle}/${number}`, detail: { before: proposal.opinion ?? null, after: draft } });
      return { done: true };
    });
  };
}

export type Given =
  | { readonly given: readonly number[] }
  /** `numbers`: those whose opinion is not there, not whole, or given already; nothing was given. */
  | { readonly refused: 'noProposal' | 'changed' }
  | { readonly refused: 'notWhole'; readonly numbers: readonly number[] };

/**
 * Gives a round of opinions: they become public, and each proposer is notified once. A refusal needs its reason and its sentence, a feasible one its cost.
 * `seen`: when each draft was written that the giver saw, by number; with it no other draft is given. All or none. Rejects with `not-allowed` (`checkRight`).
 */
export function giveOpinions(
  world: World,
  notify: Notify,
): (round: { cycle: string; numbers: readonly number[]; seen?: ReadonlyMap<number, number>; actor: Actor }) => Promise<Given> {
  return async ({ cycle, numbers, seen, actor }) => {
    const found = await collection(Proposal)
      .find({ '_id.cycle': cycle, '_id.number': { $in: [...numbers] } }, { sort: { '_id.number': 1 } })
      .toArray();
    const [first] = found;
    if (!first || found.length < new Set(numbers).size) return { refused: 'noProposal' };
    const acting = checkRight(actor, 'giveOpinions', first.community);
    const notWhole = found.filter((proposal) => !canBeGiven(proposal));
    if (notWhole.length > 0) return { refused: 'notWhole', numbers: notWhole.map(({ _id }) => _id.number) };
    if (seen && found.some(({ _id, opinion }) => opinion?.at.getTime() !== seen.get(_id.number))) return { refused: 'changed' };
    const council = await councilBegins(cycle, world.now());
    return unlessChanged(
      withLog(world)(first.community, async (session, write): Promise<Given> => {
        const given = { by: actor.name, at: world.now() };
        for (const proposal of found) {
          const { opinion } = proposal;
          if (!opinion) continue;
          const change = { state: opinion.isFeasible ? ('considered' as const) : ('declined' as const), ...given };
          const besides = { set: { 'opinion.given': given }, where: { 'opinion.at': opinion.at } };
          if (!(await moveOn(proposal, change, session, besides))) throw proposalChanged();
        }
        const after = Object.fromEntries(found.map(({ _id, opinion }) => [_id.number, { ...opinion }]));
        await write({ ...acting, subject: `${cycle}/${listOf(numbers)}`, detail: { after } });
        for (const proposal of found)
          await notifyProposers(world, notify, proposal, `opinion|${proposal.history.length}`, saidOf(proposal, council), session);
        return { given: found.map(({ _id }) => _id.number) };
      }),
    );
  };
}

/** Whether a proposal's draft says all that has to be said. */
export function canBeGiven({ state, opinion }: Pick<ProposalRecord, 'state' | 'opinion'>): boolean {
  if (!opinion || opinion.given || !isOpenState(state)) return false;
  return opinion.isFeasible ? opinion.cost !== undefined : opinion.reason !== undefined && opinion.sentence !== undefined;
}

/** When the council's stage of a cycle begins; undefined if it has begun, or there is none. */
async function councilBegins(id: string, now: Date): Promise<Date | undefined> {
  const cycle = await findCycle(id);
  return cycle ? periods(cycle, now).find(({ stage, from }) => stage === 'deliberate' && from > now)?.from : undefined;
}

function saidOf({ _id: { number }, opinion }: ProposalRecord, council: Date | undefined) {
  if (opinion && !opinion.isFeasible) return refusal(number, opinion.sentence);
  if (council) {
    const params = { number, from: council.toISOString() };
    return { key: 'notice.proposalToCouncil', ofPart: 'notice.proposalPartToCouncil', params };
  }
  return { key: 'notice.proposalConsidered', ofPart: 'notice.proposalPartConsidered', params: { number } };
}

export type TakenBack = { readonly done: true } | { readonly refused: 'noProposal' | 'notGiven' | 'changed' };

/** Takes a given opinion back, with a reason that goes to the proposer: it is a draft again. Rejects with `not-allowed` (`checkRight`). */
export function takeOpinionBack(
  world: World,
  notify: Notify,
): (back: { cycle: string; number: number; reason: string; actor: Actor }) => Promise<TakenBack> {
  return async ({ cycle, number, reason, actor }) => {
    const proposal = await collection(Proposal).findOne({ _id: { cycle, number } });
    if (!proposal) return { refused: 'noProposal' };
    const acting = checkRight(actor, 'giveOpinions', proposal.community);
    const isFrozen = (await collection(Cycle).findOne({ _id: cycle, frozen: { $exists: true } }, { projection: { _id: 1 } })) !== null;
    const isAnswer = ANSWERS.includes(proposal.state);
    if (!proposal.opinion?.given || !isAnswer || isFrozen) return { refused: 'notGiven' };
    const { history, opinion } = proposal;
    return withLog(world)(proposal.community, async (session, write): Promise<TakenBack> => {
      const at = world.now();
      const change = { state: 'received' as const, by: actor.name, at };
      const besides = { set: { 'opinion.at': at }, unset: { 'opinion.given': 1 as const } };
      if (!(await moveOn(proposal, change, session, besides))) return { refused: 'changed' };
      await write({ ...acting, subject: `${cycle}/${number}`, detail: { before: { given: opinion.given }, after: { given: null }, reason } });
      const said = { key: 'notice.proposalBack', ofPart: 'notice.proposalPartBack', params: { number, reason } };
      await notifyProposers(world, notify, proposal, `back|${history.length}`, said, session);
      return { done: true };
    });
  };
}

/** What became of a proposal by its opinion and the council; not what became part of another one, or of the ballot. */
const ANSWERS: readonly ProposalState[] = ['considered', 'recommended', 'deferred', 'notRecommended', 'declined'];

/** Those of some proposals whose opinion was given after a moment, in a session, the lowest number first. */
export async function examinedSince(
  { cycle, numbers, since }: { cycle: string; numbers: readonly number[]; since: Date },
  session: mongo.ClientSession,
): Promise<number[]> {
  const found = await collection(Proposal)
    .find(
      { '_id.cycle': cycle, '_id.number': { $in: [...numbers] }, 'opinion.given.at': { $gt: since } },
      { session, projection: { _id: 1 }, sort: { '_id.number': 1 } },
    )
    .toArray();
  return found.map(({ _id }) => _id.number);
}

function kept(opinion: OpinionGiven, sentence: string | undefined): Omit<Opinion, 'by' | 'at'> {
  if (!opinion.isFeasible) return { isFeasible: false, ...(opinion.reason && { reason: opinion.reason }), ...(sentence && { sentence }) };
  const { cost, own, manner } = opinion;
  return { isFeasible: true, ...(cost !== undefined && { cost }), ...(own !== undefined && { own }), ...(manner && { manner }) };
}

/** Opinions that were given at one moment: how many proposals can be done, and how many cannot. */
export interface RoundGiven {
  readonly at: Date;
  readonly feasible: number;
  readonly not: number;
}

const MOST = 1_000;

/** The rounds of opinions of a cycle that are given, the newest first, at most a thousand; those of many cycles come together. Only an index is read. */
export const opinionsGiven: (world: World) => (cycle: string) => Promise<readonly RoundGiven[]> = perWorld((world) => readersLookUps(world)(rounds));

const counted = (isFeasible: boolean) => ({ $sum: { $cond: [{ $eq: ['$opinion.isFeasible', isFeasible] }, 1, 0] } });
const newest = { n: MOST, sortBy: { '_id.at': -1 }, output: { at: '$_id.at', feasible: '$feasible', not: '$not' } };

const rounds: LookUp<{ _id: string; rounds: RoundGiven[] }, readonly RoundGiven[], ProposalRecord> = {
  model: Proposal,
  pipeline: (cycles) => [
    { $match: { '_id.cycle': { $in: cycles }, 'opinion.given.at': { $gt: new Date(0) } } },
    { $group: { _id: { cycle: '$_id.cycle', at: '$opinion.given.at' }, feasible: counted(true), not: counted(false) } },
    { $group: { _id: '$_id.cycle', rounds: { $topN: newest } } },
  ],
  results: (found, cycles) => {
    const known = new Map(found.map(({ _id, rounds }) => [_id, rounds]));
    return cycles.map((cycle) => known.get(cycle) ?? []);
  },
};
