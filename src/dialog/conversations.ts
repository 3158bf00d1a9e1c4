import { randomUUID } from 'node:crypto';
import { CodedError } from '../store/codedError.ts';
import { collection, DURABLE, inTime } from '../store/collection.ts';
import { DUPLICATE_KEY } from '../store/databaseErrors.ts';
import { groupCommit, type Statement, updateEach } from '../store/groupCommit.ts';
import { byId, lookUps } from '../store/lookUps.ts';
import { HOUR_MS } from '../store/wallTime.ts';
import { perWorld, type World } from '../store/world.ts';
import {
  ANSWER_PLACES,
  type Begun,
  Conversation,
  type ConversationRecord,
  type KeptAnswer,
  type Outcome,
  recordOf,
  untilOf,
} from './conversation.ts';

/** A claim lives until the longest deadline (8 s) plus 5 s. */
const CLAIM_MS = 13_000;
/**
 * This process remembers so many conversations as their last turn left them, for so long: those in which something is open or a call is
 * under way.
 */
const KNOWN = 1_000;
const KNOWN_MS = 10 * 60 * 1_000;
const LOOKS_MS = 60 * 1_000;

export interface Conversations {
  /**
   * Begins a turn with the conversation as it is stored, without a claim; undefined if another turn holds it. If it has to be loaded,
   * what `asks` looks up goes in the same command.
   */
  begin(id: string, key: string, asks?: () => void): Promise<Begun | undefined>;
  /** Claims the conversation for one turn and loads it, or creates it; undefined while another turn holds it. `asks` as above. */
  claim(id: string, key: string, asks?: () => void): Promise<Begun | undefined>;
  /**
   * Claims a conversation that was begun without a claim, once; the commit waits for it. Rejects with code `overtaken` if another turn
   * has gone on with it, or holds it.
   */
  hold(begun: Begun): Promise<void>;
  /**
   * Writes what the turn left and ends its claim, durably. If another turn took it, rejects with `claim-lost`, or without a claim with
   * `overtaken`.
   */
  commit(outcome: Outcome): Promise<void>;
  /** The last answers that are stored, at most five, newest first. */
  answersOf(begun: Begun): Promise<readonly KeptAnswer[]>;
  /** Ends a turn without a commit. */
  release(begun: Begun): Promise<void>;
}

/**
 * The stored conversations. Turns that are under way at the same time share their commands, whatever channel they came by
 * (docs/architecture.md: Shared commands). A conversation that goes on is not loaded again: whatever this process does to it is guarded by
 * the revision at which it left it.
 */
export const conversations: (world: World) => Conversations = perWorld((world) => {
  /** In the order of their last turns. */
  const known = new Map<string, ConversationRecord>();
  const take = groupCommit((items: readonly Taking[]) => takeAll(items, world.now()));
  const load = lookUps(world)(byId(Conversation, { answers: 0 }));
  const write = groupCommit(commitAll);
  let looking: NodeJS.Timeout | undefined;
  return {
    begin: async (id, key, asks) => {
      evictStale();
      const found = known.get(id) ?? (await asked(id, asks)) ?? { _id: id, revision: 0 };
      return found.turn ? undefined : { ...found, turn: { key, batch: randomUUID() }, isHeld: false };
    },
    claim: async (id, key, asks) => {
      known.delete(id);
      const taken = await take({ id, key });
      if (!taken) return undefined;
      asks?.();
      const found = taken.isNew ? { _id: id, revision: 0 } : await loaded(id, taken.batch);
      return found && { ...found, turn: { key, batch: taken.batch }, isHeld: true };
    },
    hold: (begun) => {
      begun.holding ??= holdNow(begun);
      return begun.holding;
    },
    commit: async (outcome) => {
      await outcome.begun.holding;
      known.delete(outcome.begun._id);
      await write(outcome);
      if (outcome.open || outcome.callState) known.set(outcome.begun._id, recordOf(outcome));
      evictStale();
    },
    answersOf,
    release: async (begun) => {
      await begun.holding?.catch(() => undefined); // the caller of `hold` gets the error
      const { _id, turn, isHeld } = begun;
      if (!isHeld) return;
      await collection(Conversation).updateOne(
        { _id, 'turn.batch': turn.batch, 'turn.key': turn.key },
        { $unset: { turn: 1 } },
        { writeConcern: { w: 1 } },
      );
    },
  };

  function asked(id: string, asks?: () => void): Promise<ConversationRecord | null> {
    asks?.();
    return load(id);
  }

  async function holdNow(begun: Begun): Promise<void> {
    const { _id: id, turn, isHeld } = begun;
    if (isHeld) return;
    const taken = await take({ id, key: turn.key, before: begun });
    if (taken) {
      begun.turn = { key: turn.key, batch: taken.batch };
      begun.isHeld = true;
    }
    known.delete(id);
    if (!taken || (taken.isNew && begun.revision > 0)) throw overtaken();
  }

  /** Undefined if it was taken over or removed meanwhile. */
  async function loaded(id: string, batch: string): Promise<ConversationRecord | undefined> {
    const found = await load(id);
    return found && found.turn?.batch === batch ? found : undefined;
  }

  /** Forgets conversations that are too old or too many, also if nobody writes. */
  function evictStale(): void {
    const oldest = world.now().getTime() - KNOWN_MS;
    for (const [id, { at }] of known) {
      if (at && at.getTime() > oldest && known.size <= KNOWN) break;
      known.delete(id);
    }
    if (known.size === 0 || looking) return;
    looking = setTimeout(() => {
      looking = undefined;
      evictStale();
    }, LOOKS_MS).unref();
  }
});

interface Taking {
  readonly id: string;
  readonly key: string;
  /** It is taken only if it is still as it was then. */
  readonly before?: Begun;
}

interface Taken {
  readonly batch: string;
  readonly isNew: boolean;
}

/**
 * Claims conversations for turns: one upsert each, marked with the batch. An upsert that loses meets a duplicate key; its turn gets
 * undefined. Rejects with `not-claimed` if the database refuses one for another reason.
 */
async function takeAll(items: readonly Taking[], now: Date): Promise<(Taken | undefined)[]> {
  const batch = randomUUID();
  const free = { $or: [{ turn: { $exists: false } }, { 'turn.since': { $lt: new Date(now.getTime() - CLAIM_MS) } }] };
  const claims: Statement<ConversationRecord>[] = items.map(({ id, key, before }) => ({
    q: { _id: id, ...(before && isStill(before)), ...free },
    u: { $set: { 'turn.key': key, 'turn.batch': batch }, $currentDate: { 'turn.since': true }, $setOnInsert: { revision: 0 } },
    upsert: true,
  }));
  const { made, failed } = await updateEach(Conversation, claims, { w: 1 }); // it does no harm if a claim is lost
  const worse = [...failed.values()].find((code) => code !== DUPLICATE_KEY);
  if (worse !== undefined) throw new CodedError('not-claimed', `The database refused a claim with code ${worse}; send the message again.`);
  return items.map((_, index) => (failed.has(index) ? undefined : { batch, isNew: made.has(index) }));
}

/**
 * Writes what turns left. If it is not known whether it was written, it is written once more: a statement that was written already then
 * matches nothing. Gives for each turn undefined, or an error `claim-lost` or `overtaken`.
 */
async function commitAll(outcomes: readonly Outcome[]): Promise<(undefined | Error)[]> {
  const write = () => updateEach(Conversation, outcomes.map(update), DURABLE);
  const { met } = await write().catch(write);
  if (met === outcomes.length) return outcomes.map(() => undefined);
  const ids = outcomes.map(({ begun }) => begun._id);
  const found = await inTime((signal) =>
    collection(Conversation)
      .find({ _id: { $in: ids } }, { projection: { lastBatch: 1 }, readConcern: { level: 'majority' }, signal })
      .toArray(),
  );
  const last = new Map(found.map(({ _id, lastBatch }) => [_id, lastBatch]));
  return outcomes.map(({ begun: { _id, turn, isHeld } }) => {
    if (last.get(_id) === turn.batch) return undefined;
    return isHeld ? claimLost() : overtaken();
  });
}

function update(outcome: Outcome): Statement<ConversationRecord> {
  const { begun, community, language, at, place, open, callState, recent, answered, isBack } = outcome;
  const { _id, revision, turn, isHeld } = begun;
  const strangerUntil = untilOf(outcome);
  return {
    ...(revision === 0 && !isHeld && { upsert: true }),
    q: isHeld ? { _id, revision, 'turn.batch': turn.batch, 'turn.key': turn.key } : { _id, ...isStill(begun), turn: { $exists: false } },
    u: {
      $set: {
        at: hourOf(at),
        recent,
        lastBatch: turn.batch,
        [`answers.${placeOf(revision)}`]: answered,
        ...(begun.community !== community && { community }),
        ...(place && { place }),
        ...(language && { language }),
        ...(open && { open }),
        ...(callState && { callState }),
        ...(strangerUntil && { strangerUntil }),
      },
      $unset: {
        turn: 1,
        ...(!open && { open: 1 }),
        ...(!strangerUntil && begun.strangerUntil && { strangerUntil: 1 }),
        ...(!callState && begun.callState && { callState: 1 }),
        ...(isBack && { erased: 1 }),
      },
      $inc: { revision: 1 },
    },
  };
}

/** A filter for a conversation that has not changed. Whatever changes a conversation besides its own turns has to be asked about here. */
function isStill({ revision, erased }: Pick<ConversationRecord, 'revision' | 'erased'>) {
  return { revision, erased: erased ?? { $exists: false } };
}

/** The place in which the turn that began at this revision keeps its answer. */
function placeOf(revision: number) {
  return ANSWER_PLACES[revision % ANSWER_PLACES.length] ?? ANSWER_PLACES[0];
}

/** The last answers that are stored, at most five, newest first. */
async function answersOf({ _id, revision }: Begun): Promise<readonly KeptAnswer[]> {
  const projection = { answers: 1 };
  const found = await inTime((signal) => collection(Conversation).findOne({ _id }, { projection, promoteBuffers: true, signal }));
  return ANSWER_PLACES.flatMap((_, back) => found?.answers?.[placeOf(revision + ANSWER_PLACES.length - 1 - back)] ?? []);
}

/** Rounded up to the hour: somebody who reads the database does not learn in which order people wrote. */
function hourOf(at: Date): Date {
  return new Date(Math.ceil(at.getTime() / HOUR_MS) * HOUR_MS);
}

function claimLost(): CodedError {
  return new CodedError('claim-lost', 'Another turn took this conversation after the claim ran out; send the message again.');
}

/** The error of a turn if another turn has gone on with its conversation. */
function overtaken(): CodedError {
  return new CodedError('overtaken', 'Another turn has gone on with this conversation; take the turn again.');
}
