import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { Proposal, type ProposalRecord } from './proposal.ts';

/** What changes with the state. `where`: what else has to be as it was read. */
interface Besides {
  readonly set?: mongo.MatchKeysAndValues<ProposalRecord>;
  readonly unset?: mongo.OnlyFieldsOfType<ProposalRecord, unknown, '' | 1 | true>;
  readonly where?: mongo.Filter<ProposalRecord>;
}

/** Moves a proposal on to a state, unless it was moved on since it was read; gives whether it was. */
export async function moveOn(
  { _id, history }: Pick<ProposalRecord, '_id' | 'history'>,
  change: ProposalRecord['history'][number],
  session: mongo.ClientSession,
  { set, unset, where }: Besides = {},
): Promise<boolean> {
  const { matchedCount } = await collection(Proposal).updateOne(
    { _id, history: { $size: history.length }, ...where },
    { $set: { ...set, state: change.state }, ...(unset && { $unset: unset }), $push: { history: change } },
    { session },
  );
  return matchedCount > 0;
}

const CHANGED = 'proposal-changed';

/** The error that undoes what is done to several proposals, because somebody else changed one of them. */
export function proposalChanged(): CodedError {
  return new CodedError(CHANGED, 'Somebody else changed one of these proposals meanwhile; look at it again.');
}

/** Gives what `work` does; if it was undone by `proposalChanged`, that. */
export async function unlessChanged<Done>(work: Promise<Done>): Promise<Done | { readonly refused: 'changed' }> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CodedError && error.code === CHANGED) return { refused: 'changed' };
    throw error;
  }
}
