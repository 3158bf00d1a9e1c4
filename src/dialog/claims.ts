import { randomUUID } from 'node:crypto';
import { CodedError } from '../store/codedError.ts';
import { type Statement, updateEach } from '../store/groupCommit.ts';
import { Conversation, type ConversationRecord } from './conversation.ts';

/** A conversation that a turn goes on with. */
export interface Begun extends Omit<ConversationRecord, 'turn' | 'answers'> {
  /** Whose turn it is, and what tells its commit from all others. */
  turn: { readonly key: string; readonly batch: string };
  /** Claimed: no other turn goes on with it. Else the turn's commit shows whether another one has. */
  isHeld: boolean;
  /** It is being claimed. */
  holding?: Promise<void>;
}

export interface Taking {
  readonly id: string;
  readonly key: string;
  /** Taken only as it stood then. */
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

/** Guarded upserts marked with the batch: one that loses meets a duplicate key. */
export async function takeAll(items: readonly Taking[], now: Date): Promise<(Taken | undefined)[]> {
  const batch = randomUUID();
  const free = { $or: [{ turn: { $exists: false } }, { 'turn.since': { $lt: new Date(now.getTime() - CLAIM_MS) } }] };
  const claims: Statement<ConversationRecord>[] = items.map(({ id, key, before }) => ({
    q: { _id: id, ...(before && isStill(before)), ...free },
    u: { $set: { 'turn.key': key, 'turn.batch': batch }, $currentDate: { 'turn.since': true }, $setOnInsert: { revision: 0 } },
    upsert: true,
  }));
  const { made, failed } = await updateEach(Conversation, claims, { w: 1 }); // a claim that is lost again is harmless
  const worse = [...failed.values()].find((code) => code !== DUPLICATE);
  if (worse !== undefined) throw new CodedError('not-claimed', `The database refused a claim with code ${worse}; send the message again.`);
  return items.map((_, index) => (failed.has(index) ? undefined : { batch, isNew: made.has(index) }));
}

/** Whatever changes a conversation besides its own turns is asked about here. */
export function isStill({ revision, erased }: Before) {
  return { revision, erased: erased ?? { $exists: false } };
}

export function overtaken(): CodedError {
  return new CodedError('overtaken', 'Another turn has gone on with this conversation; take the turn again.');
}
