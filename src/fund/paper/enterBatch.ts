import { CodedError } from '../../store/codedError.ts';
import { collection, DURABLE } from '../../store/collection.ts';
import { updateEach } from '../../store/groupCommit.ts';
import { forEachSettled } from '../../store/inTime.ts';
import type { World } from '../../store/world.ts';
import { ballotOf, cast, cycleKeys, refusePicks } from '../ballots/index.ts';
import { cycleById, type FrozenCycle, isFrozen } from '../cycles/index.ts';
import { acceptedAmong } from '../people/index.ts';
import { agreed, Batch, type BatchRecord, type KeyedSlip, keyedIn } from './batch.ts';
import { Mark, type MarkRecord, markedPerson } from './mark.ts';
import { nameVoters } from './nameVoters.ts';
import { decryptedPicks, encryptedPicks, type Outcome, Slip } from './slip.ts';
import { listSlips } from './slipList.ts';

/** Gives what became of the slips of an accepted batch, after each that counts is in the ledger. Harmless to repeat: a slip counts once. */
export function enterBatch(world: World): (batch: BatchRecord) => Promise<Required<BatchRecord>['outcomes']> {
  const enter = enterSlips(world);
  return async (batch) => {
    const { _id, table } = batch;
    const cycle = await cycleById(world)(_id.cycle);
    const slips = agreed(keyedIn(world.vault, batch)) ?? [];
    if (!isFrozen(cycle)) return {};
    const entered = await enter(cycle, { number: _id.number, table }, slips);
    await noteSlips(world, _id, entered);
    const outcomes = countOf(entered.map(({ outcome }) => outcome));
    await collection(Batch).updateOne({ _id, state: 'entering' }, { $set: { state: 'accepted', outcomes }, $inc: { revision: 1 } });
    return outcomes;
  };
}

/** Enters what was accepted and not yet entered whole, because a process died in the middle. To be called now and then; harmless to repeat. */
export function enterAccepted(world: World): () => Promise<void> {
  const enter = enterBatch(world);
  return async () => {
    const left = await collection(Batch).find({ state: 'entering' }, { promoteBuffers: true, limit: MOST_AT_ONCE }).toArray();
    await forEachSettled(left, 'accepted batches', async (batch) => {
      await enter(batch);
    });
  };
}

const MOST_AT_ONCE = 100;

/**
 * Enters all of a cycle that was accepted in time and is not entered, and notes which slips there are: before its ledger is sealed, also after a process died.
 * Harmless to repeat.
 */
export function enterRest(world: World): (cycle: string) => Promise<void> {
  const enter = enterBatch(world);
  const enterLate = enterLateJoined(world);
  const list = listSlips(world);
  return async (cycle) => {
    const left = collection(Batch).find({ '_id.cycle': cycle, state: 'entering' }, { promoteBuffers: true });
    for await (const batch of left) await enter(batch);
    await enterLate(cycle);
    await list(cycle);
  };
}

/**
 * Enters the slips of people who were put on the roster since, of one cycle or of all: their batch was accepted before they were. To be called every few
 * seconds, also between the end of keying and the seal; harmless to repeat.
 */
export function enterLateJoined(world: World): (cycle?: string) => Promise<void> {
  const enter = enterSlips(world);
  return async (only) => {
    const which = { waits: true as const, ...(only !== undefined && { cycle: only }) };
    const waiting = await collection(Slip)
      .find(which, { promoteBuffers: true, ...(only === undefined && { limit: MOST_AT_ONCE }) })
      .toArray();
    for (const id of new Set(waiting.map(({ cycle }) => cycle))) {
      const cycle = await cycleById(world)(id);
      const own = waiting.filter((slip) => slip.cycle === id);
      if (!isFrozen(cycle) || cycle.sealedAt) {
        await collection(Slip).updateMany({ _id: { $in: own.map(({ _id }) => _id) } }, { $unset: { waits: 1 } });
        continue;
      }
      const batches = new Map(own.map(({ _id, batch }) => [_id, batch]));
      const slips = own.map(({ _id, picks }) => ({ serial: _id, ...(picks && { picks: decryptedPicks(world.vault, _id, picks) }) }));
      for (const { serial, outcome } of await enter(cycle, undefined, slips)) {
        if (outcome === 'notOnRoll') continue;
        const { matchedCount } = await collection(Slip).updateOne({ _id: serial, waits: true }, { $set: { outcome }, $unset: { waits: 1 } });
        const counts = { 'outcomes.notOnRoll': -1, [`outcomes.${outcome}`]: 1 };
        if (matchedCount === 1) await collection(Batch).updateOne({ _id: { cycle: id, number: batches.get(serial) ?? 0 } }, { $inc: counts });
      }
    }
  };
}

interface Entered extends KeyedSlip {
  readonly outcome: Outcome;
}

/**
 * What becomes of slips: each that counts is an entry of the ledger then. The moment at which it was handed in is its ballot's time; one that a later slip or
 * ballot of the same person superseded is not written.
 */
function enterSlips(world: World): (
  cycle: FrozenCycle,
  /** The batch that they are in; absent if that was looked at before. */
  batch: { readonly number: number; readonly table: number } | undefined,
  slips: readonly KeyedSlip[],
) => Promise<Entered[]> {
  const castOne = cast(world);
  return async (cycle, batch, slips) => {
    const serials = slips.map(({ serial }) => serial);
    const [marks, known] = await Promise.all([
      collection(Mark)
        .find({ serial: { $in: serials }, active: true, ...(batch && { table: batch.table }) }, { promoteBuffers: true })
        .toArray(),
      collection(Slip)
        .find({ _id: { $in: serials }, batch: { $exists: true }, outcome: { $ne: 'unmarked' } }, { projection: { batch: 1 } })
        .toArray(),
      nameVoters(world, cycle),
    ]);
    const handedIn = await handedInBy(world, cycle, marks);
    const inOther = new Set(known.filter((slip) => batch !== undefined && slip.batch !== batch.number).map(({ _id }) => _id));
    const { frozen, items } = ballotOf(cycle.frozen);
    return Promise.all(
      slips.map(async (slip): Promise<Entered> => {
        const { serial, picks } = slip;
        const mark = handedIn.get(serial);
        if (inOther.has(serial)) return { ...slip, outcome: 'double' };
        if (!mark) return { ...slip, outcome: 'unmarked' };
        if (!picks) return { ...slip, outcome: 'unreadable' };
        if (refusePicks({ projects: items, ...frozen.choices }, picks)) return { ...slip, outcome: 'invalid' };
        if (mark.isSuperseded) return { ...slip, outcome: 'superseded' };
        if (mark.resident === undefined) return { ...slip, outcome: 'notOnRoll' };
        const outcome = await castOne({
          ...{ key: serial, service: 'castSlip' as const, at: mark.at, community: cycle.community, channel: 'paper' as const },
          ...{ by: mark.by, resident: mark.resident, withCard: true, picks, beginWrite: () => undefined },
        });
        return { ...slip, outcome: 'receipt' in outcome ? 'counted' : (REFUSED[outcome.refused.reason] ?? 'late') };
      }),
    );
  };
}

const REFUSED: Readonly<Record<string, Outcome>> = { superseded: 'superseded', notOnRoll: 'notOnRoll' };

interface HandedIn {
  readonly at: Date;
  readonly by: string;
  /** `_id`; absent while the person is not on the roster. */
  readonly resident?: string;
  /** The same person handed in another slip later. */
  readonly isSuperseded: boolean;
}

async function handedInBy(world: World, cycle: FrozenCycle, marks: readonly MarkRecord[]): Promise<Map<string, HandedIn>> {
  const keys = cycleKeys(world)(cycle);
  const people = marks.map((mark) => ({ mark, person: markedPerson(world.vault, mark) }));
  const requests = people.flatMap(({ person }) => (person && 'request' in person ? [person.request] : []));
  const accepted = await acceptedAmong(cycle.community, requests);
  const found = people.map(({ mark, person }) => {
    const resident = person && ('resident' in person ? person.resident : accepted.get(person.request));
    return { mark, resident, voter: resident === undefined ? undefined : keys?.voter(resident).voterId };
  });
  const voters = found.flatMap(({ voter }) => voter ?? []);
  const all = await collection(Mark)
    .find({ voter: { $in: voters }, active: true }, { projection: { voter: 1, at: 1, heardAt: 1, serial: 1 } })
    .toArray();
  const last = new Map<string, MarkRecord>();
  for (const mark of all.toSorted((one, other) => one.at.getTime() - other.at.getTime() || one.heardAt.getTime() - other.heardAt.getTime()))
    if (mark.voter) last.set(mark.voter, mark);
  return new Map(
    found.map(({ mark, resident, voter }) => [
      mark.serial,
      {
        at: mark.at,
        by: mark.by.map(({ name }) => name).join('、'),
        ...(resident !== undefined && { resident }),
        isSuperseded: voter !== undefined && last.get(voter)?.serial !== mark.serial,
      },
    ]),
  );
}

async function noteSlips({ vault }: World, { cycle, number }: BatchRecord['_id'], entered: readonly Entered[]): Promise<void> {
  const noted = entered.filter(({ outcome }) => outcome !== 'double');
  if (noted.length === 0) return;
  const { failed } = await updateEach(
    Slip,
    noted.map(({ serial, outcome, picks }) => ({
      q: { _id: serial, cycle },
      u: {
        $set: {
          ...{ batch: number, outcome },
          ...(picks && { picks: encryptedPicks(vault, serial, picks) }),
          ...(outcome === 'notOnRoll' && { waits: true as const }),
        },
      },
    })),
    DURABLE,
  );
  if (failed.size > 0) throw new CodedError('not-noted', 'What became of the slips could not be noted; it is tried again.');
}

function countOf(outcomes: readonly Outcome[]): Required<BatchRecord>['outcomes'] {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
