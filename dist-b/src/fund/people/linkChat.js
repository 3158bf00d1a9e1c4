import { Address } from '../../contacts/addressBook.js';
import { CHANNELS } from '../../contacts/channel.js';
import { addressHmac, phoneContact } from '../../contacts/contact.js';
import { phone } from '../../contacts/phone.js';
import { collection } from '../../store/collection.js';
import { DAY_MS } from '../../store/wallTime.js';
import { findCommunity } from '../communities/index.js';
import { codeHmac, PhoneCode, placeCode, sixDigits, tryCode } from './phoneCode.js';
import { newLinkedContact, personOf, Resident } from './resident.js';
/** Codes that one chat may ask for in a day, for any phones: so nobody can try out who is on the roster, or have many people texted. */
const A_CHAT = 5;
/**
 * Sends six digits by SMS to a phone that a person in a chat says is theirs, if it is on the roster or of the staff. The answer does not tell whether it is:
 * an unknown number is answered and counted in the same way, and gets nothing.
 */
export function sendCode({ vault }, notify, staff) {
    return async (input, act) => {
        const { community, at } = act;
        const home = await findCommunity(community);
        const number = phone(input.phone, home?.phone);
        if (!home || !number)
            return { refused: 'noPhone' };
        const key = vault.hmac('act', act.key, 'sendCode');
        const to = { community, ...phoneContact(number) };
        const digits = sixDigits(vault.hmac('sixDigits', act.key));
        const chat = addressHmac(vault, act);
        const today = await collection(PhoneCode)
            .find({ community, chat, at: { $gt: new Date(at.getTime() - DAY_MS) } }, { projection: { key: 1 } })
            .toArray();
        if (!today.some((code) => code.key === key)) {
            if (today.length >= A_CHAT)
                return { refused: 'enoughHere' };
            act.beginWrite();
            const code = { community, phone: addressHmac(vault, to), chat, digits: codeHmac(vault, { ...to, digits }), key, at, wrong: [] };
            if (!(await placeCode(code, 'chat')))
                return { refused: 'enough' };
        }
        const [holder] = await collection(Resident)
            .find({ phoneId: addressHmac(vault, to), erasedAt: { $exists: false } }, { projection: { language: 1 } })
            .limit(1)
            .toArray();
        if (holder || (await staff.isKnown(community, number)))
            await notify({
                ...to,
                occasion: `phoneCode|${act.key}`,
                ...(holder && { resident: holder._id }),
                language: holder?.language ?? home.language,
                kind: 'code',
                said: { key: 'notice.code', params: { digits, community: home.name } },
            });
        return { phone: number };
    };
}
/**
 * Checks six digits that are repeated in the chat that asked for them. If they are right, the chat belongs from then on to the person who holds the
 * phone, or is tied to the member of the staff whose phone it is.
 */
export function checkCode({ vault }, staff) {
    return async ({ phone, digits }, act) => {
        const { community } = act;
        const to = { community, ...phoneContact(phone) };
        const sent = { community, chat: addressHmac(vault, act), phone: addressHmac(vault, to) };
        const tried = await tryCode({ vault }, sent, { phone, digits }, act);
        if (!('right' in tried))
            return tried;
        const [holder, another] = await collection(Resident)
            .find({ phoneId: sent.phone, erasedAt: { $exists: false } }, { projection: { person: 1 } })
            .limit(2)
            .toArray();
        if (!holder)
            return (await staff.link(phone, act)) ? { staff: true } : { refused: 'late' }; // the number has left the roster since
        if (await collection(Address).findOne({ _id: sent.phone, needsCard: { $exists: true } }, { projection: { _id: 1 } }))
            return { refused: 'needsCard' };
        if (another)
            return { refused: 'shared' };
        const linked = await linkContact(vault, holder._id, act);
        const { name } = personOf(vault, holder);
        return { resident: holder._id, ...(name && { name }), linked };
    };
}
/** Links the phone or chat of an act to a resident. A resident has one chat: if another one is linked, nothing changes and it gives false. */
export async function linkContact(vault, resident, act) {
    const linkedContact = newLinkedContact(vault, resident, act);
    const whose = { _id: resident, erasedAt: { $exists: false } };
    const { id, channel } = linkedContact;
    const isOnly = CHANNELS[channel].isPhone ? { 'linkedContacts.id': { $ne: id } } : { 'linkedContacts.channel': { $ne: channel } };
    const { matchedCount } = await collection(Resident).updateOne({ ...whose, ...isOnly }, { $push: { linkedContacts: linkedContact } });
    return matchedCount === 1 || (await collection(Resident).findOne({ ...whose, 'linkedContacts.id': id }, { projection: { _id: 1 } })) !== null;
}
/** Makes this chat the resident's from now on; the chat before it no longer is. */
export function moveChat({ vault }) {
    return async ({ resident }, act) => {
        act.beginWrite();
        const chat = newLinkedContact(vault, resident, act);
        const others = { $filter: { input: '$linkedContacts', cond: { $ne: ['$$this.channel', chat.channel] } } };
        const linkedContacts = { $concatArrays: [others, [chat]] };
        await collection(Resident).updateOne({ _id: resident, erasedAt: { $exists: false } }, [{ $set: { linkedContacts } }]);
        return { moved: true };
    };
}
/** Ends every link of a phone or chat (`addressHmac`) to a resident: it belongs to nobody by a link any more. */
export async function unlinkContact(id) {
    await collection(Resident).updateMany({ 'linkedContacts.id': id }, { $pull: { linkedContacts: { id } } });
}
