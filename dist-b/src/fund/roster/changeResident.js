import { wholeDay } from '../../contacts/addressBook.js';
import { collection } from '../../store/collection.js';
import { findCommunity } from '../communities/index.js';
import { isVoting, voteUnderWay } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { changeResidents, checkRight, contactIdsOf, moveStops, noteLeaving, personFields, personOf, Resident, recordKeyChanges, residentId, residentRecord, } from '../people/index.js';
import { askSecond, needsSecond } from '../second/index.js';
import { eraseResident } from './eraseResident.js';
const FIELDS = ['name', 'phone', 'building', 'language', 'role'];
/** Changes what the roster says of a resident. Rejects with `not-allowed` (`checkRight`). */
export function changeResident(world) {
    const { vault } = world;
    return async ({ community, resident: _id, seen, fields, reason, actor }) => {
        const acting = checkRight(actor, 'changeResident', community);
        const at = world.now();
        const voting = await isVoting(community, at);
        return withLog(world)(community, async (session, write) => {
            const record = await collection(Resident).findOne({ _id, community, erasedAt: { $exists: false } }, { session, promoteBuffers: true });
            if (!record)
                return { refused: 'noResident' };
            const { rosterId, name, phone } = personOf(vault, record);
            const { building, language, role } = record;
            const before = { name, phone, building, language, role };
            const changed = differing(before, fields);
            if (changed.length === 0)
                return { refused: 'nothing' };
            if (differing(seen, before).length > 0)
                return { refused: 'stale', now: before };
            if (voting && changed.includes('role'))
                return { refused: 'roleStays' };
            const isOtherPhone = changed.includes('phone');
            if (voting && isOtherPhone && reason === undefined)
                return { refused: 'needsReason' };
            const isAlone = record.phoneId !== undefined && (await collection(Resident).countDocuments({ phoneId: record.phoneId }, { session })) === 1;
            const { phoneId, ...person } = personFields(vault, record, { rosterId, name: fields.name, phone: fields.phone });
            const given = { ...person, phoneId, building: fields.building, language: fields.language };
            const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
            const unset = ['phoneId', 'building', 'language'].filter((field) => given[field] === undefined);
            await changeResidents({ added: [], changed: [{ _id, set: { ...set, role: fields.role }, unset, endsLinks: false }], removed: [] }, session);
            if (voting && isOtherPhone && reason !== undefined)
                await recordKeyChanges(community, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
            if (isOtherPhone && isAlone && record.phoneId && phoneId)
                await moveStops(world, community, new Map([[record.phoneId, phoneId]]), session);
            const of = (one) => Object.fromEntries(changed.map((field) => [field, one[field] ?? null]));
            const detail = { before: { id: rosterId, ...of(before) }, after: of(fields), reason };
            await write({ ...acting, subject: 'resident', detail, names: [_id, ...[record.phoneId ?? [], phoneId ?? []].flat()] });
            return { changed };
        });
    };
}
function differing(one, other) {
    return FIELDS.filter((field) => one[field] !== other[field]);
}
/** Puts somebody on the roster; whoever signed in needs a second person for it. Rejects with `not-allowed` (`checkRight`). */
export function addResident(world) {
    const { vault, now } = world;
    return async ({ community, resident, id: given, reason, actor }) => {
        const acting = checkRight(actor, 'addResident', community);
        if (!(await findCommunity(community)))
            return { refused: 'noCommunity' };
        const id = given ?? `added-${world.randomBytes(4).toString('hex')}`;
        const _id = residentId(vault, community, id);
        const at = now();
        const record = residentRecord(vault, { _id, community, rosterId: id, ...resident, addedAt: at });
        const isDuringVote = await isVoting(community, at);
        if (isDuringVote && resident.role !== 'resident')
            return { refused: 'roleStays' };
        const holders = await holdersOf(community, record.phoneId);
        if (holders.some((holder) => personOf(vault, holder).name === resident.name))
            return { refused: 'same' };
        const isKeyChange = isDuringVote && holders.length > 0;
        if (isKeyChange && reason === undefined)
            return { refused: 'needsReason' };
        if (await collection(Resident).findOne({ _id }, { projection: { _id: 1 } }))
            return { refused: 'idTaken' };
        const after = { id, ...resident, duringVote: isKeyChange };
        const entry = { subject: 'resident', detail: { after, reason }, names: [_id, ...(record.phoneId ? [record.phoneId] : [])] };
        if (needsSecond(actor, 'addResident', undefined))
            return askSecond(world)({ act: 'addResident', community, actor, ...entry, about: _id, payload: { id, resident, reason } });
        return withLog(world)(community, async (session, write) => {
            if (await collection(Resident).findOne({ _id }, { session, projection: { _id: 1 } }))
                return { refused: 'idTaken' };
            await changeResidents({ added: [record], changed: [], removed: [] }, session);
            if (isKeyChange && reason !== undefined)
                await recordKeyChanges(community, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
            await write({ ...acting, ...entry });
            return { added: { id, resident: _id } };
        });
    };
}
/** The residents who hold a phone (`addressHmac`): by the roster, or by their card. */
async function holdersOf(community, phone) {
    if (phone === undefined)
        return [];
    return collection(Resident)
        .find({ community, $or: [{ phoneId: phone }, { 'linkedContacts.id': phone }] }, { promoteBuffers: true })
        .toArray();
}
/**
 * Removes a resident as `删除` does (`eraseResident`), by somebody's hand. The log's entry says that somebody was removed and why, not who. If the process
 * ends in between, `eraseDue` goes on with it. Rejects with `not-allowed` (`checkRight`).
 */
export function removeResident(world, forget) {
    const { vault } = world;
    const eraseOne = eraseResident(world, forget);
    return async ({ community, resident: _id, reason, actor }) => {
        const acting = checkRight(actor, 'removeResident', community);
        const at = world.now();
        const key = vault.hmac('act', world.randomBytes(16).toString('hex'), 'removeResident');
        const noted = await withLog(world)(community, async (session, write) => {
            if (await voteUnderWay(community, at))
                return 'voting';
            const record = await collection(Resident).findOne({ _id, community, erasedAt: { $exists: false } }, { session, promoteBuffers: true });
            if (!record)
                return 'noResident';
            if (record.erasureRequest)
                return { ...record, erasureRequest: record.erasureRequest }; // somebody does it just now
            const erasureRequest = { at: wholeDay(at), key, from: contactIdsOf(record)[0] ?? key };
            await noteLeaving(_id, erasureRequest, session);
            await write({ ...acting, subject: 'resident', detail: { reason } });
            return { ...record, erasureRequest };
        });
        if (typeof noted === 'string')
            return { refused: noted };
        await eraseOne(noted);
        return { removed: true };
    };
}
