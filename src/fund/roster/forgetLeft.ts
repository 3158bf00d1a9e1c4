import { native } from '../../store/native.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { Cycle } from '../records/cycle.ts';
import { Resident } from '../records/resident.ts';
import { forgetLeaversUntil } from './leaving.ts';

/**
 * After the close removes what was kept of people who asked to be deleted, to tell whether they come back (DESIGN §5): HMACs of phones, chats and
 * card. It looks at communities where no vote is open; what is kept of who left after the day (UTC) of the last close stays until the next. Harmless to repeat.
 */
export async function forgetLeft(now: Date): Promise<void> {
  const communities = await native(Resident).distinct('community', { leftAddresses: { $exists: true } });
  for (const community of communities) {
    const cycles = await native(Cycle)
      .find({ community }, { projection: { stages: 1, moves: 1 } })
      .toArray();
    const closes = cycles.flatMap((cycle) => voteOf(cycle)?.to ?? []).filter((close) => close <= now);
    const last = closes.toSorted((one, other) => other.getTime() - one.getTime())[0];
    if (!last) continue;
    await forgetLeaversUntil(community, last);
  }
}
