import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { CommunityRecord } from '../fund/communities/index.ts';
import { CodedError } from '../store/codedError.ts';
import { DURABLE } from '../store/collection.ts';
import type { World } from '../store/world.ts';
import { Conversation, conversationId } from './conversation.ts';
import { conversations } from './conversations.ts';
import type { DialogDeps } from './deps.ts';
import type { Inbound } from './input.ts';
import type { Reply } from './question.ts';
import { type TurnTaken, takeTurn } from './takeTurn.ts';
import { deadlinePassed } from './turn.ts';

/** The answer to one message. `reply` is absent if silence is the answer. */
export interface Said {
  readonly reply?: Reply;
  readonly language: string;
  readonly community?: CommunityRecord;
  readonly outcome: 'answered' | 'repeated' | 'silenced' | 'elsewhere' | 'nothingRecorded' | 'notKnown';
}

/** What is known of a turn while it runs, so that an apology says the truth. */
interface Progress {
  community?: CommunityRecord;
  language?: string;
  /** A write was begun: until the turn ends, it is not known whether it is recorded. */
  began: () => boolean;
}

/**
 * The dialog: one message in, one answer out, whatever happens and before the deadline.
 * Turns of one address are taken one after the other. A turn whose deadline has passed does not hold up others; its commit then shows
 * that it was overtaken. If the database is away or the deadline passes, the answer is an apology. It says either that nothing was
 * recorded or that it is not known yet (the same message sent again counts once).
 */
export function dialog(deps: DialogDeps): (inbound: Inbound) => Promise<Said> {
  const inTurn = addressQueue();
  return async (inbound) => {
    const progress: Progress = { began: () => false };
    const timer = new Timer(inbound.deadline - deps.world.now().getTime());
    try {
      const id = conversationId(deps.world.vault, inbound);
      const taken = inTurn(id, () => Promise.race([inTime(deps, inbound, id, progress), timer.passed]));
      return await Promise.race([taken, timer.passed]);
    } catch (error) {
      deps.report(error);
      return apology(progress);
    } finally {
      timer.stop();
    }
  };
}

async function inTime(deps: DialogDeps, inbound: Inbound, id: string, progress: Progress): Promise<Said> {
  if (deps.world.now().getTime() >= inbound.deadline) throw deadlinePassed();
  const community = await deps.communityOf(inbound.to);
  if (!community) return nowhere(await deps.departed(inbound.to));
  progress.community = community;
  const taken: TurnTaken = await takeTurn(deps, inbound, { id, community }, (turn) => {
    const hadBegun = progress.began();
    progress.began = () => hadBegun || turn.began;
    progress.language = turn.language;
  });
  return { ...taken, community };
}

function nowhere(departed: Awaited<ReturnType<DialogDeps['departed']>>): Said {
  const key = departed ? (departed.arrivedAt ? 'moved' : 'moving') : 'otherNumber';
  return { reply: { says: [{ key: `common.${key}` }] }, language: departed?.community.language ?? 'zh-CN', outcome: 'elsewhere' };
}

function apology({ community, language, began }: Progress): Said {
  const outcome = began() ? 'notKnown' : 'nothingRecorded';
  return {
    reply: { says: [{ key: `common.${outcome}` }] },
    language: language ?? community?.language ?? 'zh-CN',
    ...(community && { community }),
    outcome,
  };
}

class Timer {
  readonly passed: Promise<never>;
  readonly #timeout: NodeJS.Timeout;

  constructor(ms: number) {
    const { promise, reject } = withRejecter();
    this.passed = promise;
    this.#timeout = setTimeout(() => reject(deadlinePassed()), Math.max(0, ms));
  }

  stop(): void {
    clearTimeout(this.#timeout);
  }
}

function withRejecter(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((_, rejecting) => {
    reject = rejecting;
  });
  return { promise, reject };
}

/** Takes one turn at a time for each address; what comes meanwhile waits in its order. It has an entry only while something runs. */
function addressQueue(): <Result>(address: string, take: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return (address, take) => {
    const before = last.get(address);
    const mine = before ? before.then(take, take) : take();
    last.set(address, mine);
    const leave = () => {
      if (last.get(address) === mine) last.delete(address);
    };
    mine.then(leave, leave);
    return mine;
  };
}

/** The id of a conversation that belongs to nobody: no channel makes such an id. */
const NOBODY = 'ready';

/**
 * Takes a turn without a message, through the queues of all turns: a look-up, and a durable write of its own. Rejects if a turn would
 * fail. If another process writes the same at the same time, that also shows that the database takes writes.
 */
export async function tryTurn(world: World): Promise<void> {
  const nothing = Buffer.alloc(0);
  const key = randomUUID();
  const { begin, commit } = conversations(world);
  const begun = await begin(NOBODY, key);
  if (!begun) throw new CodedError('conversation-held', `The conversation ${NOBODY} is held, which no turn does; remove it.`);
  try {
    await commit({ begun, community: '', at: world.now(), recent: nothing, answered: { key, encrypted: nothing } });
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'overtaken') throw error;
  }
}

/** Asks of a database, over whatever connection, the durable write that a turn asks of it. */
export async function tryWrite(db: mongo.Db, at: Date): Promise<void> {
  const update = { q: { _id: NOBODY }, u: { $set: { at } } };
  await db.command({ update: Conversation.collection.name, updates: [update], writeConcern: DURABLE });
}
