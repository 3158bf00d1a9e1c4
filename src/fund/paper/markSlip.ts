import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { cycleKeys } from '../ballots/index.ts';
import { type CycleRecord, cycleById, voteOf } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight, notifyResident, personAtTable, requestAtTable, serialIn } from '../people/index.ts';
import { isDatedBack } from './datedBack.ts';
import { handOf, twoHands } from './hands.ts';
import { encryptedMarked, isGenuineMark, Mark, type MarkedPerson, type MarkRecord, markedPerson, markOfMark } from './mark.ts';
import { isGenuineSlip, Slip, slipBallot } from './slip.ts';
import { atTable, genuineTable, noteHands, Table } from './tables.ts';
import { tellNamed } from './tellNamed.ts';

/** Who hands in a slip: found before (`findAtTable`), by the nine digits on their card, or not on the roster: then they ask to be put there. */
export type Handing =
  | { readonly resident: string }
  | { readonly card: string }
  | { readonly name: string; readonly building: string /** E.164; without it they get no notice. */; readonly phone?: string };

export interface Marking {
  readonly cycle: string;
  readonly table: number;
  /** From the device, another for each slip: what is sent twice counts once. */
  readonly id: string;
  readonly serial: string;
  readonly person: Handing;
  /** When the device noted it, if that was before now: it had no connection. */
  readonly at?: Date;
  /** The second person at the table (`StaffMember.id`; on the server a name). */
  readonly other: string;
  readonly actor: Actor;
}

export type Marked =
  /**
   * `number` counts at the table. `asked`: the request to join. It does not say whether the same person handed in another slip before: who votes again
   * may not want the table to know.
   */
  | { readonly marked: number; readonly serial: string; readonly at: Date; readonly asked?: number }
  | {
      readonly refused:
        | 'noTable'
        /** The table is closed. */
        | 'closed'
        /** The vote is not open, or was not at that moment. */
        | 'notVoting'
        /** The device's moment lies in the future, too far back, or before the table was opened. */
        | 'moment'
        /** It is no serial: mistyped. */
        | 'serial'
        /** No slip of this service has it: forged. */
        | 'unknownSerial'
        /** It is a slip of another community or cycle. */
        | 'otherSlip'
        /** It was printed before the ballot was changed: something else stands on it. */
        | 'oldBallot'
        /** It was handed in before. */
        | 'usedSerial'
        /** It was taken back so often that it counts as spoiled. */
        | 'tooOften'
        | 'noPerson'
        /** The card's check digit is wrong: mistyped. */
        | 'card'
        /** Who marks typed too many wrong cards, and has to wait. */
        | 'tooManyCards'
        /** The person is on the roster already, by that name and phone. */
        | 'known'
        | 'enoughToday'
        | 'noSecond'
        | 'samePerson';
    };

/** A device that had no connection is believed so far back. */
const BELIEVED_MS = 12 * HOUR_MS;
/** Its clock may be so far ahead: then it is taken as now. */
const AHEAD_MS = 60_000;
/** What was marked before the close on a device without connection is taken so long after it. */
const AFTER_CLOSE_MS = 30 * 60_000;
/** So often one slip is taken back: each time two messages go to a phone. */
const MOST_TAKEN_BACK = 3;

/**
 * Marks that somebody hands in a slip at a table, by two names: this moment is the ballot's time. The log says that a slip was marked, neither whose nor
 * which. A resident is notified by phone at once, while `不是我` still reaches the slip: it may have been somebody else. Rejects with `not-allowed`
 * (`checkRight`).
 */
export function markSlip(world: World, notify: Notify): (marking: Marking) => Promise<Marked> {
  const cycleOf = cycleById(world);
  const tell = notifyResident(world, notify);
  return async ({ cycle: id, table: number, serial: typed, person, other, actor, ...device }) => {
    const [table, cycle] = await Promise.all([genuineTable(world, { cycle: id, number }), cycleOf(id)]);
    if (!table || !cycle) return { refused: 'noTable' };
    const { community } = table;
    const acting = checkRight(actor, 'markSlip', community);
    const _id = { cycle: id, id: device.id };
    const same = await collection(Mark).findOne({ _id });
    if (same) return told(same);
    if (table.closed) return { refused: 'closed' };
    const heardAt = world.now();
    const at = momentOf(device.at, heardAt, table.opened.at);
    if (!at) return { refused: 'moment' };
    if (!wasVoting(cycle, at, heardAt)) return { refused: 'notVoting' };
    const serial = serialIn(typed);
    if (serial === undefined) return { refused: 'serial' };
    const slip = await collection(Slip).findOne({ _id: serial }, { projection: { cycle: 1, made: 1, takenBack: 1, mark: 1 } });
    if (!slip || !isGenuineSlip(world.vault, slip)) return { refused: 'unknownSerial' };
    if (slip.cycle !== id) return { refused: 'otherSlip' };
    if (slip.made.ballot !== undefined && slip.made.ballot !== slipBallot(cycle)) return { refused: 'oldBallot' };
    if ((slip.takenBack ?? 0) >= MOST_TAKEN_BACK) return { refused: 'tooOften' };
    if (await collection(Mark).findOne({ serial, active: true }, { projection: { _id: 1 } })) return { refused: 'usedSerial' };
    const two = await twoHands(world, community, actor, other, 'atTable');
    if ('refused' in two) return two;
    const who = await whoOf(world, actor, community, person, { at, key: `${id} ${device.id}` });
    if ('refused' in who) return who;
    const voter = 'resident' in who ? cycleKeys(world)(cycle)?.voter(who.resident).voterId : undefined;
    const by = [...two.hands];
    const made = { _id, community, table: number, serial, at, heardAt, by, active: true as const };
    const whose = { person: encryptedMarked(world.vault, _id, who), ...(voter ? { voter } : { asks: true as const }) };
    try {
      return await withLog(world)(community, async (session, write): Promise<Marked> => {
        const counted = await collection(Table).findOneAndUpdate(
          { _id: table._id, closed: { $exists: false } },
          { $inc: { marked: 1, marks: 1 } },
          { session, returnDocument: 'after' },
        );
        if (!counted) return { refused: 'closed' };
        await noteHands(world, counted, by, session);
        const record = { ...made, number: counted.marked };
        await collection(Mark).insertOne({ ...record, ...whose, mark: markOfMark(world.vault, record) }, { session });
        const after = { mark: counted.marked, by: by.map(({ name }) => name), ...(isDatedBack(record) && { at, received: heardAt }) };
        await write({ ...acting, subject: `${id}/table/${number}`, detail: { after } });
        if (!table.hands.includes(two.hands[1].phone)) await tellNamed(world, notify, { community, other, ...atTable(table._id, actor) }, session);
        const line = { community, occasion: `slip|${id}|${device.id}`, said: { key: 'notice.slip', params: { number } } };
        if ('resident' in who) await tell(who.resident, line, session);
        return { marked: counted.marked, serial, at, ...('request' in who && { asked: who.request }) };
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const sent = await collection(Mark).findOne({ _id });
      return sent ? told(sent) : { refused: 'usedSerial' };
    }
  };
}

function told({ number, serial, at }: MarkRecord): Marked {
  return { marked: number, serial, at };
}

function momentOf(noted: Date | undefined, heardAt: Date, openedAt: Date): Date | undefined {
  if (!noted || noted >= heardAt) return noted && noted.getTime() > heardAt.getTime() + AHEAD_MS ? undefined : heardAt;
  return noted.getTime() >= heardAt.getTime() - BELIEVED_MS && noted >= openedAt ? noted : undefined;
}

function wasVoting(cycle: CycleRecord, at: Date, heardAt: Date): boolean {
  const vote = voteOf(cycle, at);
  return vote !== undefined && vote.from <= at && at < vote.to && heardAt.getTime() < vote.to.getTime() + AFTER_CLOSE_MS;
}

async function whoOf(
  world: World,
  actor: Actor,
  community: string,
  person: Handing,
  asking: { readonly at: Date; readonly key: string },
): Promise<MarkedPerson | { readonly refused: 'card' | 'noPerson' | 'tooManyCards' | 'known' | 'enoughToday' }> {
  if ('name' in person) return requestAtTable(world)({ community, ...person, ...asking });
  const found = await personAtTable(world)(community, person, actor);
  return 'refused' in found ? found : { resident: found.resident };
}

/** `notOwn`: others marked it. */
export type Undone = { readonly undone: true } | { readonly refused: 'noMark' | 'notOwn' | 'late' | 'closed' };

/** So long a mark may be taken back, in milliseconds. */
export const UNDO_MS = 120_000;

/**
 * Takes back a mark of the wrong person or slip, within two minutes, by one of the two who made it. The log has an entry, and the person who was notified of the
 * mark is notified of this. Rejects with `not-allowed` (`checkRight`).
 */
export function undoMark(world: World, notify: Notify): (undoing: { cycle: string; id: string; actor: Actor }) => Promise<Undone> {
  const tell = notifyResident(world, notify);
  return async ({ cycle, id, actor }) => {
    const mark = await collection(Mark).findOne({ _id: { cycle, id } }, { promoteBuffers: true });
    if (!mark) return { refused: 'noMark' };
    const { community, table, number, heardAt, serial, by, _id } = mark;
    const acting = checkRight(actor, 'undoMark', community);
    if (!mark.active) return { undone: true };
    const own = await handOf(world, actor);
    if (!by.some(({ phone }) => phone === own.phone)) return { refused: 'notOwn' };
    if (world.now().getTime() > heardAt.getTime() + UNDO_MS) return { refused: 'late' };
    const person = markedPerson(world.vault, mark);
    return withLog(world)(community, async (session, write): Promise<Undone> => {
      const open = await collection(Table).updateOne(
        { _id: { cycle, number: table }, closed: { $exists: false } },
        { $inc: { marks: -1 } },
        { session },
      );
      if (open.matchedCount === 0) return { refused: 'closed' };
      const { active: _, ...back } = mark;
      const { matchedCount } = await collection(Mark).updateOne(
        { _id, active: true },
        {
          $unset: { active: 1, person: 1, voter: 1, asks: 1 },
          ...(isGenuineMark(world.vault, mark) && { $set: { mark: markOfMark(world.vault, back) } }),
        },
        { session },
      );
      if (matchedCount === 0) {
        await collection(Table).updateOne({ _id: { cycle, number: table } }, { $inc: { marks: 1 } }, { session });
        return { undone: true };
      }
      await collection(Slip).updateOne({ _id: serial }, { $inc: { takenBack: 1 } }, { session });
      await write({ ...acting, subject: `${cycle}/table/${table}`, detail: { before: { mark: number } } });
      const line = { community, occasion: `slipBack|${cycle}|${id}`, said: { key: 'notice.slipBack', params: { number: table } } };
      if (person && 'resident' in person) await tell(person.resident, line, session);
      return { undone: true };
    });
  };
}
