import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { checkpointText } from '../../transparency/checkpoint.ts';
import { noteOf, openNote, readVerifierKey, sha256 } from '../../transparency/note.ts';
import { consistencyProof } from '../../transparency/tree.ts';
import { SignedTree, type SignedTreeRecord, type Standing, Watcher, type WatcherRecord } from './records.ts';
import { nodesAt } from './tree.ts';

/** Who is asked to watch (the setting WITNESSES). */
export interface Witness {
  /** What people call it. */
  readonly name: string;
  /** Its key as a signed-note verifier key. */
  readonly key: string;
  /** Its submission prefix; no slash at the end. */
  readonly url: string;
}

/** What a witness is asked: to cosign a checkpoint that goes on from the tree of `old` leaves (C2SP tlog-witness, `add-checkpoint`). */
export interface Asked {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
}

/** Its answer: lines of signatures, the size that it has seen (409), or why there is none. */
export type Answer =
  | { readonly lines: string }
  | { readonly size: number }
  | { readonly refused: 'contradicts' | 'unknown' }
  | { readonly refused: 'unreachable' };

/** Asks a witness over the net; never rejects. */
export type Ask = (witness: Witness, asked: Asked) => Promise<Answer>;

/** A checkpoint is published with what came in within a minute. Milliseconds. */
const TIMEOUT_MS = 60_000;
/** A witness that signs is asked anew once a day, so that its last signature is a recent one; another one each minute. Milliseconds. */
const ANEW_MS = 24 * 60 * 60_000;
const AGAIN_MS = 60_000;
/** A witness may be behind by one answer, and another process may ask it at the same time. */
const TRIES = 4;

/** Who is asked, and how. */
export interface Asking {
  readonly witnesses: readonly Witness[];
  readonly ask: Ask;
}

interface Cosigning {
  /** Asks every witness that is due for its signature, keeps what came, and publishes the tree if it is time. */
  ask(tree: SignedTreeRecord): Promise<void>;
  /** How one witness stands to a tree. */
  find(witness: Witness, tree: SignedTreeRecord): Promise<Standing>;
}

/** Has the witnesses cosign trees. A witness that refuses is noted, for pages, metrics and doctor; it changes nothing in the log itself. */
export function cosigning(world: World, { witnesses, ask }: Asking): Cosigning {
  return { ask: askAll, find };

  async function askAll(tree: SignedTreeRecord): Promise<void> {
    await noteLeft();
    const kept = await collection(SignedTree).findOne({ _id: tree._id });
    const known = new Map((await watchers()).map((watcher) => [watcher._id, watcher]));
    const due = witnesses.filter((witness) => isDue(known.get(witness.key), tree));
    await Promise.all(due.map((witness) => find(witness, tree)));
    if (kept?.publishedAt) return;
    const after = await watchers();
    const isComplete = witnesses.every(({ key }) =>
      after.some(({ _id, size, standing }) => _id === key && size === tree._id.size && standing === 'signs'),
    );
    const isTime = world.now().getTime() >= tree.at.getTime() + TIMEOUT_MS;
    if (isComplete || isTime) await collection(SignedTree).updateOne({ _id: tree._id }, { $set: { publishedAt: world.now() } });
  }

  function isDue(watcher: WatcherRecord | undefined, tree: SignedTreeRecord): boolean {
    if (!watcher) return true;
    const ago = Math.abs(world.now().getTime() - watcher.askedAt.getTime());
    if (watcher.standing === 'signs') return watcher.size !== tree._id.size || ago >= ANEW_MS;
    return ago >= AGAIN_MS;
  }

  async function find(witness: Witness, tree: SignedTreeRecord): Promise<Standing> {
    const before = await collection(Watcher).findOne({ _id: witness.key });
    const { standing, line } = await answerOf(witness, tree, Math.min(before?.size ?? 0, tree._id.size));
    const now = world.now();
    if (line !== undefined) {
      await collection(SignedTree).updateOne({ _id: tree._id }, { $pull: { cosigned: { witness: witness.key } } });
      await collection(SignedTree).updateOne({ _id: tree._id }, { $push: { cosigned: { witness: witness.key, line } } });
    }
    await collection(Watcher).updateOne(
      { _id: witness.key },
      {
        $set: {
          name: witness.name,
          standing,
          askedAt: now,
          since: before?.standing === standing ? before.since : now,
          ...(line !== undefined && { first: before?.first ?? now, last: now, size: tree._id.size }),
        },
        $unset: { leftAt: 1 },
      },
      { upsert: true },
    );
    return standing;
  }

  async function answerOf(witness: Witness, tree: SignedTreeRecord, from: number): Promise<{ standing: Standing; line?: string }> {
    const { size } = tree._id;
    const note = logNote(tree);
    let old = from;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const answer = await ask(witness, { old, proof: await consistencyProof(sha256, nodesAt(size), old, size), note });
      if ('refused' in answer) return { standing: answer.refused };
      if ('lines' in answer) return signedLine(witness, note, answer.lines);
      if (answer.size > size) return { standing: 'ahead' };
      old = answer.size;
    }
    return { standing: 'unreachable' };
  }

  /** The line that is the witness's own; `lies` if there is none that holds for this very text. */
  function signedLine({ key }: Witness, note: string, lines: string): { standing: Standing; line?: string } {
    const own = readVerifierKey(key);
    const line = lines.split('\n').find((each) => own && openNote(`${note}${each}\n`, [own]));
    return line === undefined ? { standing: 'lies' } : { standing: 'signs', line: `${line}\n` };
  }

  async function noteLeft(): Promise<void> {
    await collection(Watcher).updateMany(
      { _id: { $nin: witnesses.map(({ key }) => key) }, leftAt: { $exists: false } },
      { $set: { leftAt: world.now() } },
    );
  }

  function logNote(tree: SignedTreeRecord): string {
    return noteOf(textOf(tree), [tree.line]);
  }

  function watchers(): Promise<WatcherRecord[]> {
    return collection(Watcher).find({}).toArray();
  }
}

/** What the log and its witnesses sign of a tree. */
export function textOf({ _id: { origin, size }, root }: Pick<SignedTreeRecord, '_id' | 'root'>): string {
  return checkpointText({ origin, size, root: Buffer.from(root, 'base64') });
}
