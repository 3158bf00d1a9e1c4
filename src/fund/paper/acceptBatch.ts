import { asError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { groupCommit } from '../../store/groupCommit.ts';
import { perWorld, type World } from '../../store/world.ts';
import type { Act, Performed } from '../act/index.ts';
import { type Acting, withLog } from '../log/index.ts';
import { type Actor, checkRight, KEYING } from '../people/index.ts';
import { acceptedNow, agreed, Batch, type BatchRecord, isGenuineBatch, keyedIn, markOfBatch, onBatch } from './batch.ts';
import { enterBatch } from './enterBatch.ts';
import { type Hand, handOf, isAmong } from './hands.ts';
import { type NotNow, whyNotNow } from './keySlips.ts';
import { Table } from './tables.ts';

/** Longer than a turn: a ballot that was received before a slip of this table is in the ledger by then. */
const SETTLED_MS = 15_000;

/**
 * Accepts a batch whose keyings agree. Once a second person accepts it, each slip becomes one entry of the ledger, with the moment at which it was
 * handed in. After a crash the same call goes on, and so does `enterAccepted`: a slip counts once. `notReady`: it is not keyed whole, or differences are not
 * settled; or the service did not write what was keyed, or who accepted it. `samePerson`: they accepted it already, and somebody else has to. `tooSoon`: its
 * table was closed only just now, and whoever votes by message in the same moment comes first.
 */
export const acceptBatch: Act<Accepted, Refusal> = {
  ...{ name: 'batch.accept', may: KEYING, path: onBatch.path, isOneOfMany: false, fields: [] },
  refusals: { notReady: null, samePerson: null, early: null, late: null, tooSoon: null },
  perform: async ({ world }, { community, at: { cycle = '', number }, actor }) =>
    accepting(world)({ community, cycle, batch: Number(number), actor }),
};

type Refusal = 'notReady' | 'samePerson' | NotNow | 'tooSoon';
/** One has accepted it, and another person has to; or both have. */
type Accepted = { readonly accepted: 1 } | { readonly accepted: 2; readonly outcomes: Required<BatchRecord>['outcomes'] };
type BatchAccepted = Performed<Accepted, Refusal>;

interface Acceptance {
  readonly community: string;
  readonly cycle: string;
  readonly batch: number;
  readonly actor: Actor;
}

/** Acceptances that come at the same time share their commands and their transaction (`groupCommit`), and some are noted while those before are entered. */
const accepting: (world: World) => (acceptance: Acceptance) => Promise<BatchAccepted> = perWorld((world) => {
  const enter = enterBatch(world);
  const note = groupCommit(async (acceptances: readonly Acceptance[]) => {
    const judge = await judgeOf(world, acceptances);
    const judged = await Promise.all(acceptances.map((acceptance) => judge(acceptance).catch(asError)));
    const noted = await noteAll(world, judged.filter(isToNote));
    return judged.map((one) => (isToNote(one) && !noted.has(one) ? { is: 'changed' as const } : one));
  });
  return async (acceptance) => {
    const noted = await note(acceptance);
    if (!('batch' in noted)) return noted;
    if (noted.batch.state !== 'entering') return { is: 'done', result: { accepted: 1 } };
    return { is: 'done', result: { accepted: 2, outcomes: await enter(noted.batch) } };
  };
});

/** A batch as it is once it is accepted by one more, or one that is being entered. */
interface ToEnter {
  readonly batch: BatchRecord;
}

interface ToNote extends ToEnter {
  readonly acting: Acting;
  readonly slips: number;
}

function isToNote(judged: Error | BatchAccepted | ToEnter | ToNote): judged is ToNote {
  return 'acting' in judged;
}

/** What is to be done with each of these acceptances, by what is known of their batches and tables now. */
async function judgeOf(
  world: World,
  acceptances: readonly Acceptance[],
): Promise<(acceptance: Acceptance) => Promise<BatchAccepted | ToEnter | ToNote>> {
  const batches = await collection(Batch)
    .find({ _id: { $in: acceptances.map(({ cycle, batch: number }) => ({ cycle, number })) } }, { promoteBuffers: true })
    .toArray();
  const tables = await collection(Table)
    .find({ _id: { $in: batches.map(({ _id: { cycle }, table: number }) => ({ cycle, number })) } }, { projection: { 'closed.at': 1 } })
    .toArray();
  const hands = new Map<string, Promise<Hand>>();
  const handFor = (actor: Actor): Promise<Hand> => {
    const key = `${actor.kind} ${actor.id} ${actor.name}`;
    const hand = hands.get(key) ?? handOf(world, actor);
    hands.set(key, hand);
    return hand;
  };
  return async ({ community, cycle, batch: number, actor }) => {
    const acting = checkRight(actor, acceptBatch, community);
    const batch = batches.find((each) => each._id.cycle === cycle && each._id.number === number && each.community === community);
    if (!batch) return { is: 'noSubject' };
    if (batch.state === 'accepted') return { is: 'done', result: { accepted: 2, outcomes: batch.outcomes ?? {} } };
    if (batch.state === 'entering') return { batch };
    const keyed = batch.state === 'ready' && isGenuineBatch(world.vault, batch) ? keyedIn(world.vault, batch) : undefined;
    const slips = keyed && agreed(keyed);
    if (!slips) return { is: 'refused', refused: 'notReady' };
    const notNow = await whyNotNow(world, cycle);
    if (notNow) return { is: 'refused', refused: notNow };
    const now = world.now();
    const closed = tables.find(({ _id }) => _id.cycle === cycle && _id.number === batch.table)?.closed;
    if (!closed || closed.at.getTime() + SETTLED_MS > now.getTime()) return { is: 'refused', refused: 'tooSoon' };
    const by = await handFor(actor);
    const before = acceptedNow(batch, now);
    const accepters = before.map((each) => each.by.phone);
    if (await isAmong(world, batch.community, by, accepters)) return { is: 'refused', refused: 'samePerson' };
    const accepted = [...before, { by, at: now }];
    const mark = markOfBatch(world.vault, { ...batch, accepted });
    return { batch: { ...batch, accepted, mark, state: accepted.length > 1 ? 'entering' : 'ready' }, acting, slips: slips.length };
  };
}

/** Notes acceptances with their entries in the log, those of a community in one transaction. Gives those that were noted: a batch that was changed meanwhile is left as it is. */
async function noteAll(world: World, wanted: readonly ToNote[]): Promise<Set<ToNote>> {
  const communities = [...new Set(wanted.map(({ batch }) => batch.community))];
  const noted = await Promise.all(
    communities.map((community) =>
      noteIn(
        world,
        community,
        wanted.filter(({ batch }) => batch.community === community),
      ),
    ),
  );
  return new Set(noted.flat());
}

function noteIn(world: World, community: string, wanted: readonly ToNote[]): Promise<ToNote[]> {
  return withLog(world, community, async (session, write) => {
    const found = await collection(Batch)
      .find({ _id: { $in: wanted.map(({ batch }) => batch._id) } }, { session, projection: { revision: 1 } })
      .toArray();
    const unchanged = found.flatMap(
      ({ _id, revision }) =>
        wanted.find(({ batch }) => batch._id.cycle === _id.cycle && batch._id.number === _id.number && batch.revision === revision) ?? [],
    );
    if (unchanged.length === 0) return [];
    await collection(Batch).bulkWrite(
      unchanged.map(({ batch: { _id, accepted, state, mark } }) => ({
        updateOne: { filter: { _id }, update: { $set: { accepted, state, mark }, $inc: { revision: 1 } } },
      })),
      { session },
    );
    await write(
      ...unchanged.map(({ acting, slips, batch: { _id, table, accepted } }) => ({
        ...acting,
        subject: `${_id.cycle}/batch/${_id.number}`,
        detail: { after: { table, slips, by: accepted.map(({ by }) => by.name) } },
      })),
    );
    return unchanged;
  });
}
