import type { mongo } from 'mongoose';
import { forReaders } from '../../store/connect.ts';
import { batchedQuery } from '../../store/lookUps.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { cycleView } from '../cycles/index.ts';
import { type Actor, mayDo, SEES_NUMBERS } from '../people/index.ts';
import { canBeGiven } from './opinions.ts';
import { PROPOSAL_STATES, Proposal, type ProposalRecord, proposalAddress, proposalOf, proposalText } from './proposal.ts';
import { supportsOf } from './support.ts';
import {
  bySupports,
  filterOf,
  type ProposalsWanted,
  type ProposalView,
  proposalNames,
  proposalPhones,
  seen,
  VIEW,
  type WhichCycle,
} from './wantedProposals.ts';

/** A proposal as those read it who run the cycle. */
export interface StaffProposal
  extends Pick<ProposalRecord, 'at' | 'origin' | 'channel' | 'category' | 'distinct' | 'opinion' | 'state' | 'project' | 'mergedInto' | 'history'>,
    Pick<ProposalRecord, 'writtenBy' | 'hidden' | 'council' | 'leftOff' | 'late' | 'carriedTo' | 'carriedFrom'> {
  readonly number: number;
  /** Whole for those who do the daily work; for others with the numbers of phones, IDs and banks masked. Empty while a spoken one is not in writing. */
  readonly text: string;
  readonly isPublic: boolean;
  readonly isSpoken: boolean;
  readonly supports: number;
  /** Whether its draft says all that has to be said. */
  readonly isWhole: boolean;
  /** Whose words it is, if a cadre wrote it down and the reader may see names; and where what became of it is told. */
  readonly whose?: string | undefined;
  readonly address?: string | undefined;
}

interface Page {
  readonly proposals: readonly StaffProposal[];
  /** `after` of the page that follows; undefined if none does. */
  readonly next: number | undefined;
  readonly count: number;
}

/**
 * A page of a cycle's proposals. `after`: by number, the number behind which it begins; by supports, how many come before it.
 */
export const readProposals = cycleView({
  name: 'proposal.list',
  may: SEES_NUMBERS,
  query: async (reading, cycle: string, wanted: ProposalsWanted & { readonly after: number | undefined; readonly limit: number }): Promise<Page> => {
    const { world, community, actor } = reading;
    const of = { community, cycle };
    const { after, limit, by, isDescending } = wanted;
    const filter = await filterOf(world, of, wanted, actor);
    const proposals = forReaders(Proposal);
    if (by === 'supports') {
      const numbers = await bySupports(world, of.cycle, filter, isDescending);
      const from = after ?? 0;
      const shown = numbers.slice(from, from + limit);
      const found = await proposals.find({ '_id.cycle': of.cycle, '_id.number': { $in: shown } }).toArray();
      const ordered = found.toSorted((one, other) => shown.indexOf(one._id.number) - shown.indexOf(other._id.number));
      const next = from + limit < numbers.length ? from + limit : undefined;
      return { proposals: await seenBy(world, of, actor, ordered), next, count: numbers.length };
    }
    const behind = after === undefined ? filter : { $and: [filter, { '_id.number': isDescending ? { $lt: after } : { $gt: after } }] };
    const [found, count] = await Promise.all([
      proposals.find(behind, { sort: { '_id.number': isDescending ? -1 : 1 }, limit: limit + 1 }).toArray(),
      proposals.countDocuments(filter),
    ]);
    const shown = found.slice(0, limit);
    const next = found.length > limit ? shown.at(-1)?._id.number : undefined;
    return { proposals: await seenBy(world, of, actor, shown), next, count };
  },
});

/** Some proposals of a cycle by number, those that the reader may see, in the order of their numbers. */
export const readSomeProposals = cycleView({
  name: 'proposal.some',
  may: SEES_NUMBERS,
  query: async (
    reading,
    cycle: string,
    which: { readonly numbers: readonly number[] } | { readonly mergedInto: number },
  ): Promise<StaffProposal[]> => {
    const { world, community, actor } = reading;
    const of = { community, cycle };
    const wanted = 'numbers' in which ? { '_id.number': { $in: [...which.numbers] } } : which;
    const found = await forReaders(Proposal)
      .find({ '_id.cycle': of.cycle, ...seen(of, actor), ...wanted }, { sort: { '_id.number': 1 } })
      .toArray();
    return seenBy(world, of, actor, found);
  },
});

/**
 * The proposal that follows another one in a list, whether or not that one is still in it; behind the last one the first. Undefined if there is no
 * other.
 */
export const nextProposal = cycleView({
  name: 'proposal.next',
  may: SEES_NUMBERS,
  query: async (reading, cycle: string, wanted: ProposalsWanted, number: number): Promise<number | undefined> => {
    const { world, community, actor } = reading;
    const of = { community, cycle };
    const { by, isDescending } = wanted;
    const filter = await filterOf(world, of, wanted, actor);
    if (by === 'supports') {
      const numbers = await bySupports(world, of.cycle, filter, isDescending);
      const next = numbers[numbers.indexOf(number) + 1] ?? numbers[0];
      return next === number ? undefined : next;
    }
    const first = (which: mongo.Filter<ProposalRecord>) =>
      forReaders(Proposal).findOne({ $and: [filter, which] }, { sort: { '_id.number': isDescending ? -1 : 1 }, projection: { _id: 1 } });
    const found =
      (await first({ '_id.number': isDescending ? { $lt: number } : { $gt: number } })) ?? (await first({ '_id.number': { $ne: number } }));
    return found?._id.number;
  },
});

/** How many of a list's proposals have an opinion, a draft or a given one, and what the feasible ones cost together; merged ones do not count. */
export const countExamined = cycleView({
  name: 'proposal.examined',
  may: SEES_NUMBERS,
  query: async (
    reading,
    cycle: string,
    { category, search }: Pick<ProposalsWanted, 'category' | 'search'>,
  ): Promise<{ readonly examined: number; readonly all: number; readonly feasible: number; readonly cost: number }> => {
    const { world, community, actor } = reading;
    const of = { community, cycle };
    const filter = await filterOf(world, of, { view: 'all', category, search }, actor);
    const counted = (which: mongo.Filter<ProposalRecord>) =>
      forReaders(Proposal).countDocuments({ $and: [...filter.$and, { state: { $in: NOT_MERGED } }, which] });
    const [examined, all, [sum]] = await Promise.all([
      counted({ 'opinion.at': { $exists: true } }),
      counted({}),
      forReaders(Proposal)
        .aggregate<{ readonly feasible: number; readonly cost: number }>([
          { $match: { $and: [...filter.$and, { state: { $in: NOT_MERGED }, 'opinion.isFeasible': true }] } },
          { $group: { _id: null, feasible: { $sum: 1 }, cost: { $sum: '$opinion.cost' } } },
        ])
        .toArray(),
    ]);
    return { examined, all, feasible: sum?.feasible ?? 0, cost: sum?.cost ?? 0 };
  },
});

/** What a proposal costs, by the opinion that was given, and how many support it. */
export interface Weight {
  readonly cost?: number;
  readonly supports: number;
}

/** What some of a cycle's proposals cost and how many support them, by number. */
export async function weightsOf(cycle: string, numbers: readonly number[]): Promise<ReadonlyMap<number, Weight>> {
  const [found, supports] = await Promise.all([
    forReaders(Proposal)
      .find({ '_id.cycle': cycle, '_id.number': { $in: [...numbers] } }, { projection: { 'opinion.cost': 1 } })
      .toArray(),
    supportsOf(cycle, numbers),
  ]);
  return new Map(
    found.map(({ _id: { number }, opinion }) => [
      number,
      { supports: supports.get(number) ?? 0, ...(typeof opinion?.cost === 'number' && { cost: opinion.cost }) },
    ]),
  );
}

const NOT_MERGED = PROPOSAL_STATES.filter((state) => state !== 'merged');

interface Waiting {
  readonly count: number;
  readonly since?: Date;
}

/** How many proposals of a cycle are in no category, or have no answer, and since when. */
export const waitingProposals = cycleView({
  name: 'proposal.waiting',
  may: SEES_NUMBERS,
  query: async (reading, cycle: string, wanted: ProposalView): Promise<Waiting> => {
    const [found] = await countsBy(reading.world, [
      { $match: { '_id.cycle': cycle, ...VIEW[wanted] } },
      { $group: { _id: null, count: { $sum: 1 }, since: { $min: '$at' } } },
    ]);
    return found ? { count: found.count, ...(found.since && { since: found.since }) } : { count: 0 };
  },
});

const countsBy = batchedQuery<ProposalRecord, Waiting>(Proposal);

/** How many proposals of these cycles came from a moment on until before another, whatever became of them. */
export function countProposals(cycles: readonly string[], from: Date, until: Date): Promise<number> {
  return forReaders(Proposal).countDocuments({ '_id.cycle': { $in: [...cycles] }, at: { $gte: from, $lt: until } });
}

async function seenBy(world: World, { community, cycle }: WhichCycle, actor: Actor, found: readonly ProposalRecord[]): Promise<StaffProposal[]> {
  if (found.length === 0) return [];
  const supports = await supportsOf(
    cycle,
    found.map(({ _id }) => _id.number),
  );
  const seesNames = mayDo(actor, proposalNames, community);
  const seesPhones = mayDo(actor, proposalPhones, community);
  return found.map((proposal) => {
    const { _id, at, origin, channel, category, distinct, opinion, state, project, mergedInto, history, writtenBy, hidden, spoken } = proposal;
    const { council, leftOff, late, carriedTo, carriedFrom } = proposal;
    const text = proposalText(world.vault, proposal);
    return {
      ...{ number: _id.number, at, origin, state, history },
      ...(channel && { channel }),
      ...(category !== undefined && { category }),
      ...(distinct && { distinct }),
      ...(opinion && { opinion }),
      ...(project !== undefined && { project }),
      ...(mergedInto !== undefined && { mergedInto }),
      ...(writtenBy !== undefined && { writtenBy }),
      ...(hidden && { hidden }),
      ...(council && { council }),
      ...(leftOff && { leftOff }),
      ...(late && { late }),
      ...(carriedTo && { carriedTo }),
      ...(carriedFrom && { carriedFrom }),
      text: seesPhones ? text : maskNumbers(text),
      isPublic: proposal.public,
      isSpoken: spoken !== undefined && text === '',
      supports: supports.get(_id.number) ?? 0,
      isWhole: canBeGiven(proposal),
      ...(seesNames && { whose: proposalOf(world.vault, proposal) }),
      ...(seesPhones && { address: proposalAddress(world.vault, proposal) }),
    };
  });
}
