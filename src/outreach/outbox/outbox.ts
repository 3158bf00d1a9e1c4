import type { Sent } from '../../carriers/sending.ts';
import { CHANNEL_NAMES, type Channel } from '../../contacts/channel.ts';
import { communityBySlug } from '../../fund/communities/index.ts';
import { collection } from '../../store/collection.ts';
import type { Log } from '../../store/log.ts';
import { type Underway, underway } from '../../store/pauses.ts';
import type { World } from '../../store/world.ts';
import { quietUntil } from '../quietUntil.ts';
import { type Held, lease } from './beginSending.ts';
import { type Carrier, delivery } from './delivery.ts';
import { tryNext, wakeUps } from './enqueue.ts';
import { communitiesOf, laneFacts, lanesOf, Message, NOT_OURS } from './message.ts';
import { sendingRate } from './sendingRate.ts';

interface OutboxOptions extends Omit<Carrier, 'timeoutMs'> {
  readonly channel: Channel;
  readonly log: Pick<Log, 'error'>;
  /** Which messages: replies have a sender of their own, so that nothing stands before them. All others if absent. */
  readonly sends?: 'replies' | 'others';
  /** The most messages that are with the carrier at once; 32 if absent. */
  readonly atOnce?: number;
  /** The longest that one call of the carrier may take, in milliseconds; 10,000 if absent. */
  readonly timeoutMs?: number;
  /** How often to look for messages that another process queued, in milliseconds; 1,000 if absent. */
  readonly pollMs?: number;
}

export interface Outbox {
  /** Takes nothing more, releases the messages that it holds, and resolves when those with the carrier have come to an end. */
  stop(): Promise<void>;
}

/** Messages held for each slot: enough that no slot waits for the database, and so few that memory stays flat however long the queue is. */
const HELD_PER_SLOT = 4;
/** The least time between two looks, in milliseconds: at a lane whose rate is used up, and after a message was queued. */
const SOONEST_MS = 100;

/**
 * Sends what is due on one channel until it is stopped, within the rate of each community and outside its quiet hours. Several processes may send
 * from the same outbox. A message that the carrier may already have is never sent again by itself.
 */
export function outbox(
  world: World,
  { channel, log, sends = 'others', atOnce = 32, timeoutMs = 10_000, pollMs = 1_000, ...carrier }: OutboxOptions,
): Outbox {
  const deliver = delivery(world, { ...carrier, timeoutMs });
  const take = taking(world, channel, pollMs);
  const alarm = alarmClock();
  const waiting: Held[] = [];
  const inFlight = underway();
  /** Addresses for which the carrier is just being called. Further messages to them wait, so that their order is kept. */
  const writtenTo = new Set<string>();
  /** Outcomes that are being written. */
  const settling = underway();
  const reported = new Set<string>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let ringsAt: NodeJS.Timeout | undefined;
  let isStopping = false;
  /** The last look left messages behind because there was no room. */
  let isFull = false;
  /** Looks at once, unless a look was just before; then messages that come meanwhile share one look. */
  const queued = (on: Channel = channel) => {
    if (on !== channel) return;
    ringsAt ??= setTimeout(
      () => {
        ringsAt = undefined;
        alarm.ring();
      },
      Math.max(0, lookedAt + SOONEST_MS - performance.now()),
    );
  };
  wakeUps(world).on('queued', queued);
  const ended = run();
  return {
    stop: async () => {
      isStopping = true;
      wakeUps(world).off('queued', queued);
      clearTimeout(ringsAt);
      alarm.ring();
      await ended;
      await Promise.all([release(world, waiting.splice(0)), inFlight.ended()]);
      await settling.ended();
    },
  };

  async function run(): Promise<void> {
    while (!isStopping) {
      alarm.set();
      const waitMs = await look().catch((error: unknown) => {
        log.error({ error, channel, code: 'outbox-claim' }, 'The outbox cannot be looked into');
        return pollMs;
      });
      if (waitMs > 0) await alarm.pause(waitMs);
    }
  }

  /** Takes its share of the room from each lane. Gives in how many milliseconds to look again; 0 if there may be more now. */
  async function look(): Promise<number> {
    lookedAt = performance.now();
    if (lookedAt - sweptAt >= pollMs) {
      sweptAt = lookedAt;
      await recoverLeases(world, channel);
      await tryNext(world, channel);
    }
    let room = atOnce * HELD_PER_SLOT - waiting.length;
    isFull = room < atOnce;
    if (isFull) return pollMs;
    const lanes = await dueLanes(world, channel, sends);
    const share = Math.ceil(room / Math.max(1, lanes.length));
    let waitMs = pollMs;
    for (const lane of lanes) {
      if (room <= 0 || isStopping) break;
      const taken = await take(lane, Math.min(share, room));
      waitMs = Math.min(waitMs, taken.againMs);
      room -= taken.held.length;
      waiting.push(...taken.held);
      pump();
    }
    isFull = room <= 0;
    return waitMs;
  }

  function pump(): void {
    while (!isStopping && inFlight.size < atOnce && settling.size < atOnce) {
      const next = waiting.findIndex(({ address }) => !writtenTo.has(address));
      const [message] = next < 0 ? [] : waiting.splice(next, 1);
      if (!message) return;
      void tracked(inFlight, handOver(message));
    }
  }

  async function handOver(message: Held): Promise<void> {
    writtenTo.add(message.address);
    const { sent, settled } = await deliver(message).finally(() => writtenTo.delete(message.address));
    report(sent);
    void tracked(settling, settled);
  }

  async function tracked(among: Underway, work: Promise<unknown>): Promise<void> {
    const failed = (error: unknown) =>
      log.error({ error, channel, code: 'outbox-delivery' }, 'A message could not be taken further; its lease will run out');
    await among.add(work.catch(failed));
    if (isFull && waiting.length < atOnce) alarm.ring();
    pump();
  }

  /** Logs an answer of the carrier from which nothing can be known, once for each kind. */
  function report(sent: Sent | undefined): void {
    if (sent?.state !== 'unknown' || reported.has(sent.reason)) return;
    reported.add(sent.reason);
    log.error({ channel, code: `outbox-unknown.${sent.reason}` }, 'Nobody knows what became of a message; it is not sent again by itself');
  }
}

/** Takes messages of a lane as its community, its quiet hours and its rate allow. Gives in how many milliseconds there may be more; 0 if there may be now. */
function taking(world: World, channel: Channel, pollMs: number) {
  const bySlug = communityBySlug(world);
  return async (lane: string, wanted: number): Promise<{ held: readonly Held[]; againMs: number }> => {
    const { isOurs, isReply, community: slug } = laneFacts(lane);
    const community = await bySlug(slug);
    if (!community) return { held: [], againMs: pollMs }; // it is on its way from one cell to another
    if (isOurs && quietUntil(community, world.now())) return { held: [], againMs: pollMs };
    if (isReply) {
      const held = await lease(world, channel, lane, wanted);
      return { held, againMs: held.length < wanted ? pollMs : 0 };
    }
    const rate = sendingRate(world, channel, community);
    const granted = await rate.take(wanted);
    const held = granted > 0 ? await lease(world, channel, lane, granted) : [];
    await rate.giveBack(granted - held.length);
    if (granted < wanted) return { held, againMs: Math.max(SOONEST_MS, rate.everyMs) };
    return { held, againMs: held.length < granted ? pollMs : 0 };
  };
}

async function release(world: World, held: readonly Held[]): Promise<void> {
  if (held.length === 0) return;
  await collection(Message).updateMany(
    {
      community: { $in: communitiesOf(held) },
      _id: { $in: held.map(({ _id }) => _id) },
      token: { $in: held.map(({ token }) => token) },
      state: 'leased',
    },
    { $set: { state: 'pending', dueAt: world.now() }, $inc: { attempts: -1 }, $unset: { token: '' } },
  );
}

/** Pauses that a ring ends; one that rang since the alarm was set ends the next at once. */
function alarmClock() {
  let isRung = false;
  let wake = () => {};
  return {
    set: () => {
      isRung = false;
    },
    ring: () => {
      isRung = true;
      wake();
    },
    pause: (ms: number): Promise<void> => {
      if (isRung) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}

/**
 * Recovers the messages of senders that are gone. A message that they held waits again. If it was `sending`, the carrier may have it: it becomes `unknown`
 * and is not sent again by itself, unless it is a reply to somebody who has written again since (`tellAgain`).
 */
export async function recoverLeases(world: World, channel: Channel): Promise<void> {
  const now = world.now();
  const leftIn = (state: 'leased' | 'sending') => ({ channel, state, dueAt: { $lte: now } });
  const ifAwaited = (then: string, otherwise: string) => ({ $cond: ['$isAwaited', then, otherwise] });
  await collection(Message).updateMany(leftIn('sending'), [
    { $set: { state: ifAwaited('pending', 'unknown'), dueAt: ifAwaited('$at', '$dueAt'), reason: 'leaseLost', changedAt: now } },
    { $unset: 'isAwaited' },
  ]);
  // due from when it was queued, because the lease's end may be in the future of a clock that was put back
  await collection(Message).updateMany(leftIn('leased'), [{ $set: { state: 'pending', dueAt: '$at', changedAt: now } }, { $unset: 'token' }]);
}

/** The lanes of a channel in which something is due: first those for what people are doing, then that in which somebody has waited for longest. It costs one seek in the index for each lane, however much waits in it. */
export async function dueLanes(world: World, channel: Channel, sends: 'replies' | 'others' = 'others'): Promise<string[]> {
  const lanes = await oldestIn(channel, lanesOf(sends), world.now());
  return lanes
    .toSorted((one, other) => one._id.charCodeAt(0) - other._id.charCodeAt(0) || one.dueAt.getTime() - other.dueAt.getTime())
    .map(({ _id }) => _id);
}

/** For how long the oldest message has been due that belongs to what somebody did, in seconds; 0 if none is. What we start waits for the morning, or its turn. */
export async function oldestOwed({ now }: Pick<World, 'now'>): Promise<number> {
  const at = now();
  const lanes = await Promise.all(CHANNEL_NAMES.map((channel) => oldestIn(channel, NOT_OURS, at)));
  const due = lanes.flat().map(({ dueAt }) => dueAt.getTime());
  return due.length === 0 ? 0 : (at.getTime() - Math.min(...due)) / 1_000;
}

/** The message of each lane that has been due for longest. */
function oldestIn(channel: Channel, lane: { readonly $lt: string } | { readonly $gte: string }, now: Date): Promise<{ _id: string; dueAt: Date }[]> {
  return collection(Message)
    .aggregate<{ _id: string; dueAt: Date }>(
      [
        { $match: { channel, state: 'pending', lane } },
        { $sort: { channel: 1, state: 1, lane: 1, dueAt: 1 } },
        { $group: { _id: '$lane', dueAt: { $first: '$dueAt' } } },
        { $match: { dueAt: { $lte: now } } },
      ],
      { hint: { channel: 1, state: 1, lane: 1, dueAt: 1 } },
    )
    .toArray();
}
