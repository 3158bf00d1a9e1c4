import { model, Schema } from 'mongoose';
import { CHANNELS } from '../../contacts/channel.js';
import { addressHmac } from '../../contacts/contact.js';
import { CodedError } from '../../store/codedError.js';
import { collection } from '../../store/collection.js';
import { encrypted } from '../../store/encryptedFields.js';
import { DAY_MS, HOUR_MS } from '../../store/wallTime.js';
import { actingCadre, holdersOf, personOf } from '../people/index.js';
import { actorsAt, actorsInChat } from '../staff/index.js';
import { addProgress, LONGEST_NEWS } from './progress.js';
import { workHere } from './workHere.js';
/** Pictures that follow within this time belong to what was told before. */
const FOLLOWS_MS = HOUR_MS;
const MOST_PICTURES = 10;
/**
 * Service: takes news of a work from a cadre's or implementer's own phone or chat. A text alone is public at once; with pictures once these were fetched
 * (`fetchSentPictures`). Without a number it belongs to what the same phone or chat told last.
 */
export function tellProgress(world) {
    const actorOf = progressActor(world);
    const find = workHere(world);
    return async ({ number: given, text, pictures: all }, act) => {
        const pictures = all.slice(0, MOST_PICTURES);
        const actor = await actorOf(act);
        if (!actor)
            return { notStaff: true };
        const from = addressHmac(world.vault, act);
        const number = given ?? (await lastTold(from, act.at))?.work.number;
        if (number === undefined)
            return { alone: true };
        const work = await find(number, act);
        if (!work)
            return { unknown: number };
        if ([...text].length > LONGEST_NEWS)
            return { tooLong: LONGEST_NEWS };
        act.beginWrite();
        if (pictures.length > 0)
            await keep(act, from, work, { text, pictures });
        else {
            const added = await added_(actor, act, work, text);
            if (added)
                return added;
            await keep(act, from, work);
        }
        return { noted: work.item, text, pictures: pictures.length };
    };
    /** Adds a text; gives the reason if it is refused. */
    async function added_(actor, act, { cycle, item }, text) {
        try {
            const outcome = await addProgress(world, actor, { _id: { cycle, number: item.number } }, { text, pictures: [], at: act.at, key: act.key });
            return 'refused' in outcome ? { unknown: item.number } : undefined;
        }
        catch (error) {
            if (error instanceof CodedError && error.code === 'not-allowed')
                return { notYours: item };
            throw error;
        }
    }
    async function keep(act, from, { cycle, item }, sent) {
        const { community, at, channel, address, key, language } = act;
        const _id = world.vault.hmac('act', key, 'sentProgress');
        const waits = sent && { sent: encryptedSent(world.vault, _id, { channel, address, key, language, title: item.label, ...sent }), dueAt: at };
        const record = {
            ...{ community, work: { cycle, number: item.number }, from, at, state: sent ? 'waiting' : 'done', attempts: 0 },
            ...waits,
        };
        await collection(SentProgress).updateOne({ _id }, { $setOnInsert: record }, { upsert: true });
    }
}
function lastTold(from, at) {
    return collection(SentProgress).findOne({ from, at: { $gt: new Date(at.getTime() - FOLLOWS_MS) } }, { sort: { at: -1 } });
}
/** The cadre or implementer whose phone or chat this is, as the roster and the staff have it now; null if it is nobody's. */
export function progressActor(world) {
    const cadreOf = actingCadre(world);
    const phoneOf = phoneAt(world);
    return async (from) => {
        const cadre = await cadreOf(from);
        if (cadre)
            return cadre;
        const phone = await phoneOf(from);
        const actors = phone === undefined ? [] : await actorsAt(world, from.community, phone);
        if (!CHANNELS[from.channel].isPhone)
            actors.push(...(await actorsInChat(world, from)));
        return actors.find(({ role }) => role === 'cadre') ?? actors.find(({ role }) => role === 'implementer') ?? null;
    };
}
/** The sender's phone: the one that wrote, or that of the only resident whose chat it is. */
function phoneAt(world) {
    const holders = holdersOf(world);
    return async (from) => {
        if (CHANNELS[from.channel].isPhone)
            return from.address;
        const [holder, another] = (await holders(from)).holders;
        return holder && !another ? personOf(world.vault, { _id: holder.resident, person: holder.person }).phone : undefined;
    };
}
/** Forgets what came by message and was done a day ago. */
export async function forgetSentProgress(now) {
    await collection(SentProgress).deleteMany({ state: 'done', at: { $lt: new Date(now.getTime() - DAY_MS) } });
}
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    work: { type: { cycle: { type: String, required: true }, number: { type: Number, required: true } }, required: true, _id: false },
    from: { type: String, required: true },
    at: { type: Date, required: true },
    state: { type: String, enum: ['waiting', 'done'], required: true },
    sent: encrypted('sentProgress'),
    dueAt: Date,
    attempts: { type: Number, required: true },
}, { strict: 'throw', versionKey: false, collection: 'sentProgress' });
schema.index({ from: 1, at: -1 });
schema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
schema.index({ at: 1 });
export const SentProgress = model('SentProgress', schema);
function encryptedSent(vault, _id, sent) {
    return vault.encrypt('sentProgress', _id, JSON.stringify(sent));
}
/** It needs no check of its form, because we encrypted it. */
export function sentIn(vault, { _id, sent }) {
    return sent && JSON.parse(vault.decrypt('sentProgress', _id, sent));
}
