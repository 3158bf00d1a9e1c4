import { forReaders } from '../../store/connect.ts';
import { Proposal } from './proposal.ts';

/** Opinions that were given at one moment: how many proposals can be done, and how many cannot. */
export interface RoundGiven {
  readonly at: Date;
  readonly feasible: number;
  readonly not: number;
}

const MOST = 1_000;

/** The rounds of opinions of a cycle that are given, the newest first, at most a thousand. Only an index is read. */
export function opinionsGiven(cycle: string): Promise<RoundGiven[]> {
  const counted = (isFeasible: boolean) => ({ $sum: { $cond: [{ $eq: ['$opinion.isFeasible', isFeasible] }, 1, 0] } });
  return forReaders(Proposal)
    .aggregate<RoundGiven>([
      { $match: { '_id.cycle': cycle, 'opinion.given.at': { $gt: new Date(0) } } },
      { $group: { _id: '$opinion.given.at', feasible: counted(true), not: counted(false) } },
      { $sort: { _id: -1 } },
      { $limit: MOST },
      { $project: { _id: 0, at: '$_id', feasible: 1, not: 1 } },
    ])
    .toArray();
}
