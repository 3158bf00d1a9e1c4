import { type LookUp, readersLookUps } from '../../store/lookUps.ts';
import { perWorld, type World } from '../../store/world.ts';
import { Proposal, type ProposalRecord } from './proposal.ts';

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
