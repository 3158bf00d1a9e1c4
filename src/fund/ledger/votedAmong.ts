import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { CycleRecord } from '../records/cycle.ts';
import { Entry } from '../records/entry.ts';
import { cycleKeys } from './cycleKeys.ts';
import { lastEntry } from './lastEntry.ts';

/**
 * Those of the residents who have a ballot that counts: whose last entry is not voided. Nobody before the vote opens. From the index alone,
 * but for who had a ballot voided.
 */
export function votedAmong(world: World): (cycle: CycleRecord, residents: readonly string[]) => Promise<Set<string>> {
  const keysOf = cycleKeys(world);
  return async (cycle, residents) => {
    const keys = keysOf(cycle);
    if (!keys) return new Set();
    const marks = new Map(residents.map((resident) => [keys.voter(resident).mark, resident]));
    const voted = await withEntry([...marks.keys()]);
    for (const mark of await withEntry([...voted], true)) if ((await lastEntry(mark))?.voided) voted.delete(mark);
    return new Set([...voted].flatMap((mark) => marks.get(mark) ?? []));
  };
}

/** Those of the marks with an entry; `voided`: with one that voids. */
async function withEntry(marks: readonly string[], voided?: true): Promise<Set<string>> {
  if (marks.length === 0) return new Set();
  const found = await native(Entry)
    .find(
      { voter: { $in: marks }, ...(voided && { voided }) },
      { projection: { _id: 0, voter: 1 }, hint: voided ? { voter: 1, voided: 1 } : { voter: 1, '_id.seq': -1 } },
    )
    .toArray();
  return new Set(found.flatMap(({ voter }) => voter ?? []));
}
