import { collection } from '../../store/collection.js';
import { Community } from '../communities/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { forgetPasskeys } from './passkey.js';
import { StaffSession } from './session.js';
import { ALL, encryptedStaff, namedIn, Staff, staffId, staffMember, staffPhone } from './staff.js';
import { endStaffChats } from './staffChat.js';
/** Roles that a cadre gives and takes alone; for the others a supervisor is the second person. */
const BY_ONE = ['helper', 'implementer'];
/** What keeps a member of the staff from giving or taking a role by themselves; a command on the server does not wait. */
function waitsFor(actor, act, role) {
    if (actor.kind !== 'staff')
        return undefined;
    if (role === undefined || role === 'office')
        return 'onServer';
    return BY_ONE.includes(role) || actor.confirmed?.act === act ? undefined : 'needsSecond';
}
/**
 * Gives a person a role in a community, or in all (`ALL`); of a role that they have already the name is changed. Rejects with `not-allowed`
 * (`checkRight`).
 */
export function addStaff(world) {
    return async (community, given, actor) => {
        const communities = await communitiesOf(community);
        if (communities.length === 0)
            return { refused: 'noCommunity' };
        const acting = communities.map((slug) => checkRight(actor, 'addStaff', slug));
        const waits = waitsFor(actor, 'addStaff', given.role);
        if (waits === 'onServer')
            return { refused: waits };
        const record = staffRecord(world, community, given, actor);
        return withLog(world)(community, async (session, write) => {
            const known = await collection(Staff).findOne({ _id: record._id }, { session, promoteBuffers: true });
            const before = known ? { name: staffMember(world.vault, known).name } : undefined;
            if (before?.name === given.name)
                return { refused: 'already' };
            if (waits)
                return { refused: waits };
            await saveStaff([record], session);
            const detail = { before, after: { name: given.name, role: given.role } };
            for (const as of acting)
                await write({ ...as, subject: `staff/${given.role}`, detail, names: namedIn(world.vault, as.community, given) });
            return { done: true };
        });
    };
}
/** Takes a role from a person, or all roles that they have in this community. Who has none left is out at once. Rejects with `not-allowed` (`checkRight`). */
export function removeStaff(world) {
    return async (community, { phone, role }, actor) => {
        const communities = await communitiesOf(community);
        if (communities.length === 0)
            return { refused: 'noCommunity' };
        const acting = communities.map((slug) => checkRight(actor, 'removeStaff', slug));
        const waits = waitsFor(actor, 'removeStaff', role);
        if (waits === 'onServer')
            return { refused: waits };
        return withLog(world)(community, async (session, write) => {
            const which = { community, phone: staffPhone(world.vault, phone), ...(role && { role }) };
            const isLast = role === 'supervisor' && actor.kind === 'staff' && (await supervisorsBut(which, session)) === 0;
            if (isLast)
                return { refused: 'lastSupervisor' };
            const found = await collection(Staff).find(which, { session, promoteBuffers: true }).toArray();
            if (waits && found.length > 0)
                return { refused: waits };
            await takeRoles(found, session);
            for (const record of found)
                await writeRemoved(world, record, acting, write);
            return { removed: found.length };
        });
    };
}
/** How many others are supervisors of a community. */
function supervisorsBut({ community, phone }, session) {
    return collection(Staff).countDocuments({ community, role: 'supervisor', phone: { $ne: phone } }, { session });
}
async function writeRemoved({ vault }, record, acting, write) {
    const { name, role, phone } = staffMember(vault, record);
    for (const as of acting)
        await write({ ...as, subject: `staff/${role}`, detail: { before: { name, role } }, names: namedIn(vault, as.community, { phone }) });
}
function communitiesOf(community) {
    return collection(Community).distinct('_id', community === ALL ? {} : { _id: community });
}
/** A role as it is stored. */
function staffRecord({ vault, now }, community, given, { name: by }) {
    const _id = staffId(vault, community, given);
    const { role, phone } = given;
    return { _id, community, role, phone: staffPhone(vault, phone), person: encryptedStaff(vault, _id, given), by, at: now() };
}
/**
 * Gives the roles of a file in a transaction; with `isReplaced`, takes those that are not in it. Offices are not in the file, and stay. An import calls
 * it, which checks the right to it.
 */
export async function changeStaff(world, { community, rows, actor }, isReplaced, session) {
    const found = await collection(Staff)
        .find({ community, role: { $ne: 'office' } }, { session, promoteBuffers: true })
        .toArray();
    const known = new Map(found.map((record) => [record._id, staffMember(world.vault, record)]));
    const given = rows.map((row) => ({ ...row, _id: staffId(world.vault, community, row) }));
    const kept = new Set(given.map(({ _id }) => _id));
    const added = given.filter(({ _id }) => !known.has(_id));
    const changed = given.filter(({ _id, name }) => known.has(_id) && known.get(_id)?.name !== name);
    const gone = isReplaced ? found.filter(({ _id }) => !kept.has(_id)) : [];
    const removed = gone.flatMap(({ _id }) => known.get(_id) ?? []);
    await saveStaff([...added, ...changed].map((row) => staffRecord(world, community, row, actor)), session);
    await takeRoles(gone, session);
    const told = (members) => members.map(({ name, role }) => ({ name, role }));
    return { added: told(added), changed: told(changed), removed: told(removed) };
}
/** Writes roles in a transaction. */
async function saveStaff(records, session) {
    for (const { _id, ...rest } of records)
        await collection(Staff).updateOne({ _id }, { $set: rest }, { upsert: true, session });
}
/** Takes roles in a transaction. A person who has none left begins no session again, and has neither their passkeys nor their chat, also if they come back. */
async function takeRoles(records, session) {
    if (records.length === 0)
        return;
    const phones = [...new Set(records.map(({ phone }) => phone))];
    await collection(Staff).deleteMany({ _id: { $in: records.map(({ _id }) => _id) } }, { session });
    await endStaffChats(phones, session);
    const staying = new Set(await collection(Staff).distinct('phone', { phone: { $in: phones } }, { session }));
    const leaving = phones.filter((phone) => !staying.has(phone));
    await collection(StaffSession).deleteMany({ phone: { $in: leaving } }, { session });
    await forgetPasskeys(leaving, session);
}
