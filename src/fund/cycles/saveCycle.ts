import { isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { announced } from './announcedTables.ts';
import { voteOf } from './calendar.ts';
import { Cycle, type CycleFile, type CycleRecord } from './cycle.ts';
import { cycleMark, markedAnew } from './cycleMark.ts';

/** What is known of a cycle as its file is imported. */
export interface KnownCycle {
  readonly now: Date;
  /** The cycle as it is stored, if it was imported before. */
  readonly before?: CycleRecord;
  /** Whether its vote has opened. */
  readonly isOpened: boolean;
}

/**
 * Writes a cycle as its file gives it, in an import’s transaction. What was moved by hand stays, and so does what was frozen. A file that
 * says the same as before changes nothing. */
export async function saveCycle(
  { vault }: Pick<World, 'vault'>,
  { lot, paper, tables, ...cycle }: CycleFile,
  community: string,
  { now, before, isOpened }: KnownCycle,
  session: mongo.ClientSession,
): Promise<void> {
  if (!before) {
    const held = isToBeChecked(cycle, now) && { holds: [{ from: new Date(0) }] };
    const made = {
      ...cycle,
      ...(lot && { lot }),
      ...(paper && { paper }),
      ...(tables && announced(vault, cycle, tables)),
      community,
      moves: [],
      ...held,
      importedAt: now,
    };
    await collection(Cycle).insertOne({ ...made, mark: cycleMark(vault, made) }, { session });
    return;
  }
  const { _id, ...fields } = cycle;
  const isSame = Object.entries({ ...fields, lot, paper, tables }).every(([field, value]) =>
    isDeepStrictEqual(value, new Map(Object.entries(before)).get(field)),
  );
  if (isSame) return;
  const base = isOpened ? {} : { importedAt: now };
  const unset = {
    ...(!lot && !before.frozen && { lot: 1 as const }),
    ...(!paper && { paper: 1 as const }),
    ...(!tables && { tables: 1 as const, tablesMark: 1 as const }),
  };
  const marked = markedAnew(vault, before, { ...before, stages: fields.stages, paper });
  const set = { ...fields, ...base, ...(lot && { lot }), ...(paper && { paper }), ...(tables && announced(vault, cycle, tables)), ...marked };
  await collection(Cycle).updateOne({ _id }, { $set: set, ...(Object.keys(unset).length > 0 && { $unset: unset }) }, { session });
}

/** A vote before which something is to be published does not open before that is checked; one that is open already is not held back any more. */
function isToBeChecked(cycle: Pick<CycleFile, 'stages'>, now: Date): boolean {
  const vote = voteOf({ ...cycle, moves: [] }, now);
  return cycle.stages.some(({ stage }) => stage === 'publish') && vote !== undefined && vote.from > now;
}
