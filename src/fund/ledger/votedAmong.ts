import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { CycleRecord } from '../records/cycle.ts';
import { Entry } from '../records/entry.ts';
import { lastEntry } from './lastEntry.ts';
import { voterOf } from './voterOf.ts';

/**
 * Those of the residents who have a ballot that counts: whose last entry is not voided. Nobody before the vote opens. From the index alone,
 * but for who had a ballot voided.
 */
export function votedAmong(world: World): (cycle: CycleRecord, residents: readonly string[]) => Promise<Set<string>> {
  const asVoter = voterOf(world);
  return async (cycle, residents) => {
    const marks = new Map(
      residents.flatMap((resident) => {
        const voter = asVoter(cycle, resident);
        return voter ? [[voter.mark, resident]] : [];
      }),
    );
    const wanted = [...marks.keys()];
    if (wanted.length === 0) return new Set();
    const [cast, voided] = await Promise.all([
      native(Entry)
        .find({ voter: { $in: wanted } }, { projection: { _id: 0, voter: 1 }, hint: { voter: 1, '_id.seq': -1 } })
        .toArray(),
      native(Entry)
        .find({ voter: { $in: wanted }, voided: true }, { projection: { _id: 0, voter: 1 }, hint: { voter: 1, voided: 1 } })
        .toArray(),
    ]);
    const voted = marksOf(cast);
    for (const mark of marksOf(voided)) if ((await lastEntry(mark))?.voided) voted.delete(mark);
    return new Set([...voted].flatMap((mark) => marks.get(mark) ?? []));
  };
}

function marksOf(entries: readonly { voter?: string }[]): Set<string> {
  return new Set(entries.flatMap(({ voter }) => voter ?? []));
}
