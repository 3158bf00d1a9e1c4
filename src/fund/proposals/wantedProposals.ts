import type { mongo } from 'mongoose';
import { cached } from '../../store/cache.ts';
import { forReaders } from '../../store/connect.ts';
import { withPauses } from '../../store/pauses.ts';
import { perWorld, type World } from '../../store/world.ts';
import { type Actor, DAILY_WORK, IN_COUNCIL, mayDo, sight } from '../people/index.ts';
import { OPEN_STATES, Proposal, type ProposalRecord, type ProposalState, proposalText } from './proposal.ts';
import { supportsOf } from './support.ts';

/** What is still to be done with proposals, or done. */
export const PROPOSAL_VIEWS = ['all', 'unsorted', 'unexamined', 'drafted', 'unanswered', 'given', 'undecided', 'recommended', 'unexplained'] as const;
export type ProposalView = (typeof PROPOSAL_VIEWS)[number];

/** Which of a cycle's proposals, and in which order. */
export interface ProposalsWanted {
  readonly view: ProposalView;
  readonly state?: ProposalState | undefined;
  readonly category?: string | undefined;
  /** Words that stand in the text. */
  readonly search?: string | undefined;
  /** By number where it is absent. */
  readonly by?: 'number' | 'supports' | undefined;
  readonly isDescending?: boolean;
}

/** A cycle, and the community whose it is. */
export interface WhichCycle {
  readonly community: string;
  readonly cycle: string;
}

/** What waits for the next cycle is nobody's work in this one. */
const NOT_LATE = { hidden: { $exists: false }, late: { $exists: false } };
const OPEN: mongo.Filter<ProposalRecord> = { ...NOT_LATE, state: { $in: [...OPEN_STATES] }, text: { $exists: true } };

/** What each of these views shows. */
export const VIEW: Readonly<Record<ProposalView, mongo.Filter<ProposalRecord>>> = {
  all: {},
  unsorted: { ...OPEN, category: { $exists: false } },
  unexamined: { ...OPEN, opinion: { $exists: false } },
  drafted: { ...OPEN, opinion: { $exists: true }, 'opinion.given': { $exists: false } },
  unanswered: { ...NOT_LATE, state: 'received', 'opinion.given': { $exists: false } },
  undecided: { ...NOT_LATE, state: { $in: ['considered', 'deferred'] } },
  recommended: { state: 'recommended' },
  unexplained: { state: 'notOnBallot', leftOff: { $exists: false } },
  given: { 'opinion.given': { $exists: true } },
};

/** Whose words a proposal is, and those that are not on the public list. */
export const proposalNames = sight({ name: 'proposal.names', may: IN_COUNCIL });
/** Phone numbers, also in texts. */
export const proposalPhones = sight({ name: 'proposal.phones', may: DAILY_WORK });

/** What a reader may see: who sees no names sees only what everybody can read. */
export function seen({ community }: WhichCycle, actor: Actor): mongo.Filter<ProposalRecord> {
  return mayDo(actor, proposalNames, community) ? {} : { public: true, hidden: { $exists: false } };
}

/** The filter for what somebody who reads wants, and may see. */
export async function filterOf(
  world: World,
  of: WhichCycle,
  wanted: ProposalsWanted,
  actor: Actor,
): Promise<{ readonly $and: mongo.Filter<ProposalRecord>[] }> {
  const { view, state, category, search } = wanted;
  const found = search === undefined ? undefined : await withWords(world, of.cycle, search);
  return {
    $and: [
      { '_id.cycle': of.cycle, ...(found && { '_id.number': { $in: found } }) },
      seen(of, actor),
      VIEW[view],
      { ...(state && { state }), ...(category !== undefined && { category }) },
    ].filter((which) => Object.keys(which).length > 0),
  };
}

/** The numbers of the proposals in whose text all these words stand. */
async function withWords(world: World, cycle: string, search: string): Promise<number[]> {
  const words = search.toLowerCase().split(/\s+/);
  const numbers: number[] = [];
  for (const [number, text] of await sharedTexts(world)(cycle)) {
    const lower = text.toLowerCase();
    if (words.every((word) => lower.includes(word))) numbers.push(number);
  }
  return numbers;
}

/** The numbers of the proposals, by how many support them; those that have as many, by number. */
export async function bySupports(world: World, cycle: string, filter: mongo.Filter<ProposalRecord>, isDescending = false): Promise<number[]> {
  const [found, supports] = await Promise.all([
    forReaders(Proposal)
      .find(filter, { projection: { _id: 1 } })
      .toArray(),
    sharedSupports(world)(cycle),
  ]);
  const numbers = found.map(({ _id }) => _id.number);
  const count = (number: number) => supports.get(number) ?? 0;
  return numbers.toSorted((one, other) => (isDescending ? count(other) - count(one) : count(one) - count(other)) || one - other);
}

/** Texts and counts of a whole cycle are read once for everybody who asks within so long. */
const SHARED_MS = 10_000;
const MOST_CYCLES = 8;

/** The texts of all proposals of a cycle that have one, by number, whole. What changed in the last ten seconds may be missing. */
export const sharedTexts: (world: World) => (cycle: string) => Promise<ReadonlyMap<number, string>> = perWorld((world) =>
  cached(world, SHARED_MS, MOST_CYCLES, async (cycle) => {
    const found = forReaders(Proposal).find(
      { '_id.cycle': cycle, text: { $exists: true } },
      { projection: { text: 1 }, sort: { '_id.number': 1 }, promoteBuffers: true, batchSize: 1_000 },
    );
    const texts = new Map<number, string>();
    for await (const proposal of withPauses(found)) texts.set(proposal._id.number, proposalText(world.vault, proposal));
    return texts;
  }),
);

/** `supportsOf` a whole cycle, at most ten seconds old. */
const sharedSupports: (world: World) => (cycle: string) => Promise<ReadonlyMap<number, number>> = perWorld((world) =>
  cached(world, SHARED_MS, MOST_CYCLES, (cycle) => supportsOf(cycle)),
);
