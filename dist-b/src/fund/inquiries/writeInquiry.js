import { CHANNELS } from '../../contacts/channel.js';
import { addressHmac, phoneContact } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { cleanText } from '../../store/text.js';
import { HOUR_MS } from '../../store/wallTime.js';
import { findCommunity } from '../communities/index.js';
import { holdersOf, personOf } from '../people/index.js';
import { encryptedAnswer, encryptedInquiry, findInquiry, Inquiry, inquiryText, insertInquiry, } from './inquiry.js';
import { awaitRecording } from './recording.js';
/** The longest text that is kept, in characters: more than a message can carry. */
const MAX = 2_000;
/**
 * Puts an inquiry into a community's inbox and gives its number there. If a resident asks to be called, the community's person is notified as well,
 * of who it is and what it is about, once an hour: to ask again meanwhile gives the same number, and adds to the text. `recording`: the inquiry was
 * spoken, and this is the carrier's id of the recording.
 */
export function writeInquiry(world, notify) {
    return async ({ kind, text, recording }, act) => {
        const { community, channel, address, resident, at } = act;
        const isTold = kind === 'call' && !CHANNELS[channel].isSpoken; // a caller is connected at once: see afterDial
        const key = world.vault.hmac('act', act.key, 'writeInquiry');
        const before = (await collection(Inquiry).findOne({ key })) ?? (kind === 'call' ? await openCall(world, act) : null);
        if (before) {
            if (isTold && before.key === key)
                await notifyPerson(world, notify, act, before);
            if (before.key !== key && text !== '')
                await addText(world, act, before, text);
            return { number: before._id.number };
        }
        act.beginWrite();
        const spoken = recording && { recording: await awaitRecording(world, recording, act), state: 'beingWrittenDown' };
        const inquiry = {
            kind,
            text: cut(text),
            ...(spoken && { spoken }),
            channel,
            address,
            ...(resident && { resident }),
            at,
            key,
        };
        const inserted = await insertInquiry(world, community, inquiry);
        const written = isTold && (await findInquiry(community, inserted));
        if (written)
            await notifyPerson(world, notify, act, written);
        return { number: inserted };
    };
}
/** A call is asked for again before anybody has called: what was written meanwhile goes to the same inquiry. */
async function addText({ vault }, act, inquiry, text) {
    const before = inquiryText(vault, inquiry);
    if (before.includes(cut(text)))
        return;
    act.beginWrite();
    const all = cut([before, text].filter((part) => part !== '').join(' / '));
    await change(inquiry, { text: encryptedInquiry(vault, inquiry._id, all) });
}
/** As much of a text as is kept. */
function cut(text) {
    return [...cleanText(text)].slice(0, MAX).join('');
}
/** Each function is harmless to repeat. Without a message, nothing is done if the request is no longer there. */
export function afterDial(world, notify) {
    return {
        talked: async (caller) => {
            const inquiry = await openCall(world, caller);
            if (inquiry)
                await change(inquiry, { answer: { text: encryptedAnswer(world.vault, inquiry._id, ''), by: 'phone', at: world.now() } });
        },
        nobody: async (caller) => {
            const inquiry = await openCall(world, caller);
            if (inquiry)
                await notifyPerson(world, notify, caller, inquiry);
        },
        message: async (caller, carrierId) => {
            const recording = await awaitRecording(world, carrierId, caller);
            if (await collection(Inquiry).findOne({ 'spoken.recording': recording }, { projection: { _id: 1 } }))
                return;
            const spoken = { recording, state: 'beingWrittenDown' };
            const inquiry = await openCall(world, caller);
            if (inquiry && (await change(inquiry, { spoken }, { spoken: { $exists: false } })))
                return;
            const { community, channel, address, at } = caller;
            const key = world.vault.hmac('act', carrierId, 'message');
            const resident = inquiry?.resident && { resident: inquiry.resident };
            const number = await insertInquiry(world, community, { kind: 'call', text: '', spoken, channel, address, ...resident, at, key });
            const written = !inquiry && (await findInquiry(community, number));
            if (written)
                await notifyPerson(world, notify, caller, written);
        },
    };
}
/** Changes an inquiry; gives false if it has been answered meanwhile. */
async function change({ _id }, to, where = {}) {
    return (await collection(Inquiry).updateOne({ _id, answer: { $exists: false }, ...where }, { $set: to })).matchedCount === 1;
}
/** The first call that was asked for from here in the last hour, if nobody has called yet: the person was notified of this one. */
function openCall({ vault }, caller) {
    const { channel, at } = caller;
    const since = new Date(at.getTime() - HOUR_MS);
    const open = { from: addressHmac(vault, caller), channel, kind: 'call', at: { $gt: since }, answer: { $exists: false } };
    return collection(Inquiry).findOne(open, { sort: { '_id.number': 1 } });
}
/** Notifies the community's person of whom to call. A phone can be called back; a resident who asks in a chat is answered from the inbox. */
async function notifyPerson(world, notify, { community: slug, channel, address }, inquiry) {
    if (!CHANNELS[channel].isPhone)
        return;
    const community = await findCommunity(slug);
    if (!community)
        return;
    const { number } = inquiry._id;
    const words = endOf(inquiryText(world.vault, inquiry));
    const name = await nameOf(world, { community: slug, channel, address });
    const key = words ? 'notice.callWantedAbout' : name ? 'notice.callWantedBy' : 'notice.callWanted';
    await notify({
        occasion: `call|${slug}|${number}`,
        community: slug,
        ...phoneContact(community.person.phone),
        language: community.language,
        kind: 'answer',
        askedAt: inquiry.at,
        said: { key, params: { number, phone: address, ...((name || words) && { name }), ...(words && { words }) } },
    });
}
/** The name of the one resident who holds a phone or chat; empty if nobody or several do. */
async function nameOf(world, contact) {
    const { holders } = await holdersOf(world)(contact);
    const [holder, another] = holders;
    return (holder?.person && !another && personOf(world.vault, { _id: holder.resident, person: holder.person }).name) || '';
}
/** The end of what was written: what was written last says most, and the inbox has all of it. */
function endOf(words) {
    const characters = [...words];
    return characters.length <= SHOWN ? words : `…${characters.slice(1 - SHOWN).join('')}`;
}
const SHOWN = 40;
