import { voteOf } from '../fund/calendar/voteOf.ts';
import { native } from '../store/native.ts';
import { liveCycles } from './calendar/liveCycles.ts';
import { ENDS, Message } from './message.ts';

const KEPT_MS = 60 * 24 * 60 * 60 * 1_000;
const AT_ONCE = 1_000;

/** Messages that came to an end long ago; those about a vote not before it has closed, as they count for who is reminded. */
export async function forgetMessages(now: Date): Promise<void> {
  const voting = (await liveCycles(now)).filter((cycle) => (voteOf(cycle)?.to ?? now) > now).map(({ _id }) => _id);
  for (;;) {
    const old = await native(Message)
      .find(
        {
          state: { $in: [...ENDS] },
          changedAt: { $lte: new Date(now.getTime() - KEPT_MS) },
          reminds: { $nin: voting },
          unlessVoted: { $nin: voting },
        },
        { projection: { _id: 1 }, hint: { changedAt: 1 }, limit: AT_ONCE },
      )
      .toArray();
    if (old.length > 0) await native(Message).deleteMany({ _id: { $in: old.map(({ _id }) => _id) } });
    if (old.length < AT_ONCE) return;
  }
}
