import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { act, done, given, key, line, phoneText, refuse, subject } from '../act/index.ts';
import { cycleKeys } from '../ballots/index.ts';
import { findCommunity, phoneTyped } from '../communities/index.ts';
import { type CycleRecord, cycleById, voteOf } from '../cycles/index.ts';
import { type Actor, AT_TABLE, mayStill, notifyResident, personAtTable, requestAtTable, serialIn, withdrawTakenDown } from '../people/index.ts';
import { isDatedBack } from './datedBack.ts';
import { handOf, twoHands } from './hands.ts';
import { encryptedMarked, isGenuineMark, Mark, type MarkRecord, markedPerson, markOfMark } from './mark.ts';
import { isGenuineSlip, Slip, slipBallot } from './slip.ts';
import { atTable, genuineTable, noteHands, onTable, secondPerson, Table, TWO_HANDS, tableSubject } from './tables.ts';
import { tellNamed } from './tellNamed.ts';

/** What came of a mark: its number at the table. It does not say whether the same person handed in another slip before: who votes again may not want the table to know. */
export interface Marked {
  readonly marked: number;
  readonly serial: string;
  readonly at: Date;
  /** The request to join. */
  readonly asked?: number;
}

/** A device that had no connection is believed so far back. */
const BELIEVED_MS = 12 * HOUR_MS;
/** Its clock may be so far ahead: then it is taken as now. */
const AHEAD_MS = 60_000;
/** What was marked before the close on a device without connection is taken so long after it. */
const AFTER_CLOSE_MS = 30 * 60_000;
/** So often one slip is taken back: each time two messages go to a phone. */
const MOST_TAKEN_BACK = 3;

/** A table of a cycle, which is known (`cycleById`): nothing is looked up for it. */
const atNumber = subject({
  path: onTable.path,
  async find({ world }, community, { cycle: id = '', number }) {
    const cycle = await cycleById(world)(id);
    return cycle?.community === community ? { cycle, number: Number(number) } : null;
  },
  name: ({ cycle: { _id: cycle }, number }) => tableSubject({ cycle, number }),
});

/**
 * Marks that somebody hands in a slip at a table, by two names: this moment is the ballot's time. The log says that a slip was marked, neither whose nor
 * which. A resident is notified by phone at once, while `不是我` still reaches the slip: it may have been somebody else. Who hands it in was found before
 * (`findAtTable`), or shows the nine digits of their card, or is not on the roster: then they ask to be put there.
 */
export const markSlip = act({
  name: 'table.mark',
  may: AT_TABLE,
  on: atNumber,
  input: z.strictObject({
    /** From the device, another for each slip: what is sent twice counts once. */
    id: key(),
    serial: line(200),
    ...{ resident: line(200).optional(), card: line(200).optional() },
    ...{ name: line(200).optional(), building: line(200).optional(), phone: phoneText().optional() },
    other: secondPerson(),
    /** When the device noted it, if that was before now: it had no connection. */
    at: given(z.instanceof(Date)).optional(),
  }),
  /**
   * `notVoting`: the vote is not open, or was not at that moment. `moment`: the device's moment lies in the future, too far back, or before the table was
   * opened. `serial`: mistyped; `unknownSerial`: no slip of this service has it; `otherSlip`: it is one of another community or cycle; `oldBallot`: printed before
   * the ballot was changed; `tooOften`: it was taken back so often that it counts as spoiled. `known`: they are on the roster, by that name and phone.
   * `tooManyAsk`: who works here took down so many within an hour that they wait; others go on.
   */
  refusals: {
    ...{ noTable: null, closed: null, notVoting: null, moment: null },
    // what is about the person and the slip together is about no field: both begin anew
    ...{ serial: null, unknownSerial: null, otherSlip: null, oldBallot: null, usedSerial: null, tooOften: null },
    ...{ noPerson: 'card', card: 'card', tooManyCards: 'card', phoneWrong: null, ownNumber: null, known: null, tooManyAsk: null, enoughToday: null },
    ...TWO_HANDS,
  },
  async before({ world, on: { cycle, number }, input, actor }) {
    const { _id: id, community } = cycle;
    const _id = { cycle: id, id: input.id };
    const [table, same] = await Promise.all([genuineTable(world, { cycle: id, number }), collection(Mark).findOne({ _id })]);
    if (!table) return refuse('noTable');
    if (same) return done(asMarked(same));
    if (table.closed) return refuse('closed');
    const heardAt = world.now();
    const at = momentOf(input.at, heardAt, table.opened.at);
    if (!at) return refuse('moment');
    if (!wasVoting(cycle, at, heardAt)) return refuse('notVoting');
    const serial = serialIn(input.serial);
    if (serial === undefined) return refuse('serial');
    const slip = await collection(Slip).findOne({ _id: serial }, { projection: { cycle: 1, made: 1, takenBack: 1, mark: 1 } });
    if (!slip || !isGenuineSlip(world.vault, slip)) return refuse('unknownSerial');
    if (slip.cycle !== id) return refuse('otherSlip');
    if (slip.made.ballot !== undefined && slip.made.ballot !== slipBallot(cycle)) return refuse('oldBallot');
    if ((slip.takenBack ?? 0) >= MOST_TAKEN_BACK) return refuse('tooOften');
    if (await collection(Mark).findOne({ serial, active: true }, { projection: { _id: 1 } })) return refuse('usedSerial');
    const two = await twoHands(world, community, actor, input.other, 'atTable');
    if ('refused' in two) return two;
    const person = await handsIn(world, community, input, actor);
    if ('refused' in person) return person;
    const who =
      'resident' in person
        ? { resident: person.resident }
        : await takenDown(world, actor, { community, ...person, takenBy: two.hands.map(({ name }) => name), at, key: `${id} ${input.id}` });
    if ('refused' in who) return who;
    const voter = 'resident' in who ? cycleKeys(world)(cycle)?.voter(who.resident).voterId : undefined;
    const by = [...two.hands];
    const made = { _id, community, table: number, serial, at, heardAt, by, active: true as const };
    const whose = { person: encryptedMarked(world.vault, _id, who), ...(voter ? { voter } : { asks: true as const }) };
    return async ({ session, notify }) => {
      const counted = await collection(Table).findOneAndUpdate(
        { _id: table._id, closed: { $exists: false } },
        { $inc: { marked: 1, marks: 1 } },
        { session, returnDocument: 'after' },
      );
      if (!counted) return refuse('closed');
      await noteHands(world, counted, by, session);
      const record = { ...made, number: counted.marked };
      try {
        await collection(Mark).insertOne({ ...record, ...whose, mark: markOfMark(world.vault, record) }, { session });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const sent = await collection(Mark).findOne({ _id });
        if (!sent) return refuse('usedSerial');
        await session.abortTransaction();
        return done(asMarked(sent));
      }
      if (!table.hands.includes(two.hands[1].phone)) await tellNamed(world, notify, { community, other: input.other, ...atTable(table._id, actor) });
      const line = { community, occasion: `slip|${id}|${input.id}`, said: { key: 'notice.slip', params: { number } } };
      if ('resident' in who) await notifyResident(world, notify, who.resident, line);
      const marked = { marked: counted.marked, serial, at, ...('request' in who && { asked: who.request }) };
      return done<Marked>(marked, {
        after: { mark: counted.marked, by: by.map(({ name }) => name), ...(isDatedBack(record) && { at, received: heardAt }) },
      });
    };
  },
});

/** Takes down that somebody asks to join, as often as that may be in earnest (`MOST_AN_HOUR`). */
async function takenDown(world: World, actor: Actor, asks: Parameters<typeof requestAtTable>[1]) {
  return (await mayStill(world, asks.community, actor, 'request')) ? requestAtTable(world, asks) : refuse('tooManyAsk');
}

function asMarked({ number, serial, at }: MarkRecord): Marked {
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

/** Who hands in a slip, as it is typed: found before (`findAtTable`), by the nine digits on their card, or not on the roster: then they ask to be put there. */
export interface Handing {
  readonly resident?: string | undefined;
  readonly card?: string | undefined;
  readonly name?: string | undefined;
  readonly building?: string | undefined;
  /** As people write it; without one they get no notice. */
  readonly phone?: string | undefined;
}

/** The person who stands at the table: somebody on the roster, or whom it is that asks to be put there. Rejects as `personAtTable`. */
export async function handsIn(world: World, community: string, { resident, card = '', name, building = '', phone: written }: Handing, actor: Actor) {
  if (resident !== undefined || name === undefined)
    return personAtTable.read({ world, community, actor }, resident === undefined ? { card } : { resident });
  const typed = written ? await phoneTyped(written, (await findCommunity(community))?.phone) : undefined;
  if (typed && 'refused' in typed) return typed;
  return { name, building, ...(typed && { phone: typed.number }) };
}

/** So long a mark may be taken back, in milliseconds. */
export const UNDO_MS = 120_000;

/**
 * Takes back a mark of the wrong person or slip, within two minutes, by one of the two who made it. The person who was notified of the mark is notified of this.
 */
export const undoMark = act({
  name: 'table.undo',
  may: AT_TABLE,
  on: onTable,
  input: z.strictObject({ id: key() }),
  /** `notOwn`: others marked it. */
  refusals: { noMark: null, notOwn: null, late: null, closed: null },
  async run({ world, session, on: { _id: of, community, closed }, input: { id }, actor, notify }) {
    const { cycle, number: table } = of;
    const _id = { cycle, id };
    const mark = await collection(Mark).findOne({ _id, table }, { session, promoteBuffers: true });
    if (!mark) return refuse('noMark');
    if (!mark.active) return done({ undone: true });
    const own = await handOf(world, actor);
    if (!mark.by.some(({ phone }) => phone === own.phone)) return refuse('notOwn');
    if (world.now().getTime() > mark.heardAt.getTime() + UNDO_MS) return refuse('late');
    if (closed) return refuse('closed');
    const { active: _, ...back } = mark;
    await collection(Table).updateOne({ _id: of }, { $inc: { marks: -1 } }, { session });
    await collection(Mark).updateOne(
      { _id },
      {
        $unset: { active: 1, person: 1, voter: 1, asks: 1 },
        ...(isGenuineMark(world.vault, mark) && { $set: { mark: markOfMark(world.vault, back) } }),
      },
      { session },
    );
    await collection(Slip).updateOne({ _id: mark.serial }, { $inc: { takenBack: 1 } }, { session });
    const person = markedPerson(world.vault, mark);
    const line = { community, occasion: `slipBack|${cycle}|${id}`, said: { key: 'notice.slipBack', params: { number: table } } };
    if (person && 'resident' in person) await notifyResident(world, notify, person.resident, line);
    if (person && 'request' in person) await withdrawTakenDown({ community, request: person.request }, session);
    return done({ undone: true }, { before: { mark: mark.number } });
  },
});
