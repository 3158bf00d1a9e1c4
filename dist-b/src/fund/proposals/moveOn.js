import { CodedError } from '../../store/codedError.js';
import { collection } from '../../store/collection.js';
import { Proposal } from './proposal.js';
/** Moves a proposal on to a state, unless it was moved on since it was read; gives whether it was. */
export async function moveOn({ _id, history }, change, session, { set, unset, where } = {}) {
    const { matchedCount } = await collection(Proposal).updateOne({ _id, history: { $size: history.length }, ...where }, { $set: { ...set, state: change.state }, ...(unset && { $unset: unset }), $push: { history: change } }, { session });
    return matchedCount > 0;
}
const CHANGED = 'proposal-changed';
/** The error that undoes what is done to several proposals, because somebody else changed one of them. */
export function proposalChanged() {
    return new CodedError(CHANGED, 'Somebody else changed one of these proposals meanwhile; look at it again.');
}
/** Gives what `work` does; if it was undone by `proposalChanged`, that. */
export async function unlessChanged(work) {
    try {
        return await work;
    }
    catch (error) {
        if (error instanceof CodedError && error.code === CHANGED)
            return { refused: 'changed' };
        throw error;
    }
}
