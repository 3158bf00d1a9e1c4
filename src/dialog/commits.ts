import { CodedError } from '../store/codedError.ts';
import { collection, DURABLE, inTime } from '../store/collection.ts';
import { type Statement, updateEach } from '../store/groupCommit.ts';
import { DAY_MS, HOUR_MS } from '../store/wallTime.ts';
import { ANSWER_PLACES, Conversation, type ConversationRecord, type KeptAnswer, mayBeStranger } from './conversation.ts';

/** A conversation as a turn has begun with it. */
export interface Begun extends Omit<ConversationRecord, 'turn' | 'answers'> {
  /** The turn's key, and a mark that distinguishes its commit from all others. */
  turn: { readonly key: string; readonly batch: string };
  /** Claimed: no other turn goes on with it. If it is not claimed, the turn's commit shows whether another turn has gone on. */
  isHeld: boolean;
  /** The claim that is under way. */
  holding?: Promise<void>;
}

/** What a turn leaves behind. */
export interface Outcome {
  readonly begun: Begun;
  readonly community: string;
  readonly language?: string;
  readonly at: Date;
  /** Only if it is not stored yet. */
  readonly place?: Buffer;
  readonly open?: Buffer;
  readonly callState?: Buffer;
  readonly recent: Buffer;
  readonly answered: KeptAnswer;
  /** This address belongs to somebody on the roster, or to several who share the phone. Asked only if it `mayBeStranger`. */
  readonly isKnown?: boolean;
  /** The resident who had asked to be deleted is on the roster again: the conversation is not removed any more. */
  readonly isBack?: boolean;
}

/** How long a conversation is kept if nobody on the roster was known at its address. */
const STRANGER_DAYS = 30;

/**
 * Writes what turns left. If it is not known whether it was written, it is written once more: a statement that was written already then
 * matches nothing. Gives for each turn undefined, or an error `claim-lost` or `overtaken`.
 */
export async function commitAll(outcomes: readonly Outcome[]): Promise<(undefined | Error)[]> {
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
export function isStill({ revision, erased }: Pick<ConversationRecord, 'revision' | 'erased'>) {
  return { revision, erased: erased ?? { $exists: false } };
}

/** The place in which the turn that began at this revision keeps its answer. */
function placeOf(revision: number) {
  return ANSWER_PLACES[revision % ANSWER_PLACES.length] ?? ANSWER_PLACES[0];
}

/** The last answers that are stored, at most five, newest first. */
export async function answersOf({ _id, revision }: Begun): Promise<readonly KeptAnswer[]> {
  const projection = { answers: 1 };
  const found = await inTime((signal) => collection(Conversation).findOne({ _id }, { projection, promoteBuffers: true, signal }));
  return ANSWER_PLACES.flatMap((_, back) => found?.answers?.[placeOf(revision + ANSWER_PLACES.length - 1 - back)] ?? []);
}

/** The stored record after an outcome. */
export function recordOf(outcome: Outcome): ConversationRecord {
  const { begun, community, language = begun.language, at, place = begun.place, open, callState, recent, isBack } = outcome;
  const strangerUntil = untilOf(outcome);
  const { _id, revision, erased } = begun;
  return {
    _id,
    community,
    revision: revision + 1,
    at,
    recent,
    ...(place && { place: alone(place) }),
    ...(language && { language }),
    ...(strangerUntil && { strangerUntil }),
    ...(erased && !isBack && { erased }),
    ...(open && { open: alone(open) }),
    ...(callState && { callState }),
  };
}

/** The day on which a stranger's conversation is removed. An address that was known once stays known. */
function untilOf({ begun, at, isKnown }: Outcome): Date | undefined {
  if (isKnown || !mayBeStranger(begun)) return undefined;
  return new Date(Math.ceil(at.getTime() / DAY_MS + STRANGER_DAYS) * DAY_MS);
}

/** Rounded up to the hour: somebody who reads the database does not learn in which order people wrote. */
function hourOf(at: Date): Date {
  return new Date(Math.ceil(at.getTime() / HOUR_MS) * HOUR_MS);
}

/** Bytes that were read are a slice of everything that was read with them. Bytes that are kept are therefore copied. */
function alone(bytes: Buffer): Buffer {
  return bytes.buffer.byteLength > 2 * Buffer.poolSize ? Buffer.from(bytes) : bytes;
}

function claimLost(): CodedError {
  return new CodedError('claim-lost', 'Another turn took this conversation after the claim ran out; send the message again.');
}

/** The error of a turn if another turn has gone on with its conversation. */
export function overtaken(): CodedError {
  return new CodedError('overtaken', 'Another turn has gone on with this conversation; take the turn again.');
}
