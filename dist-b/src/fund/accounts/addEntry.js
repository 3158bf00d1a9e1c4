import { collection } from '../../store/collection.js';
import { Account, AccountEntry } from './account.js';
/** The greatest amount of an entry: sums stay exact whole numbers. */
const LARGEST = 1_000_000_000_000;
/** In characters. */
const LONGEST_PAPER = 60;
/**
 * Adds an entry in the act's transaction, which also writes the log. `today`: the community's day. An entry whose key was added before is not
 * added again: its number is given. Two people who add at once wait for each other, in whatever process, because both write the account's record.
 */
export async function addEntry(cycle, given, today, session) {
    const planned = await planEntry(cycle, given, today, session);
    if ('refused' in planned)
        return planned;
    if ('same' in planned)
        return { entry: planned.same, sums: planned.sums };
    const { account, before, after } = planned;
    const entry = account.entries + 1;
    const works = account.works.map((each) => (each === before ? after : each));
    await collection(Account).updateOne({ _id: cycle }, { $set: { entries: entry, works } }, { session });
    await collection(AccountEntry).insertOne({ _id: { cycle, entry }, community: account.community, ...given }, { session });
    return { entry, sums: after };
}
/** What an entry would do, or why it would not be added. */
export async function planEntry(cycle, given, today, session) {
    const within = session ? { session } : {};
    const account = await collection(Account).findOne({ _id: cycle }, within);
    if (!account)
        return { refused: 'noAccount' };
    const before = account.works.find(({ work }) => work === given.work);
    if (!before)
        return { refused: 'noWork' };
    if (given.key !== undefined) {
        const same = await collection(AccountEntry).findOne({ key: given.key }, { ...within, projection: { _id: 1 } });
        if (same)
            return { same: same._id.entry, sums: before };
    }
    const after = { ...before, [given.kind]: before[given.kind] + given.amount };
    const refused = refusalOf(account, given, today, after);
    return refused ? { refused } : { account, before, after };
}
/** Why an entry cannot be added, if `after` are the sums of its work with it. */
export function refusalOf({ closed }, { amount, day, paper }, today, after) {
    if (closed)
        return 'closed';
    if (!Number.isInteger(amount) || amount === 0 || Math.abs(amount) > LARGEST)
        return 'amount';
    if (!isDay(day) || day > today)
        return 'day';
    if (paper !== undefined && [...paper].length > LONGEST_PAPER)
        return 'paper';
    if (Math.min(after.granted, after.own, after.contracted, after.paid) < 0)
        return 'negative';
    if (after.contracted > after.granted + after.own)
        return 'beyondGrant';
    return after.paid > after.contracted ? 'beyondContract' : undefined;
}
/** Whether a text is a day of the calendar, `2027-03-09`. */
export function isDay(text) {
    return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.slice(0, 10) === text;
}
