import { recordConsent, wholeDay } from '../../contacts/addressBook.js';
import { addressHmac } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { CALENDAR_FIELDS, Cycle, voteOf, voteUnderWay } from '../cycles/index.js';
import { forgetLeaversUntil, holdersOf, noteLeaving, ownContacts, Resident } from '../people/index.js';
import { eraseResident, forgetAt } from './eraseResident.js';
/**
 * 删除: removes the person who acts (`eraseResident`). While voting is open, the request is only noted, so that nobody is taken off the roster by a
 * fraud in the vote before they can say `不是我`. From then on nothing that we start goes to phones and chats that are theirs alone, and `恢复` takes the
 * request back until `eraseDue` carries it out.
 */
export function eraseMe(world, forget) {
    const holders = holdersOf(world);
    const eraseOne = eraseResident(world, forget);
    return async (_, act) => {
        const key = world.vault.hmac('act', act.key, 'eraseMe');
        const from = addressHmac(world.vault, act);
        if (await collection(Resident).findOne({ community: act.community, erasedAddresses: from, erasureKey: key }))
            return { erased: true };
        const { holders: here } = await holders(act);
        const [holder, another] = here;
        if (act.resident === undefined && another)
            return { shared: true };
        const id = act.resident ?? holder?.resident;
        const resident = id === undefined ? null : await collection(Resident).findOne({ _id: id, erasedAt: { $exists: false } });
        act.beginWrite();
        if (!resident) {
            const gone = await forgetAt(world, act, [act]);
            await forget(act.community, [act]);
            return gone ? { erased: true } : { stranger: true };
        }
        const vote = await voteUnderWay(act.community, act.at);
        const erasureRequest = { at: wholeDay(act.at), key, from };
        await noteLeaving(resident._id, erasureRequest);
        if (!vote) {
            await eraseOne({ ...resident, erasureRequest });
            return { erased: true };
        }
        const own = await ownContacts(world, resident);
        if (own.length > 0)
            await recordConsent(world, act, own.map((place) => addressHmac(world.vault, { community: act.community, ...place })), 'stop', '删除');
        return { noted: { closesAt: vote.to.toISOString() } };
    };
}
/**
 * Removes residents who asked to be deleted while voting was open, once the ledger is sealed. Harmless if it is done twice, late or in several
 * processes. A resident who cannot be removed does not hold up the others.
 */
export function eraseDue(world, forget) {
    const eraseOne = eraseResident(world, forget);
    return async () => {
        const failures = [];
        for (const community of await collection(Resident).distinct('community', { erasureRequest: { $exists: true } })) {
            if (await voteUnderWay(community, world.now()))
                continue;
            for await (const resident of collection(Resident).find({ community, erasureRequest: { $exists: true } })) {
                if (hasErasureRequest(resident))
                    await eraseOne(resident).catch((error) => failures.push(error));
            }
        }
        if (failures.length > 0)
            throw new AggregateError(failures, `${failures.length} residents who asked to be deleted could not be removed.`);
    };
}
function hasErasureRequest(resident) {
    return resident.erasureRequest !== undefined;
}
/**
 * After the close, removes the HMACs of phones, chats and card that were kept of people who asked to be deleted, to tell whether they come back
 * (docs/architecture.md: The ledger's queue). It looks at communities in which no vote is open. What is kept of people who left after the day (UTC)
 * of the last close stays until the next close. Harmless to repeat.
 */
export async function forgetErased(now) {
    // with the range it is read off the index of those who left
    const communities = await collection(Resident).distinct('community', { community: { $gt: '' }, erasedAddresses: { $exists: true } });
    for (const community of communities) {
        const cycles = await collection(Cycle).find({ community }, { projection: CALENDAR_FIELDS }).toArray();
        const closes = cycles.flatMap((cycle) => voteOf(cycle, now)?.to ?? []).filter((close) => close <= now);
        const last = closes.toSorted((one, other) => other.getTime() - one.getTime())[0];
        if (!last)
            continue;
        await forgetLeaversUntil(community, last);
    }
}
