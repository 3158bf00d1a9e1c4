import { dayOf } from '../../fund/cycles/dayOf.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Message, type MessageRecord, type MessageState } from '../message.ts';

export interface Reminding {
  readonly cycle: string;
  readonly timezone: string;
  /** Its own messages do not count: queueing it again changes nothing. */
  readonly occasion: string;
}

const MOST_A_CYCLE = 3;
const WAITING: MessageState[] = ['pending', 'leased', 'sending'];
const NEVER_CAME: MessageState[] = ['stopped', 'cancelled', 'failed'];

/** Those of the residents who may be reminded of something today: at most one reminder a day and three a cycle for each. What waits to be sent counts as today's. */
export function remindable(world: World): (residents: readonly string[], reminding: Reminding) => Promise<Set<string>> {
  return async (residents, { cycle, timezone, occasion }) => {
    const today = dayOf(world.now(), timezone);
    const reminded = new Map<string, string[]>();
    const found = native(Message).find(
      { resident: { $in: [...residents] }, reminds: cycle, state: { $nin: NEVER_CAME } },
      { projection: { resident: 1, state: 1, changedAt: 1 }, hint: { resident: 1, reminds: 1 } },
    );
    for await (const message of found) {
      if (message._id.startsWith(`${occasion}|`) || message.resident === undefined) continue;
      reminded.set(message.resident, [...(reminded.get(message.resident) ?? []), dayIn(message)]);
    }
    return new Set(residents.filter((resident) => mayBe(reminded.get(resident) ?? [])));

    function dayIn({ state, changedAt }: Pick<MessageRecord, 'state' | 'changedAt'>): string {
      return WAITING.includes(state) ? today : dayOf(changedAt, timezone);
    }

    function mayBe(days: readonly string[]): boolean {
      return days.length < MOST_A_CYCLE && !days.includes(today);
    }
  };
}
