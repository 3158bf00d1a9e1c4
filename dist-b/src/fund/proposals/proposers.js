import mongoose, {} from 'mongoose';
import { addressHmac } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { endRecordings } from '../inquiries/index.js';
import { Proposal } from './proposal.js';
import { giveSupports } from './support.js';
/** The same as `giveAll`, by itself: a phone or chat was linked to a resident. */
export function giveToLinked({ vault }) {
    return async (contact, resident) => {
        const from = addressHmac(vault, contact);
        await mongoose.connection
            .getClient()
            .withSession((session) => session.withTransaction(() => giveAll(contact.community, from, resident, session)));
    };
}
/** Makes what came from a phone or chat (`addressHmac`), before it was linked to a resident, this resident's: proposals become public, supports count. */
export async function giveAll(community, from, resident, session) {
    await giveProposals(community, from, resident, session);
    await giveSupports(from, resident, session);
}
/** Makes proposals that came from a phone or chat (`addressHmac`) a resident's. They become public, except those that were hidden. */
async function giveProposals(community, from, resident, session) {
    await collection(Proposal).updateMany({ community, by: from }, { $set: { by: resident } }, { session });
    await collection(Proposal).updateMany({ community, by: resident, public: false, hidden: { $exists: false } }, { $set: { public: true } }, { session });
}
/** Forgets of proposals that were made before a moment where to tell what became of them, and whose words a cadre wrote down. */
export async function forgetProposers(community, before) {
    const isOld = { community, at: { $lte: before } };
    await collection(Proposal).updateMany({
        $or: [
            { ...isOld, address: { $exists: true } },
            { ...isOld, whose: { $exists: true } },
        ],
    }, { $unset: { address: 1, whose: 1 } });
}
/**
 * Removes from proposals the address to which an answer would go, and deletes the voice in which they were spoken; the proposals stay. `by` is a
 * resident's `_id` or an `addressHmac`. Gives the number of these proposals.
 */
export async function forgetProposer(at, whose) {
    const spoken = await collection(Proposal)
        .find({ ...whose, spoken: { $exists: true } }, { projection: { spoken: 1 } })
        .toArray();
    await endRecordings(at, spoken);
    return (await collection(Proposal).updateMany({ ...whose, $or: [{ address: { $exists: true } }, { whose: { $exists: true } }] }, { $unset: { address: 1, whose: 1 } })).modifiedCount;
}
