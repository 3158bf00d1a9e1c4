import { collection } from '../../store/collection.js';
import { numbered } from '../../store/databaseErrors.js';
import { cleanText, maskNumbers } from '../../store/text.js';
import { findCommunity } from '../communities/index.js';
import { findCycle } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { dropPicture, keepPicture } from '../pictures/index.js';
import { isOnAgenda } from '../proposals/index.js';
import { staffOf } from '../staff/index.js';
import { attendanceOf, encryptedNotes, LONGEST_NOTES, Meeting, MOST_ITEMS, meetingSubject, notesOf, ofMeeting, problemOf, } from './meeting.js';
/** Calls a meeting of the council; at the same time and place it is the same one. Rejects with `not-allowed` (`checkRight`). */
export function planMeeting(world) {
    return async ({ cycle: id, plan, actor }) => {
        const cycle = await findCycle(id);
        if (!cycle)
            return { refused: 'noCycle' };
        const { community } = cycle;
        const acting = checkRight(actor, 'planMeeting', community);
        const wrong = await planProblem(id, plan);
        if (wrong)
            return wrong;
        const roll = await councilOf(world, community, new Set());
        const place = cleanText(plan.place);
        return numbered(() => lastMeeting(id), (number) => withLog(world)(community, async (session, write) => {
            const same = await collection(Meeting).findOne({ '_id.cycle': id, at: plan.at, place }, { session, projection: { _id: 1 } });
            if (same)
                return { planned: same._id.number };
            const items = plan.items.map(({ proposal, advice }) => ({ proposal, advice }));
            const record = {
                _id: { cycle: id, number },
                community,
                at: plan.at,
                place,
                items,
                roll,
                signatures: [],
                addenda: [],
                by: actor.name,
                revision: 1,
            };
            await collection(Meeting).insertOne(record, { session });
            await write({ ...acting, subject: meetingSubject(record._id), detail: { after: { at: plan.at, place, proposals: numbersOf(items) } } });
            return { planned: number };
        }));
    };
}
/**
 * Changes when and where a meeting is, and its agenda, until the minutes are final; what was written of an item that stays on it is kept. Rejects with
 * `not-allowed` (`checkRight`).
 */
export function changeMeeting(world) {
    return async ({ cycle, number, seen, plan, actor }) => {
        const meeting = await collection(Meeting).findOne({ _id: { cycle, number } });
        if (!meeting)
            return { refused: 'noMeeting' };
        const acting = checkRight(actor, 'changeMeeting', meeting.community);
        const wrong = await planProblem(cycle, plan);
        if (wrong)
            return wrong;
        const items = plan.items.map((item) => ({ ...meeting.items.find(({ proposal }) => proposal === item.proposal), ...item }));
        const place = cleanText(plan.place);
        const before = { at: meeting.at, place: meeting.place, proposals: numbersOf(meeting.items) };
        const after = { at: plan.at, place, proposals: numbersOf(items) };
        return saved(world, meeting, seen, { at: plan.at, place, items }, { ...acting, detail: { before, after } });
    };
}
/**
 * Writes the minutes: who was there, the votes by hand, what was decided. Cadres write them, and who was there of the council amends them, not the roll.
 * Numbers of phones, IDs and banks are kept masked. Signatures of what stood there before are void. Rejects with `not-allowed` (`checkRight`).
 */
export function writeMinutes(world) {
    return async ({ cycle, number, seen, minutes, actor }) => {
        const meeting = await collection(Meeting).findOne({ _id: { cycle, number } });
        if (!meeting)
            return { refused: 'noMeeting' };
        const { _id, community } = meeting;
        const acting = checkRight(actor, 'writeMinutes', community);
        if (actor.role === 'council' && !wasThere(meeting, actor))
            return { refused: 'notThere' };
        const text = maskNumbers(minutes.notes.split('\n').map(cleanText).join('\n').trim());
        if ([...text].length > LONGEST_NOTES)
            return { refused: 'notes' };
        const roll = actor.role === 'council' ? meeting.roll : await councilOf(world, community, new Set(minutes.there));
        const items = meeting.items.map(({ proposal, advice }) => itemOf({ proposal, advice }, minutes.items));
        const attendance = attendanceOf({ roll }, (await findCommunity(community))?.council);
        const problems = new Map(items.flatMap((item) => problemIn(item)));
        if (problems.size > 0)
            return { refused: 'items', problems };
        const set = { roll, items, notes: encryptedNotes(world.vault, _id, text) };
        const said = (of, notes) => ({ there: attendanceOf(of, undefined).there, items: of.items, notes });
        const detail = { before: said(meeting, notesOf(world.vault, meeting)), after: said({ roll, items }, text) };
        return saved(world, meeting, seen, set, { ...acting, detail });
        function problemIn(item) {
            const problem = problemOf(item, attendance);
            return problem ? [[item.proposal, problem]] : [];
        }
    };
}
/** Keeps a picture of a meeting whose minutes are not final. Rejects with `not-allowed` (`checkRight`). */
export function keepMeetingPicture(world) {
    const keep = keepPicture(world);
    return async ({ cycle, number, ...given }) => {
        const _id = { cycle, number };
        const isThere = await collection(Meeting).findOne({ _id, community: given.community }, { projection: { _id: 1 } });
        if (!isThere)
            return { refused: 'noMeeting' };
        const isOpen = async (session) => (await collection(Meeting).findOne({ _id, final: { $exists: false } }, { session, projection: { _id: 1 } })) !== null;
        return keep({ ...given, of: ofMeeting(_id), isOpen });
    };
}
/** Removes a picture that shows what it should not, even after the minutes are final. Rejects with `not-allowed` (`checkRight`). */
export function dropMeetingPicture(world) {
    const drop = dropPicture(world);
    return ({ cycle, number, ...given }) => drop({ ...given, of: ofMeeting({ cycle, number }) });
}
/** Whether an actor of the council was there. */
export function wasThere({ roll }, { id }) {
    return roll.some((member) => member.id === id && member.isThere);
}
async function saved(world, { _id, community }, seen, set, deed) {
    return withLog(world)(community, async (session, write) => {
        const which = { _id, revision: seen, final: { $exists: false } };
        const { matchedCount } = await collection(Meeting).updateOne(which, { $set: { ...set, signatures: [] }, $inc: { revision: 1 } }, { session });
        if (matchedCount === 0) {
            const now = await collection(Meeting).findOne({ _id }, { session, projection: { final: 1 } });
            return { refused: now?.final ? 'final' : 'changed' };
        }
        await write({ ...deed, subject: meetingSubject(_id) });
        return { done: true };
    });
}
async function planProblem(cycle, { place, items }) {
    const words = [...cleanText(place)].length;
    if (words === 0 || words > 60)
        return { refused: 'place' };
    const wanted = numbersOf(items);
    if (wanted.length > MOST_ITEMS)
        return { refused: 'tooMany' };
    const known = await isOnAgenda(cycle, wanted);
    const numbers = wanted.filter((number, index) => !known.has(number) || wanted.indexOf(number) !== index);
    return numbers.length > 0 ? { refused: 'unknown', numbers } : undefined;
}
/** The council as it is now, by name. */
async function councilOf(world, community, there) {
    const staff = await staffOf(world, community);
    return staff.filter(({ role }) => role === 'council').map(({ id, name }) => ({ id, name, isThere: there.has(id) }));
}
function itemOf({ proposal, advice }, written) {
    const { proposal: _, decision, reason, ...counts } = written.find((item) => item.proposal === proposal) ?? { proposal };
    const given = Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
    const why = maskNumbers(cleanText(reason ?? ''));
    return { proposal, advice, ...given, ...(decision && { decision }), ...(why !== '' && { reason: why }) };
}
function numbersOf(items) {
    return items.map(({ proposal }) => proposal);
}
async function lastMeeting(cycle) {
    const last = await collection(Meeting).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, projection: { _id: 1 } });
    return last?._id.number;
}
