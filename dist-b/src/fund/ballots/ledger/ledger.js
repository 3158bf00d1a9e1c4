import { asError, CodedError } from '../../../store/codedError.js';
import { collection } from '../../../store/collection.js';
import { groupCommit } from '../../../store/groupCommit.js';
import { inTime } from '../../../store/inTime.js';
import { perWorld } from '../../../store/world.js';
import { Resident } from '../../people/index.js';
import { Entry, lastEntry } from './entry.js';
import { knownLedgers } from './knownLedgers.js';
import { insertEntries, nextEntry, readBack, tipOf } from './writeEntries.js';
/**
 * The queue in front of all ledgers (docs/architecture.md: The ledger's queue). All submissions that wait go together, for any cycles, as one
 * ordered insert. The facts of a ledger that the rules need are known here up to its end. The database is asked first only about submissions
 * that seem to be written already or would be refused.
 * Between processes the unique indexes decide: the process that loses reads on from the end that it knew, then decides and chains again the
 * entries that were not written.
 * Rejects only two kinds of submissions, each of them alone: one that comes too late (`beginWrite`), and one of which it is not known
 * whether it was written (`not-known`).
 */
export const ledger = perWorld((world) => {
    const ledgers = knownLedgers();
    return turnsFirst(async (submissions) => {
        const outcomes = new Map();
        const attempts = new Map(submissions.map((submission) => [submission, { tries: 0, isLookedUp: false }]));
        for (;;) {
            const waiting = submissions.filter((submission) => !outcomes.has(submission));
            if (waiting.length === 0)
                return submissions.map((submission) => outcomes.get(submission) ?? new Error('a submission was forgotten'));
            try {
                await work(waiting, outcomes, attempts);
            }
            catch (error) {
                for (const submission of waiting)
                    if (!outcomes.has(submission))
                        outcomes.set(submission, asError(error));
            }
        }
    });
    async function work(waiting, outcomes, attempts) {
        // before the facts: an entry that is newer than the facts has then taken the place
        const known = await ledgers.of(waiting.map(({ cycle }) => cycle));
        const tips = new Map([...known].map(([cycle, { tip }]) => [cycle, tip]));
        const round = { known, tips, facts: await factsOf(waiting, known, attempts), drafts: new Map(), newOf: new Map() };
        for (const submission of waiting) {
            if (round.drafts.has(submission.key))
                continue;
            const settled = attempt(() => draft(submission, round, attempts.get(submission)?.tries ?? 0));
            const isSure = settled === undefined || settled instanceof Error || 'entry' in settled || attempts.get(submission)?.isLookedUp;
            if (settled && isSure)
                outcomes.set(submission, settled);
            else if (settled)
                lookUp(attempts, submission);
        }
        const drafts = [...round.drafts.values()];
        if (drafts.length === 0)
            return;
        const inserted = await insertEntries(drafts.map(({ entry }) => entry));
        if ('unknown' in inserted) {
            const durable = await readBack(drafts.map(({ entry }) => entry));
            for (const { submission } of drafts)
                outcomes.set(submission, knownOf(durable.get(submission.key), inserted.unknown));
            return;
        }
        for (const { submission, entry, content } of drafts.slice(0, inserted.written)) {
            outcomes.set(submission, { entry, content });
            ledgers.grew(entry);
        }
        const failed = drafts[inserted.written];
        const failing = failed && attempts.get(failed.submission);
        if (!failed || !failing)
            return;
        if (inserted.taken === 'receipt')
            failing.tries++;
        else if (inserted.taken === 'key')
            failing.isLookedUp = true;
        else
            ledgers.isBehind(failed.entry._id.cycle);
    }
    function lookUp(attempts, submission) {
        const attempted = attempts.get(submission);
        if (attempted)
            attempted.isLookedUp = true;
    }
    /** Asks the database for facts that are not known here: of long ledgers, of keys that seem to be written, of submissions that were or would be refused. */
    function factsOf(waiting, known, attempts) {
        const asked = waiting.filter((submission) => {
            const seenKeys = known.get(submission.cycle._id)?.seenKeys;
            const attempted = attempts.get(submission);
            if (attempted && (!seenKeys || seenKeys.hasKey(submission.key) || submission.needsLast))
                attempted.isLookedUp = true;
            return attempted?.isLookedUp;
        });
        return ledgerFacts({
            keys: asked.map(({ key }) => key),
            voters: asked.flatMap(({ voter, needsLast }) => (voter && !needsLast ? voter : [])),
            last: waiting.flatMap(({ voter, needsLast }) => (voter && needsLast ? voter : [])),
            residents: [...new Set(waiting.flatMap(({ resident, rosterOf }) => (rosterOf === undefined && resident) || []))],
        });
    }
    /** Adds the entry that a submission becomes to the round; gives the outcome if it becomes no entry. */
    function draft(submission, { known, facts, tips, drafts, newOf }, tries) {
        const { key, cycle, at, voter, resident, decide, beginWrite } = submission;
        const rosterOf = submission.rosterOf ?? (resident && facts.roster.get(resident));
        const written = facts.written.get(key);
        if (written)
            return { entry: written };
        const tip = tips.get(cycle._id);
        if (tip?.sealed)
            return { sealed: true };
        const drafted = (voter && newOf.get(voter)) || [];
        const found = (voter && facts.entriesOf.get(voter)) || [];
        const last = drafted.at(-1) ?? (voter ? facts.last.get(voter) : undefined);
        const seen = (voter && known.get(cycle._id)?.seenKeys?.entriesOf(voter)) || 0;
        const count = drafted.length + Math.max(found.length, seen);
        const content = decide({ rosterOf, hasVoted: count > 0 || last !== undefined, last, count, entries: [...found, ...drafted] });
        if (content !== 'seal' && 'refused' in content)
            return content;
        if (!tip)
            throw new CodedError('no-ledger', 'A cycle has no ledger before its vote opens.');
        beginWrite();
        const entry = nextEntry(world, tip, { key, cycle, at, voter, tries }, content);
        tips.set(cycle._id, tipOf(entry));
        drafts.set(key, { submission, entry, content });
        submission.drafted?.({ entry, content });
        if (entry.voter)
            newOf.set(entry.voter, [...drafted, entry]);
        return undefined;
    }
});
/** The longest that a submission waits for those that go before it, in milliseconds: about two batches. */
const MOST_MS = 20;
/**
 * The queue, in which submissions that can wait come in only while no other one waits or is written, or once they have waited long enough. A batch of
 * slips takes several times as long as one of turns, which would otherwise wait for it and go with the next.
 */
function turnsFirst(run) {
    const submit = groupCommit(run);
    const waiting = [];
    let turns = 0;
    let longest;
    const letIn = () => {
        clearTimeout(longest);
        longest = undefined;
        for (const go of waiting.splice(0))
            go();
    };
    const whenFree = () => new Promise((resolve) => {
        waiting.push(resolve);
        longest ??= setTimeout(letIn, MOST_MS);
    });
    const gone = () => {
        turns -= 1;
        if (turns === 0)
            letIn();
    };
    return (submission) => {
        if (submission.canWait)
            return turns === 0 ? submit(submission) : whenFree().then(() => submit(submission));
        turns += 1;
        const submitted = submit(submission);
        submitted.then(gone, gone);
        return submitted;
    };
}
/** The outcome after a write with an unknown result: an entry that is durable was written; of any other it stays unknown. */
function knownOf(entry, cause) {
    return entry
        ? { entry }
        : new CodedError('not-known', 'It is not known whether this was recorded; send the same again, it counts once.', { cause });
}
function attempt(settle) {
    try {
        return settle();
    }
    catch (error) {
        return asError(error);
    }
}
/** Reads all of it at once, with read concern majority, so that every fact found is durable. One find serves keys and voters. */
async function ledgerFacts({ keys, voters, last, residents }) {
    const options = { promoteBuffers: true, readConcern: { level: 'majority' } };
    const [entries, lasts, found] = await Promise.all([
        keys.length > 0
            ? inTime((signal) => collection(Entry)
                .find({ $or: [{ key: { $in: [...keys] } }, ...(voters.length > 0 ? [{ voter: { $in: [...voters] } }] : [])] }, { ...options, signal })
                .toArray())
            : [],
        Promise.all(last.map(lastEntry)),
        residents.length > 0
            ? inTime((signal) => collection(Resident)
                .find({ _id: { $in: [...residents] }, erasedAt: { $exists: false } }, { projection: { community: 1 }, signal })
                .toArray())
            : [],
    ]);
    const asked = new Set(keys);
    return {
        written: new Map(entries.filter(({ key }) => asked.has(key)).map((entry) => [entry.key, entry])),
        entriesOf: byVoter(entries),
        last: new Map(lasts.flatMap((entry) => (entry?.voter ? [[entry.voter, entry]] : []))),
        roster: new Map(found.map(({ _id, community }) => [_id, community])),
    };
}
function byVoter(entries) {
    const found = new Map();
    for (const entry of entries) {
        if (!entry.voter)
            continue;
        const its = found.get(entry.voter);
        if (its)
            its.push(entry);
        else
            found.set(entry.voter, [entry]);
    }
    return found;
}
