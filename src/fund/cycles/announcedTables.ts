import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { recordMark } from '../../store/recordMark.ts';
import type { Vault } from '../../store/vault.ts';
import { readTime } from '../../store/wallTime.ts';
import { act, day, done, given, line, refuse, time } from '../act/index.ts';
import { findCommunity } from '../communities/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { heldVote, voteOf } from './calendar.ts';
import { type AnnouncedTable, Cycle, type CycleRecord } from './cycle.ts';
import { onCycle } from './cycleSubject.ts';

/** Of a cycle: more than any has. */
export const MOST_ANNOUNCED = 60;
const LONGEST_PLACE = 60;

/**
 * Announces a table for slips of paper: where, on which day and from when until when, within the vote. Pages, poster and answers tell it. It may be done
 * while the vote is open, too, as a table may have to move.
 */
export const announceTable = act({
  name: 'cycle.announceTable',
  may: DAILY_WORK,
  on: onCycle,
  input: z.strictObject({ place: line(LONGEST_PLACE), day: day(), from: time(), to: time() }),
  refusals: { noVote: null, order: 'to', outside: 'day', over: 'day', tooMany: null },
  async run({ world, session, on, input: { place, day, from: begins, to: ends } }) {
    const now = world.now();
    const zone = (await findCommunity(on.community, session))?.timezone ?? 'Asia/Shanghai';
    const [from = now, to = now] = [begins, ends].map((clock) => readTime(`${day}T${clock}`, zone, now));
    const table = { place, from, to };
    const { tables = [] } = on;
    if (tables.some((each) => isSame(each, table))) return done({});
    const wrong = wrongTable(table, voteAhead(on, now));
    if (wrong) return refuse(wrong);
    if (to <= now) return refuse('over');
    if (tables.length >= MOST_ANNOUNCED) return refuse('tooMany');
    const after = [...tables, table].toSorted((one, other) => one.from.getTime() - other.from.getTime());
    await collection(Cycle).updateOne({ _id: on._id }, { $set: announcedAnew(world.vault, on, after) }, { session });
    return done({}, { after: table });
  },
});

/** Takes back a table that was announced: it will not stand there, or not then. To move it, another is announced. */
export const withdrawTable = act({
  name: 'cycle.withdrawTable',
  may: DAILY_WORK,
  on: onCycle,
  input: z.strictObject({ place: line(LONGEST_PLACE), from: given(z.coerce.date()) }),
  refusals: {},
  async run({ world, session, on, input: { place, from } }) {
    const { tables = [] } = on;
    const table = tables.find((each) => each.place === place && each.from.getTime() === from.getTime());
    if (!table) return done({});
    const left = tables.filter((each) => each !== table);
    const change = left.length > 0 ? { $set: announcedAnew(world.vault, on, left) } : { $unset: { tables: 1 as const, tablesMark: 1 as const } };
    await collection(Cycle).updateOne({ _id: on._id }, change, { session });
    return done({}, { before: table });
  },
});

/** Tables as a cycle's record keeps them: with a mark, so that nobody announces one who writes into the database and has no SECRET. */
export function announced(vault: Vault, { _id }: Pick<CycleRecord, '_id'>, tables: readonly AnnouncedTable[]) {
  return { tables: [...tables], tablesMark: recordMark(vault, 'cycles', { _id, tables }) };
}

/** Whether the service itself wrote which tables are announced. */
export function areAnnounced(vault: Vault, cycle: Pick<CycleRecord, '_id' | 'tables' | 'tablesMark'>): boolean {
  return cycle.tables === undefined || cycle.tablesMark === announced(vault, cycle, cycle.tables).tablesMark;
}

/** The tables as they are changed now. Those that were changed past the service keep their wrong mark. */
function announcedAnew(vault: Vault, before: CycleRecord, tables: readonly AnnouncedTable[]) {
  return areAnnounced(vault, before) ? announced(vault, before, tables) : { tables: [...tables] };
}

/** What is wrong with a table that is announced for a vote. */
export function wrongTable(
  { from, to }: Pick<AnnouncedTable, 'from' | 'to'>,
  vote: ReturnType<typeof voteOf>,
): 'noVote' | 'order' | 'outside' | undefined {
  if (!vote) return 'noVote';
  if (to <= from) return 'order';
  return from < vote.from || to > vote.to ? 'outside' : undefined;
}

/** A table that is announced, as it is told: times in ISO 8601. */
export interface TableAhead {
  readonly place: string;
  readonly from: string;
  readonly to: string;
}

/** The tables that are announced and not over, those of now first. One that lies outside of the vote, since that was moved, is not told. */
export function tablesAhead(cycle: CycleRecord, at: Date): TableAhead[] {
  const vote = voteAhead(cycle, at);
  return (cycle.tables ?? [])
    .filter((table) => table.to > at && !wrongTable(table, vote))
    .map(({ place, from, to }) => ({ place, from: from.toISOString(), to: to.toISOString() }));
}

function voteAhead(cycle: CycleRecord, at: Date): ReturnType<typeof voteOf> {
  return heldVote(cycle, at) ?? voteOf(cycle, at);
}

function isSame(one: AnnouncedTable, other: AnnouncedTable): boolean {
  return one.place === other.place && one.from.getTime() === other.from.getTime() && one.to.getTime() === other.to.getTime();
}
