import { model, Schema } from 'mongoose';
import { CHANNELS } from '../../contacts/channel.js';
import { addressHmac, answerAt, everyChannel, phoneContact } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { encrypted } from '../../store/encryptedFields.js';
import { searchKeys } from './searchKeys.js';
export const ROLES = ['resident', 'cadre', 'council', 'supervisor'];
const linkedName = ({ _id, linkedContacts }, [index = 0]) => `${_id}|${linkedContacts[index].id}`;
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    person: encrypted('residentPerson'),
    searchKeys: { type: [String], default: undefined },
    phoneId: String,
    building: String,
    language: String,
    role: { type: String, enum: ROLES, required: true },
    card: String,
    cardMade: { type: { by: String, at: Date }, _id: false },
    endedCards: { type: [String], default: undefined },
    erasedAddresses: { type: [String], default: undefined },
    erasureRequest: { type: { at: Date, key: String, from: String }, _id: false },
    erasureKey: String,
    linkedContacts: {
        type: [{ type: { id: String, channel: String, address: encrypted('residentLinkedContact', linkedName) }, _id: false }],
        required: true,
    },
    addedAt: { type: Date, required: true },
    erasedAt: Date,
}, { strict: 'throw', versionKey: false, collection: 'residents' });
// every turn looks for these, in any community: so there is one index for it, and none to choose
schema.index({ phoneId: 1 });
schema.index({ 'linkedContacts.id': 1 });
schema.index({ community: 1, phoneId: 1 });
schema.index({ community: 1, building: 1, phoneId: 1 });
schema.index({ community: 1, building: 1, _id: 1 });
schema.index({ community: 1, searchKeys: 1, _id: 1 });
schema.index({ community: 1, card: 1 }, { unique: true, partialFilterExpression: { card: { $exists: true } } });
schema.index({ community: 1, erasedAddresses: 1 }, { partialFilterExpression: { erasedAddresses: { $exists: true } } });
schema.index({ erasureRequest: 1 }, { partialFilterExpression: { erasureRequest: { $exists: true } } });
schema.index({ community: 1, addedAt: 1 });
schema.index({ community: 1, role: 1, _id: 1 });
export const Resident = model('Resident', schema);
/** What the roster says of a resident, decrypted; empty if the resident was deleted. */
export function personOf(vault, { _id, person }) {
    return person ? JSON.parse(vault.decrypt('residentPerson', _id, person)) : {};
}
/** The fields in which a resident's record keeps what the roster says of them: encrypted as JSON, and what finds them again. */
export function personFields(vault, { _id, community }, { rosterId, name, phone }) {
    return {
        person: vault.encrypt('residentPerson', _id, JSON.stringify({ rosterId, name, phone })),
        searchKeys: searchKeys(vault, community, { name, phone }),
        ...(phone !== undefined && { phoneId: addressHmac(vault, { community, ...phoneContact(phone) }) }),
    };
}
/** `_id` of the resident with this id on a community's roster; it stays the same after a deletion. */
export function residentId(vault, community, rosterId) {
    return vault.hmac('resident', community, rosterId);
}
/** The record of a person on the roster, as it is stored. */
export function residentRecord(vault, { rosterId, name, phone, linkedContacts = [], ...resident }) {
    const { _id, community } = resident;
    return {
        ...resident,
        ...personFields(vault, resident, { rosterId, name, phone }),
        linkedContacts: linkedContacts.map((contact) => newLinkedContact(vault, _id, { community, ...contact })),
    };
}
/** A phone or chat as a resident's record keeps it: its HMAC, by which it is found, and the address itself, encrypted. */
export function newLinkedContact(vault, resident, contact) {
    const id = addressHmac(vault, contact);
    return { id, channel: CHANNELS[contact.channel].keptAs, address: vault.encrypt('residentLinkedContact', `${resident}|${id}`, contact.address) };
}
/** Every phone and chat that a resident has, the roster's number first. */
export function contactsOf(vault, resident) {
    const { phone } = personOf(vault, resident);
    const linked = resident.linkedContacts
        .filter(({ id }) => id !== resident.phoneId)
        .map(({ id, channel, address }) => ({ channel, address: vault.decrypt('residentLinkedContact', `${resident._id}|${id}`, address) }));
    return phone === undefined ? linked : [phoneContact(phone), ...linked];
}
/**
 * Where a notice goes that everybody may read: there where they wrote. A resident's chat that takes nothing any more (WeChat: 48 hours after they
 * wrote) is followed by their phone.
 */
export function answerOf(vault, from, resident) {
    if (!resident || CHANNELS[from.channel].isPhone)
        return answerAt(from);
    const phone = contactsOf(vault, resident).find(({ channel }) => CHANNELS[channel].isPhone);
    return { ...answerAt(from), ...(phone && { next: everyChannel(phone) }) };
}
/** Every phone and chat that a resident has, by its `addressHmac`. */
export function contactIdsOf({ phoneId, linkedContacts }) {
    return [...new Set([...(phoneId === undefined ? [] : [phoneId]), ...linkedContacts.map(({ id }) => id)])];
}
/** The next residents of a community by their `_id`, after `after` and at most `limit`, including those who left. It reads the index alone. */
export async function rosterPage(community, after, limit) {
    const found = await collection(Resident)
        .find({ community, role: { $in: [...ROLES] }, _id: { $gt: after } }, { projection: { _id: 1 }, sort: { _id: 1 }, limit, hint: { community: 1, role: 1, _id: 1 } })
        .toArray();
    return found.map(({ _id }) => _id);
}
/** How many residents were put on a community's roster after one moment and before another, including those who have left since. */
export async function addedSince(community, after, before) {
    return forReaders(Resident).countDocuments({ community, addedAt: { $gt: after, $lt: before } });
}
/** Those of the residents (`_id`s) who asked to be deleted, both if it is done and if it waits for the seal. */
export async function leavingAmong(residents) {
    if (residents.length === 0)
        return new Set();
    const found = await collection(Resident)
        .find({ _id: { $in: [...new Set(residents)] }, $or: [{ erasureRequest: { $exists: true } }, { erasedAt: { $exists: true } }] }, { projection: { _id: 1 } })
        .toArray();
    return new Set(found.map(({ _id }) => _id));
}
/** Those of the residents (`_id`s) who are on a community's roster now. */
export async function onRosterAmong(community, residents) {
    const found = await collection(Resident)
        .find({ _id: { $in: [...residents] }, community, erasedAt: { $exists: false } }, { projection: { _id: 1 } })
        .toArray();
    return new Set(found.map(({ _id }) => _id));
}
/** How many residents are on a community's roster now. */
export function countResidents(community) {
    return collection(Resident).countDocuments({ community, erasedAt: { $exists: false } });
}
/** Residents who have an office on a community's roster. */
export function officesOnRoster(community) {
    return forReaders(Resident)
        .find({ community, role: { $in: ['cadre', 'council', 'supervisor'] }, erasedAt: { $exists: false } }, { projection: { role: 1, phoneId: 1 } })
        .toArray();
}
/** The buildings of a community as its roster writes them, `2栋` before `10栋`. */
export async function buildingsOf(community) {
    const found = await forReaders(Resident).distinct('building', { community });
    const buildings = found.filter((building) => typeof building === 'string' && building !== '');
    return buildings.toSorted(new Intl.Collator('zh', { numeric: true }).compare);
}
/** The ids on the roster of residents, by their `_id`s; residents who were deleted have none. */
export async function rosterIdsOf({ vault }, residents) {
    const found = await collection(Resident)
        .find({ _id: { $in: [...residents] } }, { projection: { person: 1 } })
        .toArray();
    return new Map(found.flatMap((resident) => {
        const { rosterId } = personOf(vault, resident);
        return rosterId === undefined ? [] : [[resident._id, rosterId]];
    }));
}
/** The names on a community's roster, of two characters at least, so that they can be masked. */
export async function namesOnRoster({ vault }, community) {
    const residents = collection(Resident).find({ community, person: { $exists: true } }, { projection: { person: 1 }, promoteBuffers: true });
    const names = new Set();
    for await (const resident of residents) {
        const { name } = personOf(vault, resident);
        if (name !== undefined && [...name].length >= 2)
            names.add(name);
    }
    return [...names];
}
/** A phone that the roster gives to one resident without an office, and to nobody else; undefined if there is none among the first thousand. */
export async function phoneOfOneAlone({ vault }, community) {
    const residents = await collection(Resident)
        .find({ community, phoneId: { $exists: true } }, { limit: 1_000 })
        .toArray();
    const alone = residents.filter(({ phoneId, role }) => role === 'resident' && residents.filter((other) => other.phoneId === phoneId).length === 1);
    const people = alone.map((resident) => personOf(vault, resident));
    const [first] = people.toSorted((one, other) => ((one.rosterId ?? '') < (other.rosterId ?? '') ? -1 : 1));
    return first?.phone;
}
