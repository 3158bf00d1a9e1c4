import { CHANNEL_NAMES, CHANNELS, type Channel } from '../../contacts/channel.ts';
import { addressHmac, type ContactPoint } from '../../contacts/contact.ts';
import { type ConversationPlace, type ConversationRecord, committedBetween } from '../../dialog/conversation.ts';
import type { FlowRole } from '../../dialog/flow.ts';
import type { OpenFlow } from '../../dialog/openFlow.ts';
import { communityByNumber } from '../../fund/communities/index.ts';
import { currentCycle, stageAt } from '../../fund/cycles/index.ts';
import { holdersOf } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import { forEachSettled } from '../../store/pauses.ts';
import { dayOf, HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { Message, type MessageRecord, type MessageState } from '../outbox/message.ts';
import { AnnouncementProgress } from './nudge.ts';

const SAID: Partial<Record<FlowRole, string>> = {
  vote: 'notice.unfinishedVote',
  propose: 'notice.unfinishedPropose',
  ask: 'notice.unfinishedAsk',
};

/** A resident who has not gone on for so long is reminded … */
const AFTER_MS = 3 * HOUR_MS;
/** … but not after so long: by then nothing of what was said is kept either. */
const WITHIN_MS = 24 * HOUR_MS;
const AT_ONCE = 500;
/** How far the conversations have been looked through. */
const CURSOR = 'unfinished';
/** Sorts after every `_id`. */
const LAST_ID = '~';

/**
 * Reminds residents on the roster who left a vote, a proposal or a question unfinished three hours ago (to the hour), once. Each conversation's last
 * turn is looked at once, in the order of time. If a look is cut off in the middle, the next one goes on there.
 */
export async function unfinished(world: World, channels: readonly Channel[]): Promise<void> {
  const holders = holdersOf(world);
  const bySlug = communityByNumber(world);
  const current = currentCycle(world);
  const notify = enqueue(world);
  const now = world.now().getTime();
  const to = new Date(now - AFTER_MS);
  const kept = await collection(AnnouncementProgress).findOne({ _id: CURSOR });
  const [hour, after = LAST_ID] = kept?.cursor?.split('|') ?? [];
  const from = new Date(Math.min(Math.max(Number(hour ?? 0), now - WITHIN_MS), to.getTime()));
  const left = await committedBetween({ from, to, after }, AT_ONCE);
  const last = left.length === AT_ONCE ? left.at(-1) : undefined;
  const cursor = last?.at ? `${last.at.getTime()}|${last._id}` : String(to.getTime());
  try {
    await forEachSettled(left, 'reminders', remind);
  } finally {
    await collection(AnnouncementProgress).updateOne({ _id: CURSOR }, { $set: { cursor }, $setOnInsert: { at: world.now() } }, { upsert: true });
  }

  async function remind({ _id, at, place: kept, open, language }: ConversationRecord): Promise<void> {
    if (!at || !kept || !open) return;
    const { role } = openIn(_id, open);
    const key = role && SAID[role];
    const { channel, address, to } = placeIn(_id, kept);
    const contact = { channel, address };
    if (!key || CHANNELS[channel].isSpoken || !channels.includes(channel)) return;
    const community = await bySlug(to);
    const cycle = community && (await current(community._id, world.now()));
    if (!cycle || (role === 'vote' && stageAt(cycle, world.now()) !== 'vote')) return;
    const { holders: found } = await holders({ community: community._id, ...contact });
    const [holder, another] = found;
    const occasion = `unfinished|${cycle._id}|${at.toISOString()}`;
    if (!holder || another) return;
    const may = await remindable(world, [{ resident: holder.resident, at: contact }], {
      community: community._id,
      cycle: cycle._id,
      timezone: community.timezone,
      occasion,
    });
    if (!may.has(holder.resident)) return;
    await notify({
      occasion,
      community: community._id,
      ...contact,
      resident: holder.resident,
      language: language ?? holder.language ?? community.language,
      kind: 'notice',
      said: { key },
      until: new Date(at.getTime() + WITHIN_MS),
      reminds: cycle._id,
      ...(role === 'vote' && { unlessVoted: cycle._id }),
    });
  }

  /** Decrypts a place. It needs no check of its form, because we encrypted it. */
  function placeIn(id: string, encrypted: Buffer): ConversationPlace {
    return JSON.parse(world.vault.decrypt('conversationPlace', id, encrypted));
  }

  function openIn(id: string, encrypted: Buffer): Pick<OpenFlow, 'role'> {
    return JSON.parse(world.vault.decrypt('conversationOpen', id, encrypted));
  }
}

interface Reminding {
  readonly community: string;
  readonly cycle: string;
  readonly timezone: string;
  /** The occasion. Its own messages do not count, so that queueing it again changes nothing. */
  readonly occasion: string;
}

const MOST_A_CYCLE = 3;
const WAITING: MessageState[] = ['pending', 'leased', 'sending'];
const NEVER_CAME: MessageState[] = ['stopped', 'cancelled', 'failed'];

/** A resident, and the phone or chat where they would be reminded first. */
interface Remindee {
  readonly resident: string;
  readonly at?: ContactPoint;
}

/** A `Remindee` with the HMAC of the address. */
interface Asked {
  readonly resident: string;
  readonly place?: Pick<MessageRecord, 'channel' | 'to'>;
}

type Reminder = Pick<MessageRecord, '_id' | 'resident' | 'channel' | 'to' | 'state' | 'changedAt'>;

/**
 * The residents who may be reminded today: each at most once a day and three times a cycle; and each phone as well,
 * however many share it. A reminder that waits to be sent counts as today's.
 */
export async function remindable(
  world: World,
  asked: readonly Remindee[],
  { community, cycle, timezone, occasion }: Reminding,
): Promise<Set<string>> {
  const to = asked.map(({ resident, at }) => ({
    resident,
    ...(at && { place: { channel: at.channel, to: addressHmac(world.vault, { community, ...at }) } }),
  }));
  const today = dayOf(world.now(), timezone);
  const reminded = new Map<string, Reminder[]>();
  for (const reminder of await remindersOf(community, to, cycle)) {
    if (reminder._id.startsWith(`${occasion}|`)) continue;
    for (const name of [reminder.resident, placeOf(reminder)]) if (name !== undefined) reminded.set(name, [...(reminded.get(name) ?? []), reminder]);
  }
  return new Set(to.filter(mayBe).map(({ resident }) => resident));

  function mayBe({ resident, place }: Asked): boolean {
    const all = [...(reminded.get(resident) ?? []), ...(place ? (reminded.get(placeOf(place)) ?? []) : [])];
    const days = [...new Map(all.map((reminder) => [reminder._id, dayIn(reminder)])).values()];
    return days.length < MOST_A_CYCLE && !days.includes(today);
  }

  function dayIn({ state, changedAt }: Reminder): string {
    return WAITING.includes(state) ? today : dayOf(changedAt, timezone);
  }
}

async function remindersOf(community: string, to: readonly Asked[], reminds: string): Promise<Reminder[]> {
  const projection = { resident: 1, channel: 1, to: 1, state: 1, changedAt: 1 };
  const state = { $nin: NEVER_CAME };
  const found = await Promise.all([
    collection(Message)
      .find({ community, resident: { $in: to.map(({ resident }) => resident) }, reminds, state }, { projection, hint: { resident: 1, reminds: 1 } })
      .toArray(),
    ...CHANNEL_NAMES.map((channel) => {
      const places = to.flatMap(({ place }) => (place?.channel === channel ? [place.to] : []));
      if (places.length === 0) return [];
      return collection(Message)
        .find({ community, channel, to: { $in: places }, reminds, state }, { projection, hint: { channel: 1, to: 1, at: 1 } })
        .toArray();
    }),
  ]);
  return found.flat();
}

function placeOf({ channel, to }: Pick<MessageRecord, 'channel' | 'to'>): string {
  return `${channel}|${to}`;
}
