import { CHANNEL_NAMES } from '../../contacts/channel.ts';
import { addressHmac, type ContactPoint } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { dayOf } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { Message, type MessageRecord, type MessageState } from '../outbox/message.ts';

export interface Reminding {
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
export interface Remindee {
  readonly resident: string;
  readonly at?: ContactPoint;
}

/** The same, with the HMAC of the address. */
interface Asked {
  readonly resident: string;
  readonly place?: Pick<MessageRecord, 'channel' | 'to'>;
}

type Reminder = Pick<MessageRecord, '_id' | 'resident' | 'channel' | 'to' | 'state' | 'changedAt'>;

/**
 * The residents who may be reminded today: each at most once a day and three times a cycle; and each phone as well,
 * however many share it. A reminder that waits to be sent counts as today's.
 */
export function remindable(world: World): (to: readonly Remindee[], reminding: Reminding) => Promise<Set<string>> {
  return async (asked, { community, cycle, timezone, occasion }) => {
    const to = asked.map(({ resident, at }) => ({
      resident,
      ...(at && { place: { channel: at.channel, to: addressHmac(world.vault, { community, ...at }) } }),
    }));
    const today = dayOf(world.now(), timezone);
    const reminded = new Map<string, Reminder[]>();
    for (const reminder of await remindersOf(to, cycle)) {
      if (reminder._id.startsWith(`${occasion}|`)) continue;
      for (const name of [reminder.resident, placeOf(reminder)])
        if (name !== undefined) reminded.set(name, [...(reminded.get(name) ?? []), reminder]);
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
  };
}

async function remindersOf(to: readonly Asked[], reminds: string): Promise<Reminder[]> {
  const projection = { resident: 1, channel: 1, to: 1, state: 1, changedAt: 1 };
  const state = { $nin: NEVER_CAME };
  const found = await Promise.all([
    collection(Message)
      .find({ resident: { $in: to.map(({ resident }) => resident) }, reminds, state }, { projection, hint: { resident: 1, reminds: 1 } })
      .toArray(),
    ...CHANNEL_NAMES.map((channel) => {
      const places = to.flatMap(({ place }) => (place?.channel === channel ? [place.to] : []));
      if (places.length === 0) return [];
      return collection(Message)
        .find({ channel, to: { $in: places }, reminds, state }, { projection, hint: { channel: 1, to: 1, at: 1 } })
        .toArray();
    }),
  ]);
  return found.flat();
}

function placeOf({ channel, to }: Pick<MessageRecord, 'channel' | 'to'>): string {
  return `${channel}|${to}`;
}
