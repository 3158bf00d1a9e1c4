import { setTimeout as sleep } from 'node:timers/promises';
import cron from 'node-cron';
import type { Channel } from '../contacts/channel.ts';
import { forgetRecent } from '../dialog/conversation.ts';
import { renewVoterCounts } from '../fund/ballots/index.ts';
import { lettersKept } from '../fund/communities/index.ts';
import { forgetUploads } from '../fund/files/index.ts';
import { forgetAnswered } from '../fund/inquiries/index.ts';
import { forgetObjectors, holdVotes } from '../fund/meetings/index.ts';
import { forgetMisses } from '../fund/misses/index.ts';
import { enterAccepted, enterLateJoined, forgetPaper } from '../fund/paper/index.ts';
import { forgetAskers, forgetCodes } from '../fund/people/index.ts';
import { forgetProposers } from '../fund/proposals/index.ts';
import { forgetDetails, forgetErased } from '../fund/roster/index.ts';
import { forgetSeconds } from '../fund/second/index.ts';
import { forgetChallenges, forgetSessions, forgetSignIns } from '../fund/staff/index.ts';
import { beginWorks, forgetSentProgress, publishRatings } from '../fund/works/index.ts';
import { queueDue } from '../outreach/broadcasts/queueBroadcast.ts';
import { forgetTold } from '../outreach/calendar/nudge.ts';
import { forgetCallBacks } from '../outreach/callBacks.ts';
import { forgetMessages } from '../outreach/outbox/forgetMessages.ts';
import { keepOverview } from '../outreach/readOverview.ts';
import { endAbandoned } from '../store/abandoned.ts';
import { collection } from '../store/collection.ts';
import { isDuplicate } from '../store/databaseErrors.ts';
import type { Log } from '../store/log.ts';
import { records } from '../store/records.ts';
import { DAY_MS } from '../store/wallTime.ts';
import type { World } from '../store/world.ts';

export interface Jobs {
  readonly failed?: (tick: string) => void;
  readonly recordings?: () => Promise<void>;
  readonly drafts?: (() => Promise<void>) | undefined;
  readonly pictures?: () => Promise<void>;
  readonly channels: readonly Channel[];
  readonly seal: () => Promise<unknown>;
  readonly erase: () => Promise<void>;
  readonly proposals: () => Promise<void>;
  readonly heads?: () => Promise<void>;
  readonly calendar?: () => Promise<void>;
}

const CALENDAR_MS = 10_000;
const HOLDS_MS = 5_000;
const ABANDONED_MS = 3_000;
const WORKS_MS = 10_000;
const PROPOSALS_MS = 10_000;
const HEADS_MS = 20_000;
const LETTERS_MS = 3_600_000;
/** A larger step means that the clock was set to another time or the machine slept; a smaller one is corrected slowly. Milliseconds. */
const JUMP_MS = 60_000;

/** Hides what node-cron would print itself: a missed tick or one still running is harmless, and a job's error is logged here. */
const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/**
 * Starts the ticks. A job finds what is due by looking, so that it is harmless if a tick is late, comes twice or runs in several processes. A job
 * that runs every few seconds has a timer. node-cron is only for the hours of the calendar, because it walks through every tick that a clock has
 * jumped over, all at once: 130 µs for each second of two days, 17 s in all.
 */
export function ticks(
  world: World,
  log: Log,
  { failed = () => {}, recordings, drafts, pictures, channels, seal, erase, proposals, heads, calendar }: Jobs,
): Ticks {
  const logged = (name: string, job: () => Promise<unknown>) => loggingFailures(log, failed, name, job);
  const tick = (ms: number, name: string, job: () => Promise<unknown>) => every(ms, logged(name, job));
  const onceIn = (ms: number, name: string, job: () => Promise<void>) => tick(ms, name, () => inOneProcess(world, name, ms, job));
  const forget = logged('forget', () => forgetWhatIsOver(world));
  const hourly = cron.schedule('7 * * * *', forget, { name: 'forget', noOverlap: true, suppressMissedWarning: true, logger: SILENT });
  const overview = logged('overview', () => keepOverview(world));
  void overview(); // the first reader after a start does not wait for it
  const byTheClock = [
    tick(1_000, 'seal', seal),
    tick(60_000, 'eraseMe', erase),
    tick(300_000, 'turnout', () => renewVoterCounts(world, world.now())),
    tick(3_000, 'lateJoined', enterLateJoined(world)),
    tick(10_000, 'acceptedBatches', () => enterAccepted(world)),
    tick(1_000, 'broadcasts', () => queueDue(world, channels)),
    onceIn(HOLDS_MS, 'holds', () => holdVotes(world)),
    onceIn(WORKS_MS, 'works', beginWorks(world)),
    onceIn(PROPOSALS_MS, 'proposals', proposals),
    ...(heads ? [onceIn(HEADS_MS, 'heads', heads)] : []),
    tick(WORKS_MS, 'ratings', publishRatings(world)),
    onceIn(LETTERS_MS, 'letters', () => forgetLetters(world)),
    ...(calendar ? [onceIn(CALENDAR_MS, 'calendar', calendar)] : []),
  ];
  const others = [
    onceIn(ABANDONED_MS, 'abandoned', endAbandoned),
    every(10_000, overview),
    ...(recordings ? [tick(3_000, 'recordings', recordings)] : []),
    ...(drafts ? [tick(3_000, 'drafts', drafts)] : []),
    ...(pictures ? [tick(3_000, 'pictures', pictures)] : []),
    tick(
      1_000,
      'clock',
      onJump(async () => {
        await hourly.stop();
        await hourly.start();
      }),
    ),
  ];
  return {
    look: async () => {
      for (const { now } of byTheClock) await now();
      await forget();
    },
    stop: async () => {
      const ended = Promise.all([...byTheClock, ...others].map(({ end }) => end()));
      await hourly.destroy();
      await ended;
    },
  };
}

export interface Ticks {
  /** Does what is due by the clock at once, one after the other, as after the clock was put ahead. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts what places calls, which needs the carriers themselves. Gives the function that ends it, and the run that is under way. */
export function callBackTicks(log: Log, failed: (tick: string) => void, callBacks: () => Promise<void>): () => Promise<void> {
  return every(1_000, loggingFailures(log, failed, 'callBacks', callBacks)).end;
}

function loggingFailures(log: Log, failed: (tick: string) => void, name: string, job: () => Promise<unknown>): () => Promise<unknown> {
  return () =>
    job().catch((error: unknown) => {
      log.error({ error, code: 'tick-failed' }, name);
      failed(name);
    });
}

interface Repeated {
  /** Runs it besides, after the run that is under way. */
  now(): Promise<void>;
  /** Resolves once the run that is under way has ended, after ten seconds at the latest: the database is closed behind it. */
  end(): Promise<void>;
}

const END_MS = 10_000;

/**
 * Repeats a job by the clock that nobody can set, one run at a time. If a run takes longer than `ms`, the next comes later, and missed runs are not
 * made up for. The job does not reject.
 */
function every(ms: number, job: () => Promise<unknown>): Repeated {
  let timer = setTimeout(run, ms);
  let isOver = false;
  let last: Promise<unknown> = Promise.resolve();
  return {
    now: async () => {
      last = last.then(job);
      await last;
    },
    end: async () => {
      isOver = true;
      clearTimeout(timer);
      await Promise.race([last, sleep(END_MS, undefined, { ref: false })]);
    },
  };

  async function run(): Promise<void> {
    const began = performance.now();
    last = last.then(job);
    await last;
    if (!isOver) timer = setTimeout(run, Math.max(0, began + ms - performance.now()));
  }
}

/**
 * Acts if the machine's clock was set, forward or back, so that node-cron counts from the new time. Otherwise it would wait for its next tick and do
 * nothing for as long as the clock was put back.
 */
function onJump(act: () => Promise<void>): () => Promise<void> {
  let before = Date.now() - performance.now();
  return async () => {
    const now = Date.now() - performance.now();
    const jumped = Math.abs(now - before);
    before = now;
    if (jumped > JUMP_MS) await act();
  };
}

/** Which process runs a job: one document for each job. */
const Run = records('runs', {
  /** The job's name. */
  _id: String,
  /** The number of the run, counted from 1970. */
  slot: Number,
  /** The job is held until then at most. */
  until: Date,
});

/** Longer than a job's run, in milliseconds: a process that holds it longer is gone. */
const HELD_MS = 30_000;
const FREE = new Date(0);

/**
 * A job that every process is asked to do every `everyMs` milliseconds: one process does it each time, and it never runs twice at once. It is
 * harmless if a run is left out, because jobs look for what is due.
 */
export async function inOneProcess({ now }: World, name: string, everyMs: number, job: () => Promise<void>): Promise<void> {
  const at = now().getTime();
  const slot = Math.floor(at / everyMs);
  if (!(await isMine(name, slot, at))) return;
  try {
    await job();
  } finally {
    await collection(Run).updateOne({ _id: name, slot }, { $set: { until: FREE } });
  }
}

/**
 * Whether this process may run the job. If the job is held further ahead than any process holds it, the time comes from a clock that was set
 * wrongly.
 */
async function isMine(name: string, slot: number, at: number): Promise<boolean> {
  const until = new Date(at + HELD_MS);
  const isFree = [{ until: { $lte: new Date(at) } }, { until: { $gt: until } }];
  try {
    await collection(Run).updateOne({ _id: name, slot: { $ne: slot }, $or: isFree }, { $set: { slot, until } }, { upsert: true });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false; // another process has this run, or is still at the one before
    throw error;
  }
}

/** Forgets what is over, each kind by its own term (docs/privacy.md: What is kept how long). */
export async function forgetWhatIsOver(world: World): Promise<void> {
  const now = world.now();
  await Promise.all([
    forgetRecent(world),
    forgetCodes(now),
    forgetErased(now),
    forgetDetails(),
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
export async function forgetLetters({ now }: World): Promise<void> {
  for await (const { communities, days } of lettersKept()) {
    const before = new Date(now().getTime() - days * DAY_MS);
    const forgetting = [forgetAnswered, forgetObjectors, forgetProposers, forgetAskers];
    await Promise.all(forgetting.map((forget) => forget(communities, before)));
  }
}
