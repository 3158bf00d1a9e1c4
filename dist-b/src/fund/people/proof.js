import { model, Schema } from 'mongoose';
import { CHANNELS } from '../../contacts/channel.js';
import { contactText, phoneContact } from '../../contacts/contact.js';
import { canReceiveSms } from '../../contacts/phone.js';
import { collection } from '../../store/collection.js';
import { isSame } from '../../store/crypto.js';
import { DAY_MS, dayOf } from '../../store/wallTime.js';
import { communityBySlug } from '../communities/index.js';
import { WrongCards } from './cardLocks.js';
import { holdersOf } from './holders.js';
import { ForeignDay } from './mayAnswer.js';
import { PhoneCode, sixDigits, twelveDigits } from './phoneCode.js';
/** Wrong tries of six digits, and texts to a number, in a calendar day, however often digits are asked for again. */
const A_DAY = 3;
const TWELVE = 12;
/**
 * Asks for six digits that only the person who really has the phone or chat can see: in the reply; on a call, by text, because a caller's number is
 * only a claim. The digits are made from the turn's key and kept nowhere. Texts go only to numbers on the roster, at most three a day for each thing.
 * A forged sender can use up the day's tries: then twelve digits, which cannot be guessed by any number of tries, are shown to the person who really
 * has the phone.
 */
export function askDigits(world, notify) {
    const { vault } = world;
    const holders = holdersOf(world);
    const bySlug = communityBySlug(world);
    return async ({ of }, act) => {
        const home = await bySlug(act.community);
        const _id = dayId(world, of, act, home?.timezone);
        const isOver = (await wrongToday(_id)) >= A_DAY;
        const proof = act.key;
        if (CHANNELS[act.channel].isAnswerPrivate || act.isPlaced)
            return { digits: isOver ? twelveOf(world, of, proof) : sixOf(world, of, proof), proof };
        if (isOver)
            return { refused: 'over' };
        const [holder] = (await holders(act)).holders;
        if (!holder)
            return { refused: 'stranger' };
        if (canReceiveSms(act) === 'no')
            return { refused: 'noText' };
        act.beginWrite();
        const key = vault.hmac('act', act.key, 'askDigits');
        if (!(await counted(_id, 'texted', key, act.at)).includes(key))
            return { refused: 'texted' };
        await notify({
            occasion: `digits|${act.key}`,
            community: act.community,
            ...phoneContact(act.address),
            resident: holder.resident,
            language: holder.language ?? home?.language ?? 'zh-CN',
            kind: 'code',
            said: { key: `notice.digits.${of}`, params: { digits: sixOf(world, of, proof) } },
        });
        return { texted: true, proof };
    };
}
/**
 * Checks digits that are repeated. After three wrong tries in a calendar day, six digits are never right any more on that day, no matter what was
 * asked for meanwhile.
 */
export function checkDigits(world) {
    const bySlug = communityBySlug(world);
    return async ({ of, proof, digits }, act) => {
        if (digits.length === TWELVE)
            return isSame(digits, twelveOf(world, of, proof)) ? { right: true } : { refused: 'wrong' };
        const _id = dayId(world, of, act, (await bySlug(act.community))?.timezone);
        if (isSame(digits, sixOf(world, of, proof)))
            return (await wrongToday(_id)) < A_DAY ? { right: true } : { refused: 'over' };
        act.beginWrite();
        const wrong = await counted(_id, 'wrong', world.vault.hmac('act', act.key, 'checkDigits'), act.at);
        return wrong.length < A_DAY ? { refused: 'wrong', triesLeft: A_DAY - wrong.length } : { refused: 'over' };
    };
}
function sixOf({ vault }, of, proof) {
    return sixDigits(vault.hmac('proofDigits', of, proof));
}
function twelveOf({ vault }, of, proof) {
    return twelveDigits(vault.hmac('proofDigits', of, proof, 'twelve'));
}
function dayId({ vault }, of, act, timezone = 'Asia/Shanghai') {
    return vault.hmac('proofDay', act.community, contactText(act), of, dayOf(act.at, timezone));
}
async function wrongToday(_id) {
    return (await collection(ProofDay).findOne({ _id }, { projection: { wrong: 1 } }))?.wrong?.length ?? 0;
}
/** Counts an act once, as long as there is room; gives the acts that count. */
async function counted(_id, what, key, at) {
    const before = { $ifNull: [`$${what}`, []] };
    const stays = { $or: [{ $in: [key, before] }, { $gte: [{ $size: before }, A_DAY] }] };
    const day = await collection(ProofDay).findOneAndUpdate({ _id }, [{ $set: { at, [what]: { $cond: [stays, before, { $concatArrays: [before, [key]] }] } } }], { upsert: true, returnDocument: 'after' });
    return day?.[what] ?? [];
}
const schema = new Schema({
    _id: { type: String, required: true },
    wrong: { type: [String], default: undefined },
    texted: { type: [String], default: undefined },
    at: { type: Date, required: true },
}, { strict: 'throw', versionKey: false, collection: 'proofdays' });
schema.index({ at: 1 });
export const ProofDay = model('ProofDay', schema);
/** Deletes codes, and counts of tries and of answers, that no longer count for any day. */
export async function forgetCodes(now) {
    const daysAgo = (days) => ({ at: { $lte: new Date(now.getTime() - days * DAY_MS) } });
    await collection(PhoneCode).deleteMany(daysAgo(1));
    await collection(WrongCards).deleteMany(daysAgo(1));
    await collection(ProofDay).deleteMany(daysAgo(2));
    await collection(ForeignDay).deleteMany(daysAgo(2));
}
