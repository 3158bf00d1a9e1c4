import { collection } from '../../store/collection.js';
import { cleanText } from '../../store/text.js';
import { findCommunity, todayIn } from '../communities/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { askSecond, needsSecond } from '../second/index.js';
import { Account, AccountEntry, accountSubject, leftOf, totalOf } from './account.js';
import { addEntry, planEntry } from './addEntry.js';
import { sumsOf } from './readAccount.js';
const NONE = async () => false;
/** Changes what is granted to a work to another sum, with a reason. Rejects with `not-allowed` (`checkRight`). */
export function changeGrant(world, has = NONE) {
    return async ({ cycle, work, to, reason: written, actor, ...given }) => {
        const account = await collection(Account).findOne({ _id: cycle });
        if (!account)
            return { refused: 'noAccount' };
        checkRight(actor, 'changeGrant', account.community);
        const reason = cleanText(written);
        if (reason === '')
            return { refused: 'noReason' };
        if (await lacks(has, account, work, given.document))
            return { refused: 'noDocument' };
        return added(world, account, 'changeGrant', actor, async (session) => {
            const now = await sumsOf(cycle, work, session);
            return now.granted === to ? { refused: 'same' } : { ...given, work, kind: 'granted', amount: to - now.granted, reason };
        });
    };
}
/** Adds what residents bring themselves to a work. Rejects with `not-allowed` (`checkRight`). */
export function addOwn(world, has = NONE) {
    return async ({ cycle, actor, ...given }) => {
        const account = await collection(Account).findOne({ _id: cycle });
        if (!account)
            return { refused: 'noAccount' };
        checkRight(actor, 'addOwn', account.community);
        if (given.amount < 0)
            return { refused: 'amount' };
        if (await lacks(has, account, given.work, given.document))
            return { refused: 'noDocument' };
        return added(world, account, 'addOwn', actor, async () => ({ ...given, kind: 'own' }));
    };
}
async function lacks(has, { _id: cycle, community }, number, document) {
    return document !== undefined && !(await has({ _id: { cycle, number }, community }, document));
}
/** Adds the entry that `entryNow` gives, looked at in the same transaction. */
async function added(world, { _id: cycle, community }, act, actor, entryNow) {
    const acting = checkRight(actor, act, community);
    const today = await todayIn(world, community);
    return withLog(world)(community, async (session, write) => {
        const entry = await entryNow(session);
        if ('refused' in entry)
            return entry;
        const given = entryOf(world, actor, act, entry);
        const outcome = await addEntry(cycle, given, today, session);
        if ('refused' in outcome)
            return outcome;
        await write({ ...acting, subject: accountSubject(cycle), once: given.key ?? '', detail: detailOf(outcome.entry, given) });
        return { entry: outcome.entry };
    });
}
/** An entry of the person who adds it, with what it counts under. */
export function entryOf({ vault, now }, { name }, act, { paper, reason, key, ...entry }) {
    const number = cleanText(paper ?? '');
    return {
        ...entry,
        ...(number && { paper: number }),
        ...(reason && { reason: cleanText(reason) }),
        ...{ by: name, at: now(), key: vault.hmac('act', key, act) },
    };
}
/** What the log says of an entry. */
export function detailOf(entry, { kind, work, amount, day, paper, corrects, reason }) {
    const after = { entry, kind, work, amount, day, ...(paper && { paper }), ...(corrects !== undefined && { corrects }) };
    return { after, ...(reason !== undefined && { reason }) };
}
/**
 * Corrects an entry by another one, with a reason; the wrong one stays. If more is contracted by it, or more paid than the community's `twoPersonsAbove`, it
 * waits for a second person: a contract is for no more than the offer that two chose. Rejects with `not-allowed` (`checkRight`).
 */
export function correctEntry(world, has = NONE) {
    return async ({ cycle, entry: number, to, seen, day, reason: written, paper, document, key, actor }) => {
        const account = await collection(Account).findOne({ _id: cycle });
        if (!account)
            return { refused: 'noAccount' };
        const { community } = account;
        checkRight(actor, 'correctEntry', community);
        const reason = cleanText(written);
        if (reason === '')
            return { refused: 'noReason' };
        const entry = await collection(AccountEntry).findOne({ _id: { cycle, entry: number } });
        if (!entry)
            return { refused: 'noEntry' };
        if (entry.corrects !== undefined)
            return { refused: 'isCorrection' };
        const earlier = await collection(AccountEntry).find({ '_id.cycle': cycle, corrects: number }, { limit: MOST_CORRECTIONS }).toArray();
        const own = world.vault.hmac('act', key, 'correctEntry');
        const same = earlier.find((correction) => correction.key === own);
        if (same)
            return { entry: same._id.entry };
        const now = earlier.reduce((sum, { amount }) => sum + amount, entry.amount);
        if (now !== seen)
            return { refused: 'changed' };
        if (to === now)
            return { refused: 'same' };
        if (to < 0 && entry.kind !== 'granted')
            return { refused: 'amount' };
        if (earlier.length >= MOST_CORRECTIONS)
            return { refused: 'amount' };
        if (await lacks(has, account, entry.work, document))
            return { refused: 'noDocument' };
        const shown = { ...(paper !== undefined && { paper }), ...(document !== undefined && { document }) };
        const given = { work: entry.work, kind: entry.kind, amount: to - now, day, reason, ...shown, corrects: number, key };
        const planned = await planEntry(cycle, entryOf(world, actor, 'correctEntry', given), await todayIn(world, community));
        if ('refused' in planned)
            return planned;
        const { twoPersonsAbove = 0 } = (await findCommunity(community)) ?? {};
        const isMuch = (entry.kind === 'contracted' && given.amount > 0) || (entry.kind === 'paid' && given.amount > twoPersonsAbove);
        if (needsSecond(actor, 'correctEntry', isMuch ? 'muchMoney' : undefined)) {
            const payload = { cycle, entry: number, to, seen, day, reason, ...shown, key };
            const detail = { before: { amount: now }, after: { kind: entry.kind, work: entry.work, amount: to, day }, reason };
            return askSecond(world)({
                act: 'correctEntry',
                community,
                actor,
                subject: accountSubject(cycle),
                about: `${cycle}/${number}`,
                detail,
                payload,
            });
        }
        return added(world, account, 'correctEntry', actor, async (session) => {
            const corrections = await collection(AccountEntry).countDocuments({ '_id.cycle': cycle, corrects: number }, { session });
            return corrections === earlier.length ? given : { refused: 'changed' };
        });
    };
}
const MOST_CORRECTIONS = 100;
/**
 * Closes a cycle's account with what is left. Everything contracted has to be paid first; a correction takes off the contract what will not be
 * paid. `seen`: how many entries the account had when it was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function closeAccount(world) {
    return async ({ cycle, seen, actor }) => {
        const found = await collection(Account).findOne({ _id: cycle });
        if (!found)
            return { refused: 'noAccount' };
        const { community } = found;
        const acting = checkRight(actor, 'closeAccount', community);
        return withLog(world)(community, async (session, write) => {
            const account = (await collection(Account).findOne({ _id: cycle }, { session })) ?? found;
            if (account.closed)
                return { refused: 'already' };
            if (account.entries !== seen)
                return { refused: 'changed' };
            const total = totalOf(account.works);
            if (total.contracted !== total.paid)
                return { refused: 'owed' };
            const left = leftOf(total);
            await collection(Account).updateOne({ _id: cycle }, { $set: { closed: { left, by: actor.name, at: world.now() } } }, { session });
            await write({ ...acting, subject: accountSubject(cycle), detail: { after: { ...total, left } } });
            return { left };
        });
    };
}
