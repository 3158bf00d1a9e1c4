import type { mongo } from 'mongoose';
import type { ContactPoint } from '../contacts/contact.ts';
import { collection } from '../store/collection.ts';
import { each, encrypted, index, type Of, optional, type RecordOf, records } from '../store/records.ts';
import type { Bytes, EncryptionPurpose, Vault } from '../store/vault.ts';
import { DAY_MS, HOUR_MS } from '../store/wallTime.ts';
import type { World } from '../store/world.ts';
import type { Before, Inbound } from './input.ts';
import type { OpenFlow } from './openFlow.ts';

/** An address and our number or account that it talks with. */
export type ConversationPlace = ContactPoint & Pick<Inbound, 'to'>;

export const ANSWER_PLACES = ['0', '1', '2', '3', '4'] as const;

const keptAnswer = {
  /** The key of the turn that gave it. */
  key: String,
  encrypted: encrypted('conversationAnswer'),
};
export type KeptAnswer = Of<typeof keptAnswer>;

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

/** The conversation of one address with one of our numbers. Everything in it that shows what was said is encrypted. */
export const Conversation = records(
  'conversations',
  {
    /** `conversationId(…)`. */
    _id: String,
    /** Between whom it is (`ConversationPlace`), encrypted as JSON; emptied after 24 hours. */
    place: optional(encrypted('conversationPlace')),
    /** Whose number it is with; absent until the first turn is committed. */
    community: optional(String),
    /** The language that was chosen, or found at first contact. */
    language: optional(String),
    /** Grows by one with each turn; a commit is filtered on it. */
    revision: Number,
    /** Its resident asked to be deleted: it is removed a day after its last turn, when no delivery of it can come again. */
    erased: optional(true),
    /** The hour in which the last turn was committed, rounded up; removed together with what was open. */
    at: optional(Date),
    /** Nobody on the roster was known here yet: the day on which it is removed if nothing more comes, thirty days after its last turn. */
    strangerUntil: optional(Date),
    /** The live claim: whose turn it is. `since` is by the database's clock. */
    turn: optional({ key: String, batch: String, since: Date }),
    /** The batch in which the last turn was committed. If a batch has to be read back, it shows whose commit it was. */
    lastBatch: optional(String),
    /** What is open (`OpenFlow`), encrypted as JSON; absent when nothing is, emptied after 72 hours. */
    open: optional(encrypted('conversationOpen')),
    /** What the channel itself keeps from one turn to the next, encrypted; absent if it keeps nothing. */
    callState: optional(encrypted('conversationCallState')),
    /** What came lately (`Recent`), encrypted as JSON; emptied after 24 hours, like the answers. */
    recent: optional(encrypted('conversationRecent')),
    /**
     * The last five answers. Each stands in the place of its turn's revision modulo five, so a turn writes one place. Each is encrypted
     * once (`Kept`, as JSON), and read only if its delivery comes again.
     */
    answers: optional(each(ANSWER_PLACES, optional(keptAnswer))),
  },
  [
    index({ community: 1 }),
    // for what has to be emptied, and for conversations in which something was left unfinished
    index({ at: 1, _id: 1 }, { partialFilterExpression: { recent: { $exists: true } } }),
    index({ at: 1 }, { partialFilterExpression: { open: { $exists: true } } }),
    // for people whom nobody knows and who wrote long ago
    index({ strangerUntil: 1 }, { partialFilterExpression: { strangerUntil: { $exists: true } } }),
  ],
);
export type ConversationRecord = RecordOf<typeof Conversation>;

/**
 * The `_id` of the conversation of an address with one of our numbers. It is an HMAC: somebody who reads it alone does not learn whose it
 * is.
 */
export function conversationId(vault: Vault, { channel, address, to }: ConversationPlace): string {
  return vault.hmac('conversation', channel, address, to);
}

/** Those of the conversations, by their `_id`, that there are, each with its language. */
export async function languagesAmong(ids: readonly string[]): Promise<Map<string, string | undefined>> {
  const found = await collection(Conversation)
    .find({ _id: { $in: [...ids] } }, { projection: { language: 1 } })
    .toArray();
  return new Map(found.map(({ _id, language }) => [_id, language]));
}

/** Conversations whose last turn was committed between two moments, after one of them at the first moment; in this order, at most `limit`. */
export function committedBetween({ from, to, after }: { from: Date; to: Date; after: string }, limit: number): Promise<ConversationRecord[]> {
  return collection(Conversation)
    .find(
      { $or: [{ at: { $gt: from, $lte: to } }, { at: from, _id: { $gt: after } }], recent: { $exists: true } },
      { projection: { at: 1, place: 1, open: 1, language: 1 }, sort: { at: 1, _id: 1 }, limit, promoteBuffers: true },
    )
    .toArray();
}

/** What a channel's own interpretation is given: what is open, and the call state. */
export function beforeIt(world: World, conversation: Pick<ConversationRecord, '_id' | 'callState'>, open: OpenFlow | undefined): Before {
  const { callState } = conversation;
  return { ...(open && { open }), ...(callState && { callState: decryptPart(world, 'conversationCallState', conversation, callState) }) };
}

/** Decrypts a part of a conversation and parses it. We encrypted it ourselves, so it has this shape. */
export function readPart<Content>(world: World, purpose: EncryptionPurpose, of: Pick<ConversationRecord, '_id'>, kept: Bytes): Content {
  return JSON.parse(decryptPart(world, purpose, of, kept));
}

/** Encrypts a part of a conversation. */
export function encryptPart({ vault }: World, purpose: EncryptionPurpose, { _id }: Pick<ConversationRecord, '_id'>, text: string): Buffer {
  const bytes = vault.encrypt(purpose, _id, text);
  plain.set(bytes, text);
  return bytes;
}

/**
 * The plain text of what this process encrypted, for as long as a known conversation holds the encrypted bytes. A step of a call reads
 * three parts that the step before wrote, the whole ballot among them: to decrypt them takes 13 µs, 4 % of it.
 */
const plain = new WeakMap<Bytes, string>();

function decryptPart({ vault }: World, purpose: EncryptionPurpose, { _id }: Pick<ConversationRecord, '_id'>, kept: Bytes): string {
  return plain.get(kept) ?? vault.decrypt(purpose, _id, kept);
}

const AT_ONCE = 1_000;
/** For how many days what was said last is kept, and what was asked and not answered. */
export const TALK_DAYS = { said: 1, open: 3 };

/**
 * Forgets what is no longer needed. A day after the last turn: what was answered, what the channel kept and whose it is; conversations of
 * residents who asked to be deleted are removed. After three days: what was open, and when. After thirty: conversations of people whom
 * nobody knows. Gives how many conversations were changed.
 */
export async function forgetRecent({ now }: Pick<World, 'now'>): Promise<number> {
  const before = (hours: number) => ({ $lt: new Date(now().getTime() - hours * HOUR_MS) });
  const answered = { at: before(24 * TALK_DAYS.said), recent: { $exists: true } };
  const { deletedCount } = await collection(Conversation).deleteMany({ ...answered, erased: true });
  const emptied = await updateAll({ ...answered, erased: { $exists: false } }, [
    { $unset: ['recent', 'answers', 'callState', 'place', 'lastBatch'] },
    { $set: { at: { $cond: [{ $eq: [{ $type: '$open' }, 'missing'] }, '$$REMOVE', '$at'] } } },
  ]);
  const closed = await updateAll({ at: before(24 * TALK_DAYS.open), open: { $exists: true } }, [{ $unset: ['open', 'at'] }]);
  const gone = await eachSome({ strangerUntil: { $lte: now() } }, async (some) => (await collection(Conversation).deleteMany(some)).deletedCount);
  return deletedCount + emptied + closed + gone;
}

/**
 * Forgets the conversations with these `_id`s, because their residents asked to be deleted. They are removed a day after their last turn
 * (`forgetRecent`), or at once if that day is over.
 */
export async function forgetConversations(ids: readonly string[]): Promise<void> {
  const some = { _id: { $in: [...ids] } };
  await collection(Conversation).updateMany(some, { $set: { erased: true } });
  await collection(Conversation).deleteMany({ ...some, recent: { $exists: false }, turn: { $exists: false } });
}

function updateAll(due: mongo.Filter<ConversationRecord>, update: mongo.Document[]): Promise<number> {
  return eachSome(due, async (some) => (await collection(Conversation).updateMany(some, update)).modifiedCount);
}

/** Changes some at a time, because a long command holds up turns. */
async function eachSome(due: mongo.Filter<ConversationRecord>, change: (some: mongo.Filter<ConversationRecord>) => Promise<number>): Promise<number> {
  for (let changed = 0; ; ) {
    const some = await collection(Conversation)
      .find(due, { projection: { _id: 1 }, limit: AT_ONCE })
      .toArray();
    changed += await change({ ...due, _id: { $in: some.map(({ _id }) => _id) } });
    if (some.length < AT_ONCE) return changed;
  }
}

/** Whether nobody on the roster was known in a conversation so far. */
export function mayBeStranger({ revision, strangerUntil }: Pick<ConversationRecord, 'revision' | 'strangerUntil'>): boolean {
  return revision === 0 || strangerUntil !== undefined;
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

/** How long a conversation is kept if nobody on the roster was known at its address. */
const STRANGER_DAYS = 30;

/** The day on which a stranger's conversation is removed. An address that was known once stays known. */
export function untilOf({ begun, at, isKnown }: Outcome): Date | undefined {
  if (isKnown || !mayBeStranger(begun)) return undefined;
  return new Date(Math.ceil(at.getTime() / DAY_MS + STRANGER_DAYS) * DAY_MS);
}

/** Bytes that were read are a slice of everything that was read with them. Bytes that are kept are therefore copied. */
function alone(bytes: Buffer): Buffer {
  return bytes.buffer.byteLength > 2 * Buffer.poolSize ? Buffer.from(bytes) : bytes;
}
