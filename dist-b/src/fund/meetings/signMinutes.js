import { collection } from '../../store/collection.js';
import { cleanText } from '../../store/text.js';
import { findCommunity } from '../communities/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { decideProposals, examinedSince, unlessChanged } from '../proposals/index.js';
import { staffRole } from '../staff/index.js';
import { wasThere } from './holdMeeting.js';
import { addendumText, attendanceOf, encryptedAddendum, LONGEST_ADDENDUM, Meeting, meetingSubject, problemOf, signedHash, } from './meeting.js';
/**
 * Signs the minutes. With the second person's signature they are final: what was decided moves the proposals on, and each author of one that was
 * recommended or refused is notified. `seen`: the revision that was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function signMinutes(world, notify) {
    return async ({ cycle, number, seen, actor }) => {
        const _id = { cycle, number };
        const meeting = await collection(Meeting).findOne({ _id }, { promoteBuffers: true });
        if (!meeting)
            return { refused: 'noMeeting' };
        const { community } = meeting;
        const acting = checkRight(actor, 'signMinutes', community);
        const own = await staffRole(world, actor.id);
        const attendance = attendanceOf(meeting, (await findCommunity(community))?.council);
        const refused = own ? signProblem(world, meeting, actor, own.phone, attendance) : 'notThere';
        if (refused || !own)
            return { refused: refused ?? 'notThere' };
        if (meeting.revision !== seen)
            return { refused: 'changed' };
        const signature = { phone: own.phone, name: actor.name, role: actor.role, at: world.now() };
        const signatures = [...meeting.signatures, signature];
        const isFinal = signatures.length === 2;
        const hash = signedHash(world.vault, meeting);
        return unlessChanged(withLog(world)(community, async (session, write) => {
            const decided = meeting.items.flatMap(({ proposal, decision }) => (decision ? [proposal] : []));
            const [first] = meeting.signatures;
            const numbers = first ? await examinedSince({ cycle, numbers: decided, since: first.at }, session) : [];
            if (numbers.length > 0)
                return { refused: 'examined', numbers };
            const which = { _id, revision: seen, final: { $exists: false }, signatures: { $size: meeting.signatures.length } };
            const { quorum, majority } = attendance;
            const rules = isFinal && { quorum, majority };
            const set = { signatures, ...(isFinal && { final: { at: signature.at, hash, ...rules } }) };
            const { matchedCount } = await collection(Meeting).updateOne(which, { $set: set }, { session });
            if (matchedCount === 0)
                return { refused: 'changed' };
            await write({ ...acting, subject: meetingSubject(_id), detail: { after: { isFinal, hash, ...rules } } });
            if (isFinal)
                await decideProposals(world, notify, { cycle, meeting: number, by: actor.name, at: signature.at }, meeting.items, session);
            return { signed: true, isFinal };
        }));
    };
}
/** Why somebody cannot sign the minutes as they stand; undefined if they can. */
function signProblem(world, meeting, actor, phone, attendance) {
    const { signatures, final, items, at } = meeting;
    if (final)
        return 'final';
    if (at > world.now())
        return 'early';
    if (signatures.some((signature) => signature.phone === phone))
        return 'twice';
    if (actor.role === 'council' && !wasThere(meeting, actor))
        return 'notThere';
    if (signatures.length > 0 && [...signatures, actor].every(({ role }) => role === 'cadre'))
        return 'needsCouncil';
    if (items.some((item) => problemOf(item, attendance)))
        return 'rules';
    return attendance.isQuorate && items.some(({ decision }) => !decision) ? 'undecided' : undefined;
}
const MOST_ADDENDA = 20;
/** Adds to final minutes what has to be mended, once; what was signed stays as it is. Rejects with `not-allowed` (`checkRight`). */
export function addAddendum(world) {
    return async ({ cycle, number, text: written, actor }) => {
        const _id = { cycle, number };
        const meeting = await collection(Meeting).findOne({ _id });
        if (!meeting)
            return { refused: 'noMeeting' };
        const acting = checkRight(actor, 'addAddendum', meeting.community);
        if (actor.role === 'council' && !wasThere(meeting, actor))
            return { refused: 'notThere' };
        if (!meeting.final)
            return { refused: 'notFinal' };
        const text = cleanText(written);
        if (text === '' || [...text].length > LONGEST_ADDENDUM)
            return { refused: 'text' };
        return withLog(world)(meeting.community, async (session, write) => {
            const now = await collection(Meeting).findOne({ _id }, { session, projection: { addenda: 1 }, promoteBuffers: true });
            const index = now?.addenda.length ?? 0;
            const last = now?.addenda.at(-1);
            if (last?.by === actor.name && addendumText(world.vault, _id, index - 1, last.text) === text)
                return { added: true };
            if (index >= MOST_ADDENDA)
                return { refused: 'tooMany' };
            const addendum = { text: encryptedAddendum(world.vault, _id, index, text), by: actor.name, role: actor.role, at: world.now() };
            await collection(Meeting).updateOne({ _id, addenda: { $size: index } }, { $push: { addenda: addendum } }, { session });
            await write({ ...acting, subject: meetingSubject(_id), detail: { after: { text } } });
            return { added: true };
        });
    };
}
