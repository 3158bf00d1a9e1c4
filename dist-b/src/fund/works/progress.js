import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { cleanText } from '../../store/text.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { MOST_PICTURES, movePictures, picturesOf, putPicture } from '../pictures/index.js';
import { isOwnWork } from './readWorks.js';
import { changeWork, findWork, workFor, workSubject } from './work.js';
/** In characters. */
export const LONGEST_NEWS = 500;
/** Pieces of news of a work. */
const MOST_NEWS = 1_000;
const number = { type: Number, required: true };
const schema = new Schema({
    _id: { type: new Schema({ cycle: { type: String, required: true }, number, news: number }, { _id: false }), required: true },
    community: { type: String, required: true },
    text: String,
    pictures: number,
    by: { type: String, required: true },
    at: { type: Date, required: true },
    key: String,
}, { strict: 'throw', versionKey: false, collection: 'workNews' });
schema.index({ '_id.cycle': 1, '_id.number': 1, '_id.news': 1 }, { unique: true });
schema.index({ key: 1 }, { unique: true, partialFilterExpression: { key: { $exists: true } } });
export const WorkNews = model('WorkNews', schema);
/**
 * Adds news to a work, in whatever state it is: a text, pictures (`makePicture`), or both. Everything is one transaction with the log's entry. `key`: what
 * comes twice under one counts once (a message's `act.key`, a form's). Rejects with `not-allowed`: an implementer may only for their own works.
 */
export async function addProgress(world, actor, { _id: { cycle, number } }, { text: written, pictures, at, key: given }) {
    const found = await findWork(cycle, number);
    if (!found)
        return { refused: 'noWork' };
    const { community } = found;
    const acting = checkRight(actor, 'addProgress', community);
    await isOwnWork(world)(found, actor);
    const text = cleanText(written);
    if (text === '' && pictures.length === 0)
        return { refused: 'empty' };
    if ([...text].length > LONGEST_NEWS)
        return { refused: 'tooLong' };
    if (pictures.length > MOST_PICTURES)
        return { refused: 'tooMany' };
    if (at > world.now())
        return { refused: 'time' };
    const key = given === undefined ? {} : { key: world.vault.hmac('act', given, 'progress') };
    return withLog(world)(community, async (session, write) => {
        const same = key.key === undefined ? null : await collection(WorkNews).findOne({ key: key.key }, { session, projection: { _id: 1 } });
        if (same)
            return { news: same._id.news, isNew: false };
        const work = await findWork(cycle, number, session);
        if (!work)
            return { refused: 'noWork' };
        if (work.news >= MOST_NEWS)
            return { refused: 'tooMany' };
        const news = work.news + 1;
        const _id = { cycle, number, news };
        const kept = [];
        for (const picture of pictures) {
            const put = await putPicture(world, { community, of: ofNews(_id), picture, by: actor.name }, session);
            if ('refused' in put)
                return put;
            if (put.isNew)
                kept.push(put.id);
        }
        const isNewest = kept.length > 0 && (work.picturedAt === undefined || work.picturedAt < at);
        if (!(await changeWork(work, { $set: { news, ...(isNewest && { picturedAt: at }) } }, session)))
            return { refused: 'changed' };
        await collection(WorkNews).insertOne({ _id, community, text, pictures: kept.length, by: actor.name, at, ...key }, { session });
        await write({ ...acting, subject: workSubject(work._id), detail: { after: { news, text, pictures: kept } } });
        return { news, isNew: true };
    });
}
/**
 * Removes a piece of news and its pictures, because it says or shows what it should not. The reason is public. The log's details still say what
 * the news said. Rejects with `not-allowed` (`checkRight`).
 */
export function dropNews(world) {
    return async ({ news, reason: written, ...on }) => {
        const found = await workFor(on, 'dropNews');
        if (!found)
            return { refused: 'noWork' };
        const { acting, community } = found;
        const reason = cleanText(written);
        if (reason === '')
            return { refused: 'noReason' };
        const { cycle, number } = on;
        return withLog(world)(community, async (session, write) => {
            const work = await findWork(cycle, number, session);
            const dropped = await collection(WorkNews).findOneAndDelete({ _id: { cycle, number, news } }, { session });
            if (!work || !dropped)
                return { refused: 'noNews' };
            await movePictures(community, ofNews(dropped._id), undefined, session);
            const [pictured] = await collection(WorkNews)
                .find({ '_id.cycle': cycle, '_id.number': number, pictures: { $gt: 0 } }, { session, sort: { at: -1 }, limit: 1 })
                .toArray();
            const isChanged = await changeWork(work, pictured ? { $set: { picturedAt: pictured.at } } : { $unset: { picturedAt: 1 } }, session);
            if (!isChanged)
                return { refused: 'changed' };
            await write({ ...acting, subject: workSubject(work._id), detail: { before: { news, pictures: dropped.pictures }, reason } });
            return { dropped: true };
        });
    };
}
/** The thing that the pictures of a piece of news belong to. */
function ofNews({ cycle, number, news }) {
    return { kind: 'work', id: `${cycle}/${number}/${news}` };
}
/** So many are read at a time. */
const EACH = 50;
/** The news of a work, the newest first, before a number of news; at most 50. */
export async function newsOfWork(cycle, number, before = Number.MAX_SAFE_INTEGER) {
    const found = await forReaders(WorkNews)
        .find({ '_id.cycle': cycle, '_id.number': number, '_id.news': { $lt: before } }, { sort: { '_id.news': -1 }, limit: EACH })
        .toArray();
    return Promise.all(found.map(async ({ _id, community, text, by, at, pictures }) => {
        return { news: _id.news, text, by, at, pictures: pictures > 0 ? await picturesOf(community, ofNews(_id)) : [] };
    }));
}
