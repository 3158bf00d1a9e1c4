import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { cleanText } from '../../store/text.js';
import { withLog } from '../log/index.js';
import { checkRight, maySee } from '../people/index.js';
import { isOf, LONGEST_CAPTION, nameOf, PICTURE_KINDS, Picture, } from './picture.js';
/** A thing has at most so many. */
export const MOST = 12;
/** Keeps a picture of a thing; the same one twice is kept once. Rejects with `not-allowed` (`checkRight`). */
export function keepPicture(world) {
    return async ({ community, of, picture, caption: written = '', actor, isOpen }) => {
        const acting = checkRight(actor, PICTURE_KINDS[of.kind].act, community);
        const caption = cleanText(written);
        if ([...caption].length > LONGEST_CAPTION)
            return { refused: 'tooLong' };
        return withLog(world)(community, async (session, write) => {
            if (isOpen && !(await isOpen(session)))
                return { refused: 'over' };
            const put = await putPicture(world, { community, of, picture, caption, by: actor.name }, session);
            if ('refused' in put || !put.isNew)
                return 'refused' in put ? put : { kept: put.id };
            const detail = { after: { picture: put.id, original: picture.original, ...(caption && { caption }) } };
            await write({ ...acting, subject: subjectOf(of), detail });
            return { kept: put.id };
        });
    };
}
/** Keeps a picture of a thing in another act's transaction, which has checked the right and writes the log; the same one twice is kept once. */
export async function putPicture(world, { community, of, picture, caption, by }, session) {
    const { large, medium, small, width, height, original } = picture;
    const _id = world.vault.hmac('picture', community, of.kind, of.id, original);
    if (await collection(Picture).findOne({ _id }, { session, projection: { _id: 1 } }))
        return { id: _id, isNew: false };
    if ((await collection(Picture).countDocuments(isOf(community, of), { session })) >= MOST)
        return { refused: 'tooMany' };
    await collection(Picture).insertOne({
        ...{ _id, community, of: { kind: of.kind, id: of.id }, at: world.now(), by, ...(caption && { caption }) },
        ...{ width, height, original },
        large: world.vault.encrypt('picture', nameOf(_id, 'large'), large),
        medium: world.vault.encrypt('picture', nameOf(_id, 'medium'), medium),
        small: world.vault.encrypt('picture', nameOf(_id, 'small'), small),
    }, { session });
    return { id: _id, isNew: true };
}
/** Takes a picture away, for good, with a reason: it shows what it should not. Rejects with `not-allowed` (`checkRight`). */
export function dropPicture(world) {
    return async ({ community, of, id, reason, actor }) => {
        checkRight(actor, PICTURE_KINDS[of.kind].act, community);
        const acting = checkRight(actor, 'dropPicture', community);
        return withLog(world)(community, async (session, write) => {
            const { deletedCount } = await collection(Picture).deleteOne({ _id: id, ...isOf(community, of) }, { session });
            if (deletedCount === 0)
                return { refused: 'noPicture' };
            await write({ ...acting, subject: subjectOf(of), detail: { before: { picture: id }, reason: cleanText(reason) } });
            return { dropped: true };
        });
    };
}
/** Makes the pictures of a thing those of another of the same kind, or deletes them, in the session of the act that moves it. */
export async function movePictures(community, from, to, session) {
    const which = isOf(community, from);
    if (to)
        await collection(Picture).updateMany(which, { $set: { 'of.id': to.id } }, { session });
    else
        await collection(Picture).deleteMany(which, { session });
}
function subjectOf({ kind, id }) {
    return `${kind}/${id}`;
}
const ABOUT = { at: 1, by: 1, caption: 1, width: 1, height: 1 };
/** The pictures of a thing, the oldest first, without their bytes. The caller has to have read the thing. */
export async function picturesOf(community, of) {
    const found = await forReaders(Picture)
        .find(isOf(community, of), { sort: { at: 1 }, projection: ABOUT })
        .toArray();
    return found.map(kept);
}
function kept({ _id, at, by, caption, width, height }) {
    return { id: _id, at, by, width, height, ...(caption !== undefined && { caption }) };
}
/** The pictures of several things of a kind, without their bytes, each with the id of its thing. */
export async function picturesAmong(community, kind, ids) {
    if (ids.length === 0)
        return [];
    const found = await forReaders(Picture)
        .find({ community, 'of.kind': kind, 'of.id': { $in: [...ids] } }, { projection: { ...ABOUT, of: 1 } })
        .toArray();
    return found.map((record) => ({ of: record.of.id, picture: kept(record) }));
}
/**
 * A picture's bytes (JPEG); null if the community has none by this id, or who reads may not see it. `reader`: as whom somebody reads what belongs to a
 * view; without it, it is anybody.
 */
export function readPicture(world) {
    return async (community, id, size, reader) => {
        const read = (which) => forReaders(Picture).findOne({ _id: id, community }, { projection: { of: 1, [which]: 1 }, promoteBuffers: true });
        const found = await read(size);
        if (!found)
            return null;
        const { view, isPublic } = PICTURE_KINDS[found.of.kind];
        const isSeen = reader ? maySee(reader(view), view, community) : isPublic;
        if (!isSeen)
            return null;
        const bytes = found[size];
        if (bytes)
            return world.vault.decryptBytes('picture', nameOf(id, size), bytes);
        const { large } = (await read('large')) ?? {};
        return large ? world.vault.decryptBytes('picture', nameOf(id, 'large'), large) : null;
    };
}
