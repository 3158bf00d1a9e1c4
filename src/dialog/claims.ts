import { randomUUID } from 'node:crypto';
import { CodedError } from '../store/codedError.ts';
import { type Statement, updateEach } from '../store/groupCommit.ts';
import { Conversation, type ConversationRecord } from './conversation.ts';

/** A conversation as a turn has begun with it. */
export interface Begun extends Omit<ConversationRecord, 'turn' | 'answers'> {
  /** The turn's key, and a mark that distinguishes its commit from all others. */
  turn: { readonly key: string; readonly batch: string };
  /** Claimed: no other turn goes on with it. If it is not claimed, the turn's commit shows whether another turn has gone on. */
  isHeld: boolean;
  /** The claim that is under way. */
  holding?: Promise<void>;
}

export interface Taking {
  readonly id: string;
  readonly key: string;
  /** It is taken only if it is still as it was then. */
  readonly before?: Before;
}

type Before = Pick<ConversationRecord, 'revision' | 'erased'>;

interface Taken {
  readonly batch: string;
  readonly isNew: boolean;
}

/** A claim lives until the longest deadline (8 s) plus 5 s. */
const CLAIM_MS = 13_000;
const DUPLICATE = 11_000;

/**
 * Claims conversations for turns: one upsert each, marked with the batch. An upsert that loses meets a duplicate key; its turn gets
 * undefined. Rejects with `not-claimed` if the database refuses one for another reason.
 */
export async function takeAll(items: readonly Taking[], now: Date): Promise<(Taken | undefined)[]> {
  const batch = randomUUID();
  const free = { $or: [{ turn: { $exists: false } }, { 'turn.since': { $lt: new Date(now.getTime() - CLAIM_MS) } }] };
  const claims: Statement<ConversationRecord>[] = items.map(({ id, key, before }) => ({
    q: { _id: id, ...(before && isStill(before)), ...free },
    u: { $set: { 'turn.key': key, 'turn.batch': batch }, $currentDate: { 'turn.since': true }, $setOnInsert: { revision: 0 } },
    upsert: true,
  }));
  const { made, failed } = await updateEach(Conversation, claims, { w: 1 }); // it does no harm if a claim is lost
  const worse = [...failed.values()].find((code) => code !== DUPLICATE);
  if (worse !== undefined) throw new CodedError('not-claimed', `The database refused a claim with code ${worse}; send the message again.`);
  return items.map((_, index) => (failed.has(index) ? undefined : { batch, isNew: made.has(index) }));
}

/** A filter for a conversation that has not changed. Whatever changes a conversation besides its own turns has to be asked about here. */
export function isStill({ revision, erased }: Before) {
  return { revision, erased: erased ?? { $exists: false } };
}

export function overtaken(): CodedError {
  return new CodedError('overtaken', 'Another turn has gone on with this conversation; take the turn again.');
}
