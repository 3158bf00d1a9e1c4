import { setImmediate as rest } from 'node:timers/promises';
import type { Model, mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection, DURABLE } from '../../store/collection.ts';
import { groupCommit, type Statement, updateEach } from '../../store/groupCommit.ts';
import { forEachSettled, pauses } from '../../store/pauses.ts';
import type { Vault } from '../../store/vault.ts';
import { perWorld, type World } from '../../store/world.ts';
import { ballotOf, cast, refusePicks } from '../ballots/index.ts';
import { cycleById, type FrozenCycle, isFrozen } from '../cycles/index.ts';
import { agreedIn, Batch, type BatchRecord, type KeyedSlip } from './batch.ts';
import { listSlips } from './compareSlips.ts';
import { handedInBy, Mark, nameVoters } from './mark.ts';
import { type Outcome, Slip, type SlipRecord } from './slip.ts';

type Outcomes = Required<BatchRecord>['outcomes'];

/**
 * Enters the slips of an accepted batch into the ledger, and gives what became of each. Harmless to repeat: a slip counts once. Batches that are
 * accepted at the same time share their commands (`groupCommit`); the next ones are entered while those before are noted as accepted.
 */
export const enterBatch: (world: World) => (batch: BatchRecord) => Promise<Outcomes> = perWorld((world) => {
  const enter = groupCommit(async (batches: readonly BatchRecord[]) => {
    const outcomes = new Map<BatchRecord, Outcomes>();
    for (const id of new Set(batches.map(({ _id }) => _id.cycle))) {
      const cycle = await cycleById(world)(id);
      const own = batches.filter(({ _id }) => _id.cycle === id);
      if (isFrozen(cycle)) for (const [batch, its] of await enterAll(world, cycle, own)) outcomes.set(batch, its);
    }
    return batches.map((batch) => outcomes.get(batch));
  });
  const note = groupCommit(async (entered: readonly { readonly batch: BatchRecord; readonly outcomes: Outcomes }[]) => {
    await updateAll(
      Batch,
      entered.map(({ batch: { _id }, outcomes }) => ({
        q: { _id, state: 'entering' as const },
        u: { $set: { state: 'accepted' as const, outcomes }, $inc: { revision: 1 } },
      })),
    );
    return entered.map(() => undefined);
  });
  return async (batch) => {
    const outcomes = await enter(batch);
    if (outcomes) await note({ batch, outcomes });
    return outcomes ?? {};
  };
});

/** Enters batches of one cycle, and notes what became of their slips. */
async function enterAll(world: World, cycle: FrozenCycle, batches: readonly BatchRecord[]): Promise<Map<BatchRecord, Outcomes>> {
  const turn = pauses();
  const slips: SlipToEnter[] = [];
  for (const batch of batches) {
    for (const slip of agreedIn(world.vault, batch)) slips.push({ ...slip, table: batch.table, batch });
    await turn();
  }
  const entered = await enterSlips(world, cycle, slips);
  await noteSlips(cycle._id, entered);
  return new Map(batches.map((batch) => [batch, countOf(entered.filter((slip) => slip.batch === batch).map(({ outcome }) => outcome))]));
}

/** Enters what was accepted and not yet entered whole, because a process died in the middle. To be called now and then; harmless to repeat. */
export async function enterAccepted(world: World): Promise<void> {
  const enter = enterBatch(world);
  const left = await collection(Batch).find({ state: 'entering' }, { promoteBuffers: true, limit: MOST_AT_ONCE }).toArray();
  await forEachSettled(left, 'accepted batches', async (batch) => {
    await enter(batch);
  });
}

const MOST_AT_ONCE = 100;

/**
 * Enters all of a cycle that was accepted in time and is not entered, and notes which slips there are: before its ledger is sealed, also after a process died.
 * Harmless to repeat.
 */
export function enterRest(world: World): (cycle: string) => Promise<void> {
  const enter = enterBatch(world);
  const enterLate = enterLateJoined(world);
  return async (cycle) => {
    const left = collection(Batch).find({ '_id.cycle': cycle, state: 'entering' }, { promoteBuffers: true });
    for await (const batch of left) await enter(batch);
    await enterLate(cycle);
    await listSlips(world, cycle);
  };
}

/**
 * Enters the slips of people whose batch was accepted before they were put on the roster: of one cycle, or of all, some in each call and the next ones in
 * the next. To be called every few seconds, also between the end of keying and the seal. Harmless to repeat.
 */
export function enterLateJoined(world: World): (cycle?: string) => Promise<void> {
  let after = '';
  return async (only) => {
    const which = { waits: true as const, ...(only === undefined ? { _id: { $gt: after } } : { cycle: only }) };
    const waiting = await collection(Slip)
      .find(which, { promoteBuffers: true, sort: { _id: 1 }, ...(only === undefined && { limit: MOST_AT_ONCE }) })
      .toArray();
    if (only === undefined) after = (waiting.length === MOST_AT_ONCE && waiting.at(-1)?._id) || '';
    for (const id of new Set(waiting.map(({ cycle }) => cycle))) {
      const cycle = await cycleById(world)(id);
      const own = waiting.filter((slip) => slip.cycle === id);
      if (!isFrozen(cycle) || cycle.sealedAt) {
        await collection(Slip).updateMany({ _id: { $in: own.map(({ _id }) => _id) } }, { $unset: { waits: 1 } });
        continue;
      }
      const batches = new Map(own.map(({ _id, batch = 0 }) => [_id, batch]));
      for (const { serial, outcome } of await enterSlips(world, cycle, await keyedAmong(world.vault, id, batches))) {
        if (outcome === 'notOnRoll') continue;
        const { matchedCount } = await collection(Slip).updateOne({ _id: serial, waits: true }, { $set: { outcome }, $unset: { waits: 1 } });
        const counts = { 'outcomes.notOnRoll': -1, [`outcomes.${outcome}`]: 1 };
        if (matchedCount === 1) await collection(Batch).updateOne({ _id: { cycle: id, number: batches.get(serial) ?? 0 } }, { $inc: counts });
      }
    }
  };
}

/** What was keyed of slips, each in its own batch. */
async function keyedAmong(vault: Vault, cycle: string, batchOf: ReadonlyMap<string, number>): Promise<SlipToEnter[]> {
  if (batchOf.size === 0) return [];
  const ids = [...new Set(batchOf.values())].map((number) => ({ cycle, number }));
  const batches = await collection(Batch)
    .find({ _id: { $in: ids } }, { promoteBuffers: true })
    .toArray();
  return batches.flatMap((batch) => {
    const own = agreedIn(vault, batch).filter(({ serial }) => batchOf.get(serial) === batch._id.number);
    return own.map((slip) => ({ ...slip, table: batch.table }));
  });
}

interface SlipToEnter extends KeyedSlip {
  /** The table of whose slips it was keyed. */
  readonly table: number;
  /** The batch that it is in; absent if that was looked at before. */
  readonly batch?: BatchRecord;
}

interface Entered extends SlipToEnter {
  readonly outcome: Outcome;
}

/**
 * Decides about slips, and writes each one that counts into the ledger. The ballot's time is the moment at which the slip was handed in. A slip is
 * not written if a later slip or ballot of the same person supersedes it.
 */
async function enterSlips(world: World, cycle: FrozenCycle, slips: readonly SlipToEnter[]): Promise<Entered[]> {
  const castOne = cast(world);
  const serials = slips.map(({ serial }) => serial);
  const [marks, known] = await Promise.all([
    collection(Mark)
      .find({ serial: { $in: serials }, active: true }, { promoteBuffers: true })
      .toArray(),
    collection(Slip)
      .find({ _id: { $in: serials }, batch: { $exists: true }, outcome: { $ne: 'unmarked' } }, { projection: { batch: 1 } })
      .toArray(),
    nameVoters(world, cycle),
  ]);
  const handedIn = await handedInBy(world, cycle, marks);
  const batchOf = await knownBatches(world.vault, cycle._id, slips, new Map(known.map(({ _id, batch = 0 }) => [_id, batch])));
  const { frozen, items } = ballotOf(cycle.frozen);
  const enterOne = async (slip: SlipToEnter): Promise<Entered> => {
    const { serial, picks, batch, table } = slip;
    const mark = handedIn.get(serial);
    if (!mark || mark.table !== table) return { ...slip, outcome: batch && batchOf.has(serial) ? 'double' : 'unmarked' };
    const number = batchOf.get(serial) ?? batch?._id.number;
    batchOf.set(serial, number);
    if (batch && number !== batch._id.number) return { ...slip, outcome: 'double' };
    if (!picks) return { ...slip, outcome: 'unreadable' };
    if (refusePicks({ projects: items, ...frozen.choices }, picks)) return { ...slip, outcome: 'invalid' };
    if (mark.isSuperseded) return { ...slip, outcome: 'superseded' };
    if (mark.resident === undefined) return { ...slip, outcome: 'notOnRoll' };
    const outcome = await castOne({
      ...{ key: serial, service: 'castSlip' as const, at: mark.at, community: cycle.community, channel: 'paper' as const },
      ...{ by: mark.by, resident: mark.resident, isOnRoster: mark.isOnRoster, withCard: true, picks, beginWrite: () => undefined },
    });
    return { ...slip, outcome: 'receipt' in outcome ? 'counted' : (REFUSED[outcome.refused.reason] ?? 'late') };
  };
  const pieces: Promise<PromiseSettledResult<Entered>[]>[] = [];
  for (let from = 0; from < slips.length; from += CAST_AT_ONCE) {
    pieces.push(Promise.allSettled(slips.slice(from, from + CAST_AT_ONCE).map(enterOne)));
    await rest();
  }
  return (await Promise.all(pieces)).flat().map((settled) => {
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value;
  });
}

/** In which batch each slip was entered before. Another one than its own is looked up: that it was there in truth, and is not only said to be. */
async function knownBatches(vault: Vault, cycle: string, slips: readonly SlipToEnter[], said: ReadonlyMap<string, number>) {
  const own = new Map(slips.map(({ serial, batch }) => [serial, batch?._id.number]));
  const elsewhere = new Map([...said].filter(([serial, batch]) => own.get(serial) !== undefined && own.get(serial) !== batch));
  const there = new Set((await keyedAmong(vault, cycle, elsewhere)).map(({ serial }) => serial));
  return new Map<string, number | undefined>([...said].filter(([serial]) => !elsewhere.has(serial) || there.has(serial)));
}

/** So many slips are decided about before other work gets its turn: some milliseconds. How many go into the ledger together is its own affair. */
const CAST_AT_ONCE = 25;

const REFUSED: Readonly<Record<string, Outcome>> = { superseded: 'superseded', notOnRoll: 'notOnRoll' };

/** One statement for those of a batch that became the same. */
async function noteSlips(cycle: string, entered: readonly Entered[]): Promise<void> {
  const noted = new Map<string, { readonly batch: number; readonly outcome: Outcome; readonly serials: string[] }>();
  for (const { serial, outcome, batch } of entered) {
    if (outcome === 'double' || !batch) continue;
    const { number } = batch._id;
    const same = noted.get(`${number} ${outcome}`) ?? { batch: number, outcome, serials: [] };
    same.serials.push(serial);
    noted.set(`${number} ${outcome}`, same);
  }
  const statements = [...noted.values()].map(
    ({ batch, outcome, serials }): Statement<SlipRecord> => ({
      q: { _id: { $in: serials }, cycle, ...(outcome === 'unmarked' && { outcome: { $exists: false } }) }, // another batch may have it rightly
      u: { $set: { batch, outcome, ...(outcome === 'notOnRoll' && { waits: true as const }) } },
      multi: true,
    }),
  );
  await updateAll(Slip, statements);
}

/** Updates all of them durably, or rejects: whoever calls does it anew. */
async function updateAll<Record extends mongo.BSON.Document>(model: Model<Record>, statements: readonly Statement<Record>[]): Promise<void> {
  const { failed } = await updateEach(model, statements, DURABLE);
  if (failed.size > 0) throw new CodedError('not-noted', 'What became of the slips could not be noted; it is tried again.');
}

function countOf(outcomes: readonly Outcome[]): Required<BatchRecord>['outcomes'] {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
