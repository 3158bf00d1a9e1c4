import { model, Schema } from 'mongoose';
import { z } from 'zod';
import { phone as phoneIn } from '../../contacts/phone.js';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { numbered } from '../../store/databaseErrors.js';
import { encrypted } from '../../store/encryptedFields.js';
import { cleanText } from '../../store/text.js';
import { findCommunity } from '../communities/index.js';
import { withLog } from '../log/index.js';
import { checkRight, checkView } from '../people/index.js';
import { rolesOf, staffPhone } from '../staff/index.js';
/** What an implementer is: a firm, a social organisation, a single person with a trade, or residents who do it themselves. */
export const IMPLEMENTER_KINDS = ['company', 'organisation', 'trader', 'residents'];
const schema = new Schema({
    _id: {
        type: new Schema({ community: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }),
        required: true,
    },
    organisation: { type: String, required: true },
    kind: { type: String, enum: IMPLEMENTER_KINDS, required: true },
    registration: String,
    contact: { ...encrypted('implementerContact'), required: true },
    phone: { type: String, required: true },
    by: { type: String, required: true },
    at: { type: Date, required: true },
}, { strict: 'throw', versionKey: false, collection: 'implementers' });
schema.index({ '_id.community': 1, '_id.number': 1 }, { unique: true });
schema.index({ '_id.community': 1, phone: 1 });
export const Implementer = model('Implementer', schema);
const stored = z.strictObject({ person: z.string(), phone: z.string() });
export function encryptedContact(vault, _id, contact) {
    return vault.encrypt('implementerContact', nameOf(_id), JSON.stringify(contact));
}
export function contactOf(vault, { _id, contact }) {
    return stored.parse(JSON.parse(vault.decrypt('implementerContact', nameOf(_id), contact)));
}
function nameOf({ community, number }) {
    return `${community}|${number}`;
}
const LONGEST_NAME = 60;
const LONGEST_PERSON = 30;
/**
 * Adds somebody who may do works to a community's list; the same organisation with the same phone is there once. Rejects with `not-allowed`
 * (`checkRight`).
 */
export function addImplementer(world) {
    return async (community, given, actor) => {
        const acting = checkRight(actor, 'addImplementer', community);
        const [organisation, registration] = [given.organisation, given.registration].map(cleanText);
        const kind = IMPLEMENTER_KINDS.find((each) => each === given.kind);
        const contact = await contactGiven(community, given);
        if (!organisation || [...organisation].length > LONGEST_NAME)
            return { refused: 'organisation' };
        if (!kind)
            return { refused: 'kind' };
        if (!/^[0-9A-Za-z-]{0,30}$/.test(registration ?? ''))
            return { refused: 'registration' };
        if ('refused' in contact)
            return contact;
        const { person, phone } = contact;
        const hmac = staffPhone(world.vault, phone);
        return numbered(() => lastImplementer(community), (number) => withLog(world)(community, async (session, write) => {
            const same = await collection(Implementer).findOne({ '_id.community': community, phone: hmac, organisation }, { session, projection: { _id: 1 } });
            if (same)
                return { added: same._id.number };
            const _id = { community, number };
            const about = { organisation, kind, ...(registration && { registration }) };
            const encrypted = encryptedContact(world.vault, _id, contact);
            await collection(Implementer).insertOne({ _id, ...about, contact: encrypted, phone: hmac, by: actor.name, at: world.now() }, { session });
            await write({ ...acting, subject: `implementer/${number}`, detail: { after: { ...about, name: person, phone } } });
            return { added: number };
        }));
    };
}
async function contactGiven(community, given) {
    const person = cleanText(given.person);
    const phone = phoneIn(given.phone, (await findCommunity(community))?.phone);
    if (person === '' || [...person].length > LONGEST_PERSON)
        return { refused: 'person' };
    return phone ? { person, phone } : { refused: 'phone' };
}
/**
 * Changes who answers for an implementer, and their phone; the organisation that may have been chosen stays. Rejects with `not-allowed` (`checkRight`).
 */
export function changeImplementer(world) {
    return async (community, { number, ...given }, actor) => {
        const acting = checkRight(actor, 'changeImplementer', community);
        const contact = await contactGiven(community, given);
        if ('refused' in contact)
            return contact;
        return withLog(world)(community, async (session, write) => {
            const record = await findImplementer(community, number, session);
            if (!record)
                return { refused: 'noImplementer' };
            const { _id } = record;
            const before = contactOf(world.vault, record);
            if (before.person === contact.person && before.phone === contact.phone)
                return { changed: number };
            const set = { contact: encryptedContact(world.vault, _id, contact), phone: staffPhone(world.vault, contact.phone) };
            await collection(Implementer).updateOne({ _id }, { $set: set }, { session });
            const told = ({ person: name, phone }) => ({ name, phone });
            await write({ ...acting, subject: `implementer/${number}`, detail: { before: told(before), after: told(contact) } });
            return { changed: number };
        });
    };
}
async function lastImplementer(community) {
    const last = await collection(Implementer).findOne({ '_id.community': community }, { sort: { '_id.number': -1 }, projection: { _id: 1 } });
    return last?._id.number;
}
/** So many a community has at most on a page. */
const MOST = 500;
/** The organisations that may do works of a community, the newest first, at most 500. Rejects with `not-allowed` (`checkView`). */
export function readImplementers({ vault }) {
    return async (community, actor) => {
        checkView(actor, 'implementers', community);
        const found = await forReaders(Implementer)
            .find({ '_id.community': community }, { sort: { '_id.number': -1 }, limit: MOST, promoteBuffers: true })
            .toArray();
        return found.map((record) => {
            const { _id, organisation, kind, registration } = record;
            return { number: _id.number, organisation, kind, ...(registration && { registration }), ...contactOf(vault, record) };
        });
    };
}
/** The organisations of implementers, by their numbers. The name of a chosen implementer is public. */
export async function organisationsOf(community, numbers) {
    const found = await forReaders(Implementer)
        .find({ '_id.community': community, '_id.number': { $in: [...numbers] } }, { projection: { organisation: 1 } })
        .toArray();
    return new Map(found.map(({ _id, organisation }) => [_id.number, organisation]));
}
export function findImplementer(community, number, session) {
    return collection(Implementer).findOne({ _id: { community, number } }, { promoteBuffers: true, ...(session && { session }) });
}
/** Whether an implementer has the phone of somebody who decides here: nobody may choose, accept or pay themselves. */
export async function decidesHere(world, community, number) {
    const roles = await rolesHere(world, community, number);
    return roles.includes('cadre') || roles.includes('supervisor');
}
/** Whether an implementer is one of the staff here as well, so that they sign in, and tell news from their own phone. */
export async function isStaffHere(world, community, number) {
    return (await rolesHere(world, community, number)).includes('implementer');
}
async function rolesHere(world, community, number) {
    const implementer = await findImplementer(community, number);
    const roles = implementer ? await rolesOf(world, implementer.phone) : [];
    return roles.filter((role) => role.community === community).map(({ role }) => role);
}
