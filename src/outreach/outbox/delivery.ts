import { mongo } from 'mongoose';
import type { CarrierStatus, MessageContent, Send, Sent } from '../../carriers/sending.ts';
import { recordFirst, wholeDay, writeStop } from '../../contacts/addressBook.ts';
import { CHANNELS, type Channel } from '../../contacts/channel.ts';
import { communityBySlug } from '../../fund/communities/index.ts';
import { reachOf } from '../../fund/people/index.ts';
import { boundedMap } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { DUPLICATE_KEY, isDuplicate } from '../../store/databaseErrors.ts';
import { groupCommit } from '../../store/groupCommit.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import { perWorld, type World } from '../../store/world.ts';
import { holdBroadcast } from '../broadcasts/broadcast.ts';
import { quietUntil } from '../quietUntil.ts';
import { beginSending, type Held, NOT_OURS } from './beginSending.ts';
import { Message, type MessageRecord, type MessageState, saidIn } from './message.ts';
import { sendingRate } from './sendingRate.ts';

/** Words what is said, in the resident's language. With `isFirst` the text also says who writes, what is kept and how to stop. */
export type Word = (message: { community: string; language: string; channel: Channel; said: MessageContent; isFirst: boolean }) => Promise<string>;

export interface Carrier {
  readonly send: Send;
  readonly word: Word;
  /** The longest that one call of the carrier may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** Some twelve hours: the waits grow to a quarter of an hour. */
const MOST_ATTEMPTS = 100;
/** A held message that is `sending` becomes `unknown` so long after the carrier's answer was due, in milliseconds. */
const GRACE_MS = 30_000;

/** The carrier's answer, if it was asked, and a promise that settles when the outcome is written. */
export interface Delivered {
  readonly sent?: Sent;
  readonly settled: Promise<unknown>;
}

/**
 * Delivers held messages. Resolves when the carrier has answered; the outcome is then still being written.
 * `sending` is durable before the carrier is called. Every write counts only while the message has this lease's token.
 */
export function delivery(world: World, { send, word, timeoutMs }: Carrier): (message: Held) => Promise<Delivered> {
  const bySlug = communityBySlug(world);
  const begun = beginSending(world, timeoutMs + GRACE_MS);
  const settle = recordOutcomes(world);
  const proven = recordFirst(world);
  const watch = pauseOnFailures(world);
  const after = (ms: number) => new Date(world.now().getTime() + ms);

  return async (message) => {
    const move = (from: readonly MessageState[], to: Partial<MessageRecord>) => settle({ message, from, to });
    const community = await bySlug(message.community);
    if (!community) return { settled: move(['leased'], { state: 'pending', dueAt: after(FIRST_MS), attempts: message.attempts - 1 }) };
    if (message.attempts > MOST_ATTEMPTS) return { settled: move(['leased'], { state: 'failed', reason: 'gaveUp' }) };
    const quiet = message.kind === 'notice' || message.heedsQuiet ? quietUntil(community, world.now()) : undefined;
    if (quiet) return { settled: move(['leased'], { state: 'pending', dueAt: quiet, attempts: message.attempts - 1 }) };

    const start = await begun(message);
    if (start.state === 'lost') return { settled: Promise.resolve() };
    if (start.state !== 'sending') return { settled: move(['sending'], start) };
    const { isSpoken } = CHANNELS[message.channel];
    const from = isSpoken ? community.phone : (community.textNumber ?? community.phone);
    const said = unlessForged(() => saidIn(world.vault, message));
    if (!said) return { settled: move(['sending'], NOT_OURS) };
    const text = await worded(message, said, start.isFirst).catch(async (error: unknown) => {
      await move(['sending'], { state: 'pending', dueAt: after(backoff(message.attempts)), reason: 'notWorded' });
      throw error;
    });
    const sent = await within(timeoutMs, (signal) =>
      send({
        to: message.address,
        from,
        community: community._id,
        text,
        told: { said, language: message.language, isFirst: start.isFirst },
        ref: message.ref,
        signal,
      }),
    );
    if (sent.state === 'stopped') await stopAddress(world, message);
    return {
      sent,
      settled: Promise.all([
        move(['sending', 'unknown'], came(message, sent)), // a callback may have been faster: its state stays
        sent.state === 'refused' && !sent.parks && sendingRate(world, message.channel, community).slowDown(),
        sent.state === 'sent' && start.isFirst && proven({ message, words: text }),
        sent.state === 'failed' && sent.wrong === 'text' && !goesOn(message, sent) && message.broadcast && holdBroadcast(world, message.broadcast),
        !goesOn(message, sent) && watch(message.broadcast, sent.state === 'failed' || sent.state === 'unknown'),
      ]),
    };
  };

  function came({ attempts }: Held, sent: Sent): Partial<MessageRecord> {
    if (sent.state === 'sent') return { state: 'sent', carrierId: sent.carrierId };
    if (sent.state === 'stopped') return { state: 'stopped' };
    if (sent.state !== 'refused') return { state: sent.state, reason: sent.reason };
    const dueAt = after(Math.max(sent.afterMs ?? 0, backoff(attempts)));
    return { state: 'pending', dueAt, reason: sent.reason, ...(sent.parks && { attempts: attempts - 1 }) };
  }

  async function worded({ community, language, channel }: Held, said: MessageContent, isFirst: boolean): Promise<string> {
    return word({ community, language, channel, said, isFirst });
  }
}

/** It failed here and is tried on the next channel. */
function goesOn({ next }: Held, { state }: Sent): boolean {
  return state === 'failed' && next !== undefined;
}

/** Runs with a signal that aborts after so many milliseconds; the timer is cleared if the work ends before. */
async function within<Result>(ms: number, run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The outcome of a held message, and the states from which it may come to it. */
export interface Outcome {
  readonly message: Held;
  readonly from: readonly MessageState[];
  readonly to: Partial<MessageRecord>;
}

/** Writes outcomes durably; those that wait together by one command. Each counts only while the message has its lease's token. */
function recordOutcomes(world: World): (outcome: Outcome) => Promise<void> {
  return groupCommit(async (outcomes) => {
    try {
      await write(world, outcomes);
    } catch (error) {
      const clashed = clashes(error);
      if (!clashed) throw error;
      // a carrier that gives one id to two messages: what it did with either is not known
      await write(
        world,
        outcomes.filter((_, index) => clashed.has(index)).map((outcome) => ({ ...outcome, to: { state: 'unknown', reason: 'nonsense' } })),
      );
    }
    return outcomes.map(() => undefined);
  });
}

async function write(world: World, outcomes: readonly Outcome[]): Promise<void> {
  const changedAt = world.now();
  await collection(Message).bulkWrite(
    outcomes.map(({ message: { _id, community, token }, from, to }) => ({
      updateOne: { filter: { community, _id, token, state: { $in: [...from] } }, update: { $set: { ...to, changedAt } } },
    })),
    { ordered: false },
  );
}

/** Which of the writes met an id that another message has; undefined if something else went wrong. */
function clashes(error: unknown): Set<number> | undefined {
  if (!(error instanceof mongo.MongoBulkWriteError)) return undefined;
  const failed = [error.writeErrors].flat();
  return failed.every(({ code }) => code === DUPLICATE_KEY) ? new Set(failed.map(({ index }) => index)) : undefined;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;

/** How long to wait after so many attempts, in milliseconds: exponential with full jitter. `random` in [0, 1). */
export function backoff(attempts: number, random: () => number = Math.random): number {
  return Math.floor(random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempts));
}

/** The states from which a message may still come to a state: only forward, never out of an end. */
const BEFORE: Record<CarrierStatus['state'], MessageState[]> = {
  sent: ['sending', 'unknown'],
  delivered: ['sending', 'unknown', 'sent'],
  failed: ['sending', 'unknown', 'sent'],
  stopped: ['sending', 'unknown', 'sent'],
};

/**
 * Moves a message on as its carrier reports. A report that is late, repeated, out of order or about a message that is not ours is harmless.
 * It also settles a message that was `unknown`. One whose ref and id are of two messages says of neither what became of it.
 */
export async function carrierStatus(world: World, { ref, carrierId, state, reason }: CarrierStatus): Promise<void> {
  const watch = pauseOnFailures(world);
  const changedAt = world.now();
  const which = ref ? { community: ref.slice(0, ref.lastIndexOf('.')), ref } : await byCarrierId(carrierId);
  if (!which) return;
  const message = await collection(Message)
    .findOneAndUpdate(
      { ...which, state: { $in: BEFORE[state] } },
      { $set: { state, carrierId, changedAt, ...(reason ? { reason } : {}) }, ...(reason ? {} : { $unset: { reason: '' } }) },
    )
    .catch(async (error: unknown) => {
      if (!isDuplicate(error)) throw error;
      await collection(Message).updateOne({ ...which, state: 'sending' }, { $set: { state: 'unknown', reason: 'nonsense', changedAt } });
      return null;
    });
  if (message && state === 'stopped') await stopAddress(world, message);
  if (message && state === 'failed' && !message.next) await watch(message.broadcast, true);
}

/** Which message has an id of the carrier's; undefined if none has, or two. */
async function byCarrierId(carrierId: string): Promise<Pick<MessageRecord, 'community' | '_id'> | undefined> {
  const [found, another] = await collection(Message)
    .find({ carrierId }, { projection: { community: 1 }, limit: 2 })
    .toArray();
  return another ? undefined : found;
}

/** The carrier says that this address has stopped us: that person gets no more messages that we start; on a shared phone, that phone. Harmless to repeat. */
async function stopAddress(world: World, { community, channel, to }: Pick<MessageRecord, 'community' | 'channel' | 'to'>): Promise<void> {
  const at = wholeDay(world.now());
  for (const _id of await reachOf(world, { community, id: to })) await writeStop(world.vault, { _id, community, at, channel, by: 'carrier' });
}

/** If so many of the last ones failed, something is wrong with the list, the text or the carrier, and going on would only cost money. */
const LAST = 50;
const TOO_MANY = 15;
/** The most broadcasts that one process watches. */
const BROADCASTS = 100;

/** Call it with the end of each message of a broadcast; it pauses the broadcast if too many of the last ones failed. It counts only the calls in this process. */
export const pauseOnFailures: (world: World) => (broadcast: string | undefined, isFailed: boolean) => Promise<void> = perWorld((world) => {
  const lately = boundedMap<string, boolean[]>(BROADCASTS);
  return async (broadcast, isFailed) => {
    if (broadcast === undefined) return;
    const last = lately.get(broadcast) ?? [];
    last.push(isFailed);
    if (last.length > LAST) last.shift();
    lately.set(broadcast, last);
    if (!isFailed || last.filter(Boolean).length < TOO_MANY) return;
    lately.delete(broadcast);
    await holdBroadcast(world, broadcast);
  };
});
