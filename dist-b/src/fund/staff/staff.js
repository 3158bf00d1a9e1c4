import { model, Schema } from 'mongoose';
import { addressHmac, phoneContact } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { encrypted } from '../../store/encryptedFields.js';
import { checkView, officesOnRoster, STAFF_ROLES, supervisedOnRoster } from '../people/index.js';
/** Stands for all communities, also those that come later: an office may read them all. */
export const ALL = '*';
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    role: { type: String, enum: STAFF_ROLES, required: true },
    phone: { type: String, required: true },
    person: { ...encrypted('staffPerson'), required: true },
    by: { type: String, required: true },
    at: { type: Date, required: true },
}, { strict: 'throw', versionKey: false, collection: 'staff' });
schema.index({ community: 1, role: 1 });
schema.index({ phone: 1 });
export const Staff = model('Staff', schema);
/** The HMAC that stands for a phone with which somebody signs in, whatever the community. */
export function staffPhone(vault, phone) {
    return vault.hmac('staff', phone);
}
export function staffId(vault, community, { role, phone }) {
    return vault.hmac('staff', community, role, phone);
}
export function encryptedStaff(vault, _id, { name, phone }) {
    return vault.encrypt('staffPerson', _id, JSON.stringify({ name, phone }));
}
export function staffMember(vault, { _id, community, role, person }) {
    const { name, phone } = JSON.parse(vault.decrypt('staffPerson', _id, person));
    return { id: _id, community, role, name, phone };
}
/** The staff of a community, the offices that read it included, in the order of roles and then by name. */
export async function staffOf({ vault }, community) {
    const found = await collection(Staff)
        .find({ community: { $in: [community, ALL] } }, { promoteBuffers: true })
        .toArray();
    const place = ({ role, name }) => `${STAFF_ROLES.indexOf(role)}${name}`;
    return found.map((member) => staffMember(vault, member)).toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
}
/** The same for somebody who signed in. Rejects with `not-allowed` (`checkView`). */
export function readStaff(world) {
    return async (community, actor) => {
        checkView(actor, 'people', community);
        return staffOf(world, community);
    };
}
/** Every role that a phone (`staffPhone`) has now, in whatever community. */
export async function rolesOf({ vault }, phone) {
    const found = await collection(Staff).find({ phone }, { promoteBuffers: true }).toArray();
    return found.map((member) => staffMember(vault, member));
}
/** A role by its id, with whose phone (`staffPhone`) it is; null if it was taken. */
export async function staffRole({ vault }, id) {
    const found = await collection(Staff).findOne({ _id: id }, { promoteBuffers: true });
    return found && { member: staffMember(vault, found), phone: found.phone };
}
/** A member of the staff who acts in a community; undefined if they have no role there. */
export function staffActor(member, community) {
    const { id, name, role } = member;
    return member.community === community || member.community === ALL ? { kind: 'staff', id, name, role, community } : undefined;
}
/** As whom somebody with this phone (E.164) may act in a community. */
export async function actorsAt(world, community, phone) {
    const roles = await rolesOf(world, staffPhone(world.vault, phone));
    return roles.flatMap((member) => staffActor(member, community) ?? []);
}
/** Whom the log's entry about a role names: the phone, in case its holder is a resident who is deleted. */
export function namedIn(vault, community, { phone }) {
    return [addressHmac(vault, { community, ...phoneContact(phone) })];
}
/** How many people have each office in a community, on its roster or as staff. A person who has it in both ways, with the same phone, counts once. */
export async function countOffices({ vault }, community) {
    const [roster, staff] = await Promise.all([
        officesOnRoster(community),
        forReaders(Staff)
            .find({ community: { $in: [community, ALL] } }, { promoteBuffers: true })
            .toArray(),
    ]);
    const holders = [
        ...roster.map(({ role, phoneId, _id }) => ({ role, who: phoneId ?? _id })),
        ...staff.map((record) => ({ role: record.role, who: addressHmac(vault, { community, ...phoneContact(staffMember(vault, record).phone) }) })),
    ];
    const count = (role) => new Set(holders.filter((one) => one.role === role).map(({ who }) => who)).size;
    return { cadre: count('cadre'), council: count('council'), supervisor: count('supervisor') };
}
/** Whether there is an office that reads all communities. */
export async function isAllRead() {
    return (await forReaders(Staff).findOne({ community: ALL }, { projection: { _id: 1 } })) !== null;
}
/** Those of the communities that have a supervisor, on their roster or as staff. */
export async function supervisedAmong(communities) {
    const [onRoster, staff] = await Promise.all([
        supervisedOnRoster(communities),
        forReaders(Staff).distinct('community', { community: { $in: [...communities, ALL] }, role: 'supervisor' }),
    ]);
    return staff.includes(ALL) ? new Set(communities) : new Set([...onRoster, ...staff]);
}
