import { randomUUID } from 'node:crypto';
import { collection } from '../store/collection.ts';
import { groupCommit } from '../store/groupCommit.ts';
import { byId, lookUps } from '../store/lookUps.ts';
import { perWorld, type World } from '../store/world.ts';
import { type Begun, overtaken, type Taking, takeAll } from './claims.ts';
import { answersOf, commitAll, type Outcome, recordOf } from './commits.ts';
import { Conversation, type ConversationRecord, type KeptAnswer } from './conversation.ts';

/** So many conversations that go on, because something is open in them or a call is under way, this process knows as its last turn left them, for so long. */
const KNOWN = 1_000;
const KNOWN_MS = 10 * 60 * 1_000;
const LOOKS_MS = 60 * 1_000;

export interface Conversations {
  /**
   * Begins a turn with the conversation as it stands, without a claim; undefined where another turn holds it. Where it has to be loaded,
   * what `asks` looks up goes with the same command.
   */
  begin(id: string, key: string, asks?: () => void): Promise<Begun | undefined>;
  /** Claims the conversation for one turn and loads it, or makes it; undefined while another turn holds it. `asks` as above. */
  claim(id: string, key: string, asks?: () => void): Promise<Begun | undefined>;
  /** Claims what was begun without it, once; the commit waits for it. Rejects with code `overtaken` where another turn has gone on with it, or holds it. */
  hold(begun: Begun): Promise<void>;
  /** Writes what the turn left and ends its claim, durably. Rejects with `claim-lost` or, without a claim, `overtaken` where another turn took it. */
  commit(outcome: Outcome): Promise<void>;
  /** The last answers that were kept, at most five, newest first. */
  answersOf(begun: Begun): Promise<readonly KeptAnswer[]>;
  /** Ends a turn without a commit. */
  release(begun: Begun): Promise<void>;
}

/**
 * The stored conversations; turns in flight, whatever channel they came by, share their commands (docs/architecture.md: Shared commands). A conversation that goes on is not loaded again: whatever
 * this process does to it is guarded by the revision at which it left it.
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
      letGo();
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
      letGo();
    },
    answersOf,
    release: async (begun) => {
      await begun.holding?.catch(() => undefined); // told to who asked for it
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

  /** Undefined where it was taken over or removed meanwhile. */
  async function loaded(id: string, batch: string): Promise<ConversationRecord | undefined> {
    const found = await load(id);
    return found && found.turn?.batch === batch ? found : undefined;
  }

  /** What is too old or too much is not known any more, also where nobody writes. */
  function letGo(): void {
    const oldest = world.now().getTime() - KNOWN_MS;
    for (const [id, { at }] of known) {
      if (at && at.getTime() > oldest && known.size <= KNOWN) break;
      known.delete(id);
    }
    if (known.size === 0 || looking) return;
    looking = setTimeout(() => {
      looking = undefined;
      letGo();
    }, LOOKS_MS).unref();
  }
});
