import type { mongo } from 'mongoose';
import type { ProposalRecord } from '../records/proposal.ts';

/** Selects what anyone may read of a cycle's proposals: not what waits to be released, nor what a cadre has hidden. */
export function onPublicList(cycle: string): mongo.Filter<ProposalRecord> {
  return { '_id.cycle': cycle, public: true, hidden: { $exists: false } };
}
