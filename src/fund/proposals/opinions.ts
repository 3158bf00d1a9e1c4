import { isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { type LookUp, readersLookUps } from '../../store/lookUps.ts';
import { perWorld, type World } from '../../store/world.ts';
import { act, amount, choice, done, given, line, mistaken, refuse } from '../act/index.ts';
import { type CycleRecord, findCycle, periods } from '../cycles/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { refusal } from './decideProposal.ts';
import { moveOn, notifyProposers } from './moveOn.ts';
import { isOpenState, LONGEST_REASON, MANNERS, type Opinion, Proposal, type ProposalRecord, type ProposalState, REASONS } from './proposal.ts';
import { listOf } from './sortProposals.ts';
import { proposal, proposals } from './subjects.ts';

const opinionFields = {
  cost: amount().optional(),
  own: amount().optional(),
  manner: choice(MANNERS).optional(),
  reason: choice(REASONS).optional(),
  sentence: line(LONGEST_REASON).optional(),
};
const opinionInput = z.strictObject({ feasible: choice(['yes', 'no']), ...opinionFields });

/**
 * Keeps as a draft, which only staff sees, what somebody thinks of a proposal after looking at it. Sums in whole units of the cycle's currency. Another draft
 * than the one that was seen is not overwritten; the same once more is kept once.
 */
export const draftOpinion = act({
  name: 'proposal.examine',
  may: DAILY_WORK,
  on: proposal,
  input: opinionInput,
  refusals: { given: null, state: null, cost: 'cost', own: 'own' },
  async run({ world, session, on, input, actor }) {
    if (on.opinion?.given) return refuse('given');
    if (!isOpenState(on.state)) return refuse('state');
    const wrong = wrongSum(input);
    if (wrong) return refuse(wrong);
    const said = opinionOf(input);
    if (on.opinion?.by === actor.name && isDeepStrictEqual(said, saidIn(on.opinion))) return done({});
    const draft: Opinion = { ...said, by: actor.name, at: world.now() };
    await collection(Proposal).updateOne({ _id: on._id }, { $set: { opinion: draft } }, { session });
    return done({}, { before: on.opinion ?? null, after: draft });
  },
});

/** Drafts that a form brings at once, each with the moment of the draft that was seen, 0 if there was none. */
const MOST_DRAFTS = 100;

/**
 * Keeps drafts of opinions for many proposals: one that has a sum or a manner can be done, one that has a reason or a sentence cannot. What somebody kept as it
 * was is left alone. All or none: another draft than the one that was seen is not overwritten.
 */
export const draftOpinions = act({
  name: 'proposal.examineMany',
  may: DAILY_WORK,
  on: proposals,
  input: z.strictObject({
    drafts: given(
      z
        .array(z.strictObject({ number: z.int(), seen: z.int(), ...opinionFields }))
        .min(1, 'noneWritten')
        .max(MOST_DRAFTS),
    ),
  }),
  refusals: { changed: null },
  async run({ world, session, on, input: { drafts }, actor }) {
    const found = await collection(Proposal)
      .find({ '_id.cycle': on._id, '_id.number': { $in: drafts.map(({ number }) => number) } }, { session })
      .toArray();
    const records = new Map(found.map((record) => [record._id.number, record]));
    const mistakes: Record<string, string> = {};
    const kept: { record: ProposalRecord; said: Omit<Opinion, 'by' | 'at'> }[] = [];
    const changed: number[] = [];
    for (const [index, { number, seen, ...typed }] of drafts.entries()) {
      const record = records.get(number);
      const canBeDone = typed.cost !== undefined || typed.own !== undefined || typed.manner !== undefined;
      const cannot = typed.reason !== undefined || typed.sentence !== undefined;
      const input = { ...typed, feasible: cannot ? ('no' as const) : ('yes' as const) };
      const wrong = canBeDone && cannot ? 'both' : wrongSum(input);
      if (wrong) mistakes[`drafts.${index}.${wrong === 'both' ? 'reason' : wrong}`] = wrong;
      const said = opinionOf(input);
      if (record?.opinion && isDeepStrictEqual(said, saidIn(record.opinion))) continue;
      if (!record || record.opinion?.given || !isOpenState(record.state) || (record.opinion?.at.getTime() ?? 0) !== seen) changed.push(number);
      else kept.push({ record, said });
    }
    if (Object.keys(mistakes).length > 0) return mistaken(mistakes);
    if (changed.length > 0) return refuse('changed', { numbers: changed });
    if (kept.length === 0) return done({ drafted: [] });
    const by = { by: actor.name, at: world.now() };
    for (const { record, said } of kept)
      await collection(Proposal).updateOne({ _id: record._id }, { $set: { opinion: { ...said, ...by } } }, { session });
    const numbers = kept.map(({ record }) => record._id.number);
    const before = Object.fromEntries(kept.map(({ record }) => [record._id.number, record.opinion ?? null]));
    const after = Object.fromEntries(kept.map(({ record, said }) => [record._id.number, said]));
    return done({ drafted: numbers }, { subject: `${on._id}/${listOf(numbers)}`, before, after });
  },
});

/** Which sum of what can be done is wrong, if one is. */
function wrongSum({ feasible, cost = 0, own = 0 }: z.output<typeof opinionInput>): 'cost' | 'own' | undefined {
  if (feasible === 'no') return undefined;
  if (cost < 0) return 'cost';
  return own < 0 || own > cost ? 'own' : undefined;
}

function opinionOf({ feasible, cost, own, manner, reason, sentence }: z.output<typeof opinionInput>): Omit<Opinion, 'by' | 'at'> {
  return feasible === 'yes'
    ? { isFeasible: true, ...(cost !== undefined && { cost }), ...(own !== undefined && { own }), ...(manner && { manner }) }
    : { isFeasible: false, ...(reason && { reason }), ...(sentence && { sentence }) };
}

function saidIn({ by: _by, at: _at, given: _given, ...said }: Opinion): Omit<Opinion, 'by' | 'at'> {
  return said;
}

/**
 * Gives a round of opinions: they become public, and each proposer is notified once. A refusal needs its reason and its sentence, a feasible one its cost.
 * `at`: when each draft was written that the giver saw; no other draft is given. All or none.
 */
export const giveOpinions = act({
  name: 'proposal.answer',
  may: DAILY_WORK,
  on: proposals,
  input: z.strictObject({ drafts: given(z.array(z.strictObject({ number: z.int(), at: z.int().optional() })).min(1, 'noneTicked')) }),
  refusals: { notWhole: null, changed: null },
  async run({ world, notify, session, on, input: { drafts }, actor }) {
    const numbers = drafts.map(({ number }) => number);
    const found = await collection(Proposal)
      .find({ '_id.cycle': on._id, '_id.number': { $in: numbers } }, { session, sort: { '_id.number': 1 } })
      .toArray();
    if (found.length === 0 || found.length < new Set(numbers).size) return refuse('changed');
    const notWhole = found.filter((each) => !canBeGiven(each));
    if (notWhole.length > 0) return refuse('notWhole', { numbers: notWhole.map(({ _id }) => _id.number) });
    const seen = new Map(drafts.map(({ number, at }) => [number, at]));
    if (found.some(({ _id, opinion }) => (seen.get(_id.number) ?? opinion?.at.getTime()) !== opinion?.at.getTime())) return refuse('changed');
    const council = councilBegins(on, world.now());
    const given = { by: actor.name, at: world.now() };
    for (const each of found) {
      const change = { state: each.opinion?.isFeasible ? ('considered' as const) : ('declined' as const), ...given };
      if (!(await moveOn(each, change, session, { set: { 'opinion.given': given } }))) return refuse('changed');
      await notifyProposers(world, notify, each, `opinion|${each.history.length}`, saidOf(each, council), session);
    }
    const after = Object.fromEntries(found.map(({ _id, opinion }) => [_id.number, { ...opinion }]));
    return done({ given: found.map(({ _id }) => _id.number) }, { subject: `${on._id}/${listOf(numbers)}`, after });
  },
});

/** Whether a proposal's draft says all that has to be said. What can be done goes on to the council, so it is on the public list. */
export function canBeGiven({ state, opinion, public: isPublic }: Pick<ProposalRecord, 'state' | 'opinion' | 'public'>): boolean {
  if (!opinion || opinion.given || !isOpenState(state)) return false;
  return opinion.isFeasible ? isPublic && opinion.cost !== undefined : opinion.reason !== undefined && opinion.sentence !== undefined;
}

/** When the council's stage of a cycle begins; undefined if it has begun, or there is none. */
function councilBegins(cycle: CycleRecord, now: Date): Date | undefined {
  return periods(cycle, now).find(({ stage, from }) => stage === 'deliberate' && from > now)?.from;
}

function saidOf({ _id: { number }, opinion }: ProposalRecord, council: Date | undefined) {
  if (opinion && !opinion.isFeasible) return refusal(number, opinion.sentence);
  if (council) {
    const params = { number, from: council.toISOString() };
    return { key: 'notice.proposalToCouncil', ofPart: 'notice.proposalPartToCouncil', params };
  }
  return { key: 'notice.proposalConsidered', ofPart: 'notice.proposalPartConsidered', params: { number } };
}

/** Takes a given opinion back, with a reason that goes to the proposer: it is a draft again. */
export const takeOpinionBack = act({
  name: 'proposal.back',
  may: DAILY_WORK,
  on: proposal,
  input: z.strictObject({ reason: line(LONGEST_REASON) }),
  refusals: { notGiven: null, changed: null },
  async run({ world, notify, session, on, input: { reason }, actor }) {
    const { _id, history, opinion, state } = on;
    const isFrozen = (await findCycle(_id.cycle))?.frozen !== undefined;
    if (!opinion?.given || !ANSWERS.includes(state) || isFrozen) return refuse('notGiven');
    const at = world.now();
    const besides = { set: { 'opinion.at': at }, unset: { 'opinion.given': 1 as const } };
    if (!(await moveOn(on, { state: 'received', by: actor.name, at }, session, besides))) return refuse('changed');
    const said = { key: 'notice.proposalBack', ofPart: 'notice.proposalPartBack', params: { number: _id.number, reason } };
    await notifyProposers(world, notify, on, `back|${history.length}`, said, session);
    return done({}, { before: { given: opinion.given }, after: { given: null }, reason });
  },
});

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

/** Opinions that were given at one moment: how many proposals can be done, and how many cannot. */
export interface RoundGiven {
  readonly at: Date;
  readonly feasible: number;
  readonly not: number;
}

const MAX_OPINIONS = 1_000;

/** The rounds of opinions of a cycle that are given, the newest first, at most a thousand; those of many cycles come together. Only an index is read. */
export const opinionsGiven: (world: World) => (cycle: string) => Promise<readonly RoundGiven[]> = perWorld((world) => readersLookUps(world)(rounds));

const counted = (isFeasible: boolean) => ({ $sum: { $cond: [{ $eq: ['$opinion.isFeasible', isFeasible] }, 1, 0] } });
const newest = { n: MAX_OPINIONS, sortBy: { '_id.at': -1 }, output: { at: '$_id.at', feasible: '$feasible', not: '$not' } };

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
