import { model, Schema } from 'mongoose';
import cron from 'node-cron';
import { forgetRecent } from '../dialog/conversation.js';
import { renewVoterCounts } from '../fund/ballots/index.js';
import { lettersKept } from '../fund/communities/index.js';
import { forgetUploads } from '../fund/files/index.js';
import { forgetAnswered } from '../fund/inquiries/index.js';
import { forgetObjectors, holdVotes } from '../fund/meetings/index.js';
import { forgetMisses } from '../fund/misses/index.js';
import { enterAccepted, enterLateJoined, forgetPaper } from '../fund/paper/index.js';
import { forgetAskers, forgetCodes } from '../fund/people/index.js';
import { forgetProposers } from '../fund/proposals/index.js';
import { forgetErased } from '../fund/roster/index.js';
import { forgetSeconds } from '../fund/second/index.js';
import { forgetChallenges, forgetSessions, forgetSignIns } from '../fund/staff/index.js';
import { beginWorks, forgetSentProgress, publishRatings } from '../fund/works/index.js';
import { queueDue } from '../outreach/broadcasts/queueBroadcast.js';
import { forgetTold } from '../outreach/calendar/nudge.js';
import { forgetCallBacks } from '../outreach/callBacks.js';
import { forgetMessages } from '../outreach/outbox/forgetMessages.js';
import { keepOverview } from '../outreach/readOverview.js';
import { collection } from '../store/collection.js';
import { isDuplicate } from '../store/databaseErrors.js';
import { DAY_MS } from '../store/wallTime.js';
const CALENDAR_MS = 10_000;
const HOLDS_MS = 5_000;
const WORKS_MS = 10_000;
const LETTERS_MS = 3_600_000;
/** A larger step means that the clock was set to another time or the machine slept; a smaller one is corrected slowly. Milliseconds. */
const JUMP_MS = 60_000;
/** Hides what node-cron would print itself: a missed tick or one still running is harmless, and a job's error is logged here. */
const SILENT = { info: () => { }, warn: () => { }, error: () => { }, debug: () => { } };
/**
 * Starts the ticks. A job finds what is due by looking, so that it is harmless if a tick is late, comes twice or runs in several processes. A job
 * that runs every few seconds has a timer. node-cron is only for the hours of the calendar, because it walks through every tick that a clock has
 * jumped over, all at once: 130 µs for each second of two days, 17 s in all. Gives the function that ends the ticks.
 */
export function ticks(world, log, { callBacks, recordings, pictures, channels, seal, erase, calendar }) {
    const logged = (name, job) => () => job().catch((error) => log.error({ error, code: 'tick-failed' }, name));
    const hourly = cron.schedule('7 * * * *', logged('forget', () => forgetWhatIsOver(world)), { name: 'forget', noOverlap: true, suppressMissedWarning: true, logger: SILENT });
    const overview = logged('overview', keepOverview(world));
    void overview(); // the first reader after a start does not wait for it
    const ends = [
        every(1_000, logged('seal', seal)),
        every(60_000, logged('eraseMe', erase)),
        every(300_000, logged('turnout', () => renewVoterCounts(world.now()))),
        every(3_000, logged('lateJoined', enterLateJoined(world))),
        every(10_000, logged('acceptedBatches', enterAccepted(world))),
        every(10_000, overview),
        every(1_000, logged('broadcasts', queueDue(world, channels))),
        ...(recordings ? [every(3_000, logged('recordings', recordings))] : []),
        ...(pictures ? [every(3_000, logged('pictures', pictures))] : []),
        ...(callBacks ? [every(1_000, logged('callBacks', callBacks))] : []),
        every(HOLDS_MS, logged('holds', inOneProcess(world, 'holds', HOLDS_MS, holdVotes(world)))),
        every(WORKS_MS, logged('works', inOneProcess(world, 'works', WORKS_MS, beginWorks(world)))),
        every(WORKS_MS, logged('ratings', publishRatings(world))),
        every(LETTERS_MS, logged('letters', inOneProcess(world, 'letters', LETTERS_MS, () => forgetLetters(world)))),
        ...(calendar ? [every(CALENDAR_MS, logged('calendar', inOneProcess(world, 'calendar', CALENDAR_MS, calendar)))] : []),
        every(1_000, logged('clock', onJump(async () => {
            await hourly.stop();
            await hourly.start();
        }))),
    ];
    return async () => {
        for (const end of ends)
            end();
        await hourly.destroy();
    };
}
/**
 * Repeats a job by the clock that nobody can set, one run at a time. If a run takes longer than `ms`, the next comes later, and missed runs are not
 * made up for. Gives the function that ends it.
 */
export function every(ms, job) {
    let timer = setTimeout(run, ms);
    let isOver = false;
    return () => {
        isOver = true;
        clearTimeout(timer);
    };
    async function run() {
        const began = performance.now();
        await job();
        if (!isOver)
            timer = setTimeout(run, Math.max(0, began + ms - performance.now()));
    }
}
/**
 * Acts if the machine's clock was set, forward or back, so that node-cron counts from the new time. Otherwise it would wait for its next tick and do
 * nothing for as long as the clock was put back.
 */
function onJump(act) {
    let before = Date.now() - performance.now();
    return async () => {
        const now = Date.now() - performance.now();
        const jumped = Math.abs(now - before);
        before = now;
        if (jumped > JUMP_MS)
            await act();
    };
}
const schema = new Schema({ _id: { type: String, required: true }, slot: { type: Number, required: true }, until: { type: Date, required: true } }, { strict: 'throw', versionKey: false, collection: 'runs' });
const Run = model('Run', schema);
/** Longer than a job's run, in milliseconds: a process that holds it longer is gone. */
const HELD_MS = 30_000;
const FREE = new Date(0);
/**
 * A job that every process is asked to do every `everyMs` milliseconds: one process does it each time, and it never runs twice at once. It is
 * harmless if a run is left out, because jobs look for what is due.
 */
export function inOneProcess({ now }, name, everyMs, job) {
    return async () => {
        const at = now().getTime();
        const slot = Math.floor(at / everyMs);
        if (!(await isMine(name, slot, at)))
            return;
        try {
            await job();
        }
        finally {
            await collection(Run).updateOne({ _id: name, slot }, { $set: { until: FREE } });
        }
    };
}
/**
 * Whether this process may run the job. If the job is held further ahead than any process holds it, the time comes from a clock that was set
 * wrongly.
 */
async function isMine(name, slot, at) {
    const until = new Date(at + HELD_MS);
    const isFree = [{ until: { $lte: new Date(at) } }, { until: { $gt: until } }];
    try {
        await collection(Run).updateOne({ _id: name, slot: { $ne: slot }, $or: isFree }, { $set: { slot, until } }, { upsert: true });
        return true;
    }
    catch (error) {
        if (isDuplicate(error))
            return false; // another process has this run, or is still at the one before
        throw error;
    }
}
/** Forgets what is over, each kind by its own term (docs/privacy.md: What is kept how long). */
export async function forgetWhatIsOver(world) {
    const now = world.now();
    await Promise.all([
        forgetRecent(world),
        forgetCodes(now),
        forgetErased(now),
        forgetCallBacks(now),
        forgetMessages(now),
        forgetMisses(now),
        forgetSignIns(now),
        forgetChallenges(now),
        forgetSessions(now),
        forgetSeconds(now),
        forgetUploads(now),
        forgetPaper(),
        forgetTold(now),
        forgetSentProgress(now),
    ]);
}
/** Forgets what residents wrote to the committee, and who wrote it, as long after the answer as each community keeps it. */
export async function forgetLetters({ now }) {
    for await (const { community, days } of lettersKept()) {
        const before = new Date(now().getTime() - days * DAY_MS);
        const forgetting = [forgetAnswered, forgetObjectors, forgetProposers, forgetAskers];
        await Promise.all(forgetting.map((forget) => forget(community, before)));
    }
}
