import { randomUUID } from 'node:crypto';
import { CodedError } from '../store/codedError.ts';
import { DURABLE } from '../store/durable.ts';
import { groupCommit } from '../store/groupCommit.ts';
import { native } from '../store/native.ts';
import { type Statement, updateEach } from '../store/updateEach.ts';
import type { World } from '../store/world.ts';
import { Conversation, type ConversationRecord, type KeptAnswer } from './conversation.ts';

/** A claim lives until the longest deadline (8 s) plus 5 s. */
const CLAIM_MS = 13_000;

const DUPLICATE = 11_000;
/** Answers that an address can have again (contract §3). */
const KEPT = 5;

export type Claim = Required<Pick<ConversationRecord, 'turn'>> & ConversationRecord;

/** What a turn leaves behind. */
export interface Outcome {
  readonly claim: Claim;
  readonly language?: string;
  readonly at: Date;
  readonly open?: Buffer;
  readonly entry?: Buffer;
  readonly recent: Buffer;
  readonly answered: KeptAnswer;
  /** Who asked to be deleted is on the roster again: nothing goes with them any more. */
  readonly isBack?: boolean;
}

export interface Conversations {
  /** Takes the conversation for one turn and loads it; undefined while another turn holds it. */
  claim(id: string, key: string): Promise<Claim | undefined>;
  /** Writes what the turn left and ends its claim, durably. Rejects with code `claim-lost` where another turn took it. */
  commit(outcome: Outcome): Promise<void>;
  /** Ends a claim without having changed anything. */
  release(claim: Claim): Promise<void>;
}

/** The stored conversations; turns in flight share their commands (DESIGN §4). */
export function conversations({ now }: Pick<World, 'now'>): Conversations {
  const claim = groupCommit((items: readonly { id: string; key: string }[]) => claimAll(items, now()));
  return {
    claim: (id, key) => claim({ id, key }),
    commit: groupCommit(commitAll),
    release: async ({ _id, turn }) => {
      await native(Conversation).updateOne(
        { _id, 'turn.batch': turn.batch, 'turn.key': turn.key },
        { $unset: { turn: 1 } },
        { writeConcern: { w: 1 } },
      );
    },
  };
}

/** Guarded upserts marked with the batch, then one read of what bears its mark: a losing upsert meets a duplicate key. */
async function claimAll(items: readonly { id: string; key: string }[], now: Date): Promise<(Claim | undefined)[]> {
  const batch = randomUUID();
  const free = { $or: [{ turn: { $exists: false } }, { 'turn.since': { $lt: new Date(now.getTime() - CLAIM_MS) } }] };
  const claims: Statement<ConversationRecord>[] = items.map(({ id, key }) => ({
    q: { _id: id, ...free },
    u: { $set: { 'turn.key': key, 'turn.batch': batch }, $currentDate: { 'turn.since': true }, $setOnInsert: { revision: 0 } },
    upsert: true,
  }));
  const { failed } = await updateEach(Conversation, claims, { w: 1 }); // a claim that is lost again is harmless
  const worse = failed.find((code) => code !== DUPLICATE);
  if (worse !== undefined) throw new CodedError('not-claimed', `The database refused a claim with code ${worse}; send the message again.`);
  const taken = new Map<string, Claim>();
  const asked = { _id: { $in: items.map(({ id }) => id) } };
  for (const found of await native(Conversation).find(asked, { promoteBuffers: true }).toArray()) {
    if (found.turn?.batch === batch) taken.set(`${found._id} ${found.turn.key}`, { ...found, turn: found.turn });
  }
  return items.map(({ id, key }) => taken.get(`${id} ${key}`));
}

/** Writes what turns left, once more where it is not known whether it was written: a statement that was, meets nothing then. */
async function commitAll(outcomes: readonly Outcome[]): Promise<(undefined | Error)[]> {
  const write = () => updateEach(Conversation, outcomes.map(update), DURABLE);
  const { met } = await write().catch(write);
  if (met === outcomes.length) return outcomes.map(() => undefined);
  const ids = outcomes.map(({ claim }) => claim._id);
  const last = new Map<string, string | undefined>();
  for await (const { _id, lastBatch } of native(Conversation).find(
    { _id: { $in: ids } },
    { projection: { lastBatch: 1 }, readConcern: { level: 'majority' } },
  ))
    last.set(_id, lastBatch);
  return outcomes.map(({ claim }) => (last.get(claim._id) === claim.turn.batch ? undefined : claimLost()));
}

function update({ claim, language, at, open, entry, recent, answered, isBack }: Outcome): Statement<ConversationRecord> {
  const { _id, revision, turn } = claim;
  return {
    q: { _id, revision, 'turn.batch': turn.batch, 'turn.key': turn.key },
    u: {
      $set: { at, recent, lastBatch: turn.batch, ...(language && { language }), ...(open && { open }), ...(entry && { entry }) },
      $unset: { turn: 1, ...(!open && { open: 1 }), ...(!entry && claim.entry && { entry: 1 }), ...(isBack && { left: 1 }) },
      $inc: { revision: 1 },
      $push: { answers: { $each: [answered], $position: 0, $slice: KEPT } },
    },
  };
}

function claimLost(): CodedError {
  return new CodedError('claim-lost', 'Another turn took this conversation after the claim ran out; send the message again.');
}
