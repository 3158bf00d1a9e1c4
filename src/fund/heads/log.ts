import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { serviceState } from '../../store/serviceState.ts';
import type { World } from '../../store/world.ts';
import { checkpointText, leafText, readCheckpoint, readLeaves } from '../../transparency/checkpoint.ts';
import { openNote, type Signer, sha256, signatureLine, verifierKey } from '../../transparency/note.ts';
import { EMPTY, rootOfRange, withLeaf } from '../../transparency/range.ts';
import { leafHash } from '../../transparency/tree.ts';
import { type Asking, cosigning } from './cosign.ts';
import { dueHeads, leafOf, sourceOf } from './dueHeads.ts';
import { SignedTree, type SignedTreeRecord, TreeLeaf, type TreeLeafRecord } from './records.ts';
import { leafCount, leavesFrom, rootAt } from './tree.ts';

/** The number of a tree's leaves, and its root in base64. */
export interface TreeHead {
  readonly size: number;
  readonly root: string;
}

/** The largest tree that this machine has signed or seen signed. It is kept outside the database, because a database can be put back. */
export interface Mark {
  read(): Promise<TreeHead | undefined>;
  keep(head: TreeHead): Promise<void>;
}

export interface LogSettings extends Asking {
  /** Its name is the log's: the host of PUBLIC_URL and `/log`. */
  readonly signer: Signer;
  readonly mark: Mark;
}

/**
 * Why the log does not go on. `restored`: a backup was brought back, and nobody has found out yet whether heads were lost. `shorter`, `another`: this machine
 * has signed a longer tree, or another one of this length. `ahead`: a witness has seen a longer tree. `gap`: a leaf is gone.
 */
export type Held = 'restored' | 'shorter' | 'another' | 'ahead' | 'gap';

/** Why the log does not go on, if it does not. */
interface LogState {
  _id: string;
  held: { why: Held; since: Date };
}

const ID = 'headsLog';
/** So many leaves go with one signature. */
const AT_ONCE = 500;
/** How long a head that has no entry yet is not looked up again, in milliseconds. */
const EMPTY_MS = 10 * 60_000;

/**
 * Gives what lets the log of heads go on (docs/contract.md: Witnesses): what is due is appended, the tree is signed once it is durable, the witnesses are asked,
 * and it is published with what came in within a minute. Harmless in several processes at once, late, and cut off anywhere: a leaf's place is its `_id`, a tree
 * follows from its leaves, and the same tree under the same key has the same signature. So no two trees of one size are ever signed as long as the database
 * goes forward; that it went back is found before anything is appended, by what this machine has signed and what the witnesses have seen.
 */
export function headsLog(world: World, settings: LogSettings): () => Promise<void> {
  const due = dueHeads(world);
  const empty = new Map<string, number>();
  const witnesses = cosigning(world, settings);
  const wrong = whatIsWrong(settings);
  let isSure = false;
  return async () => {
    if (await heldNow()) return;
    const found = await wrong();
    if (found) return hold(world, found);
    isSure ||= await isNewest();
    if (!isSure) return;
    await append();
    await witnesses.ask(await signedNow(world, settings));
  };

  /** Whether nobody has seen a longer tree. A witness knows; where none answers it is enough that this machine itself has signed the last one. */
  async function isNewest(): Promise<boolean> {
    if (settings.witnesses.length === 0) return true;
    const known = await settings.mark.read(); // before this tree is noted as signed
    const tree = await signedNow(world, settings);
    const answers = await Promise.all(settings.witnesses.map((witness) => witnesses.find(witness, tree)));
    if (answers.includes('ahead')) {
      await hold(world, 'ahead');
      return false;
    }
    return answers.some((answer) => answer !== 'unreachable') || (known?.size === tree._id.size && known.root === tree.root);
  }

  async function append(): Promise<void> {
    const now = world.now();
    const first = await leafCount(); // before it is looked what is due: what another process appends meanwhile has its place
    const wanted = (await due()).filter((head) => now.getTime() >= (empty.get(sourceOf(head)) ?? 0)).slice(0, AT_ONCE);
    const leaves: Omit<TreeLeafRecord, '_id'>[] = [];
    for (const head of wanted) {
      const leaf = await leafOf(head, now);
      if (leaf) leaves.push(leaf);
      else empty.set(sourceOf(head), now.getTime() + EMPTY_MS);
    }
    await appendLeaves(first, leaves);
  }
}

/** Puts leaves behind the last one, in one command that stops at the first that another process has written in its place; the rest is due again. */
async function appendLeaves(first: number, leaves: readonly Omit<TreeLeafRecord, '_id'>[]): Promise<void> {
  if (leaves.length === 0) return;
  const placed = leaves.map((leaf, index) => ({ _id: first + index, ...leaf }));
  await collection(TreeLeaf)
    .insertMany(placed, { ordered: true })
    .catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
    });
}

/** So long a tree that was found right is not computed again while it does not grow, in milliseconds. */
const RIGHT_MS = 10 * 60_000;

/** Finds a tree that lacks what was signed, or says something else. Rejects with `other-log-key` on a machine that has another key. */
function whatIsWrong({ signer, mark }: LogSettings): () => Promise<Held | undefined> {
  const vkey = verifierKey(signer);
  let right = { what: '', at: 0 };
  return async () => {
    if ((await keyOf(signer.name, vkey)) !== vkey)
      throw new CodedError(
        'other-log-key',
        `${signer.name} is signed with another key than this machine's: give all machines the same LOG_KEY, or the file log.key in DATA_DIR.`,
      );
    const size = await leafCount();
    const signed = await lastSigned(signer.name);
    const known = [await mark.read(), signed && { size: signed._id.size, root: signed.root }].flatMap((each) => each ?? []);
    if (known.some((each) => each.size > size)) return 'shorter';
    const what = JSON.stringify([size, known]);
    if (what === right.what && performance.now() - right.at < RIGHT_MS) return undefined;
    for (const each of known) {
      const root = await rootAt(each.size).catch((error: unknown) => {
        if (error instanceof CodedError && error.code === 'log-gap') return undefined;
        throw error;
      });
      if (root === undefined) return 'gap';
      if (root !== each.root) return 'another';
    }
    right = { what, at: performance.now() };
    return undefined;
  };
}

/** The tree as it is now, signed. What this machine signs it notes first. */
async function signedNow(world: World, { signer, mark }: LogSettings): Promise<SignedTreeRecord> {
  const size = await leafCount();
  const before = await lastSigned(signer.name);
  if (before?._id.size === size) {
    await mark.keep({ size, root: before.root });
    return before;
  }
  const head = { size, root: await rootAt(size) };
  await mark.keep(head);
  const text = checkpointText({ origin: signer.name, size, root: Buffer.from(head.root, 'base64') });
  const tree = { _id: { origin: signer.name, size }, root: head.root, line: signatureLine(text, signer), at: world.now(), cosigned: [] };
  await collection(SignedTree)
    .insertOne(tree)
    .catch((error: unknown) => {
      if (!isDuplicate(error)) throw error; // another process has signed the same
    });
  return tree;
}

/** The longest tree that was signed under a name. */
function lastSigned(origin: string): Promise<SignedTreeRecord | null> {
  return collection(SignedTree).findOne(
    { _id: { $gte: { origin, size: 0 }, $lte: { origin, size: Number.MAX_SAFE_INTEGER } } },
    { sort: { _id: -1 }, readConcern: { level: 'majority' } },
  );
}

/** The key by which a log of this name is known; it is this one if there is none yet. */
async function keyOf(origin: string, vkey: string): Promise<string> {
  const _id = `${ID} ${origin}`;
  const keys = serviceState<{ _id: string; vkey: string }>();
  await keys.updateOne({ _id }, { $setOnInsert: { vkey } }, { upsert: true }).catch((error: unknown) => {
    if (!isDuplicate(error)) throw error;
  });
  return (await knownKey(origin)) ?? vkey;
}

/** The key, as a signed-note verifier key, by which a log of this name is known; undefined if there is none yet. */
export async function knownKey(origin: string): Promise<string | undefined> {
  const keys = serviceState<{ _id: string; vkey: string }>();
  return (await keys.findOne({ _id: `${ID} ${origin}` }, { readConcern: { level: 'majority' } }))?.vkey;
}

/** Nothing is appended or signed from now on. The first reason stays. */
export async function hold({ now }: Pick<World, 'now'>, why: Held): Promise<void> {
  await serviceState<LogState>().updateOne({ _id: ID }, { $setOnInsert: { held: { why, since: now() } } }, { upsert: true });
}

/** Why the log does not go on; undefined if it does. */
export async function heldNow(database?: mongo.Db): Promise<LogState['held'] | undefined> {
  return (await serviceState<LogState>(database).findOne({ _id: ID }))?.held;
}

/**
 * Lets the log go on after a backup was brought back, if nothing was lost: this machine has signed no longer tree, and each witness says that it has seen none.
 * Gives what is in the way; `unsure`: a witness does not answer.
 */
export async function resumeLog(world: World, settings: LogSettings): Promise<Held | 'unsure' | undefined> {
  const wrong = await whatIsWrong(settings)();
  if (wrong) return wrong;
  const witnesses = cosigning(world, settings);
  const tree = await signedNow(world, settings);
  const answers = await Promise.all(settings.witnesses.map((witness) => witnesses.find(witness, tree)));
  if (answers.includes('ahead')) return 'ahead';
  if (answers.includes('unreachable')) return 'unsure';
  await evictStale();
  return undefined;
}

/**
 * Brings back heads that this database has lost and somebody who watches has kept: `leaves` are all of the tree that the checkpoint `note` names and this log has
 * signed. Gives how many came back. Rejects with `log-other` if they are not that tree, or if the database has other leaves in their places.
 */
export async function recoverLog({ signer, mark }: LogSettings, { note, leaves }: { note: string; leaves: string }): Promise<number> {
  const checkpoint = readCheckpoint(openNote(note, [signer])?.text ?? '');
  const read = readLeaves(leaves)?.slice(0, checkpoint?.size);
  if (!checkpoint || read?.length !== checkpoint.size)
    throw new CodedError('log-other', 'There are not all leaves of a checkpoint that this log has signed.');
  const texts = read.map(leafText);
  const root = await rootOfRange(
    sha256,
    texts.reduce((range, text) => withLeaf(sha256, range, leafHash(sha256, Buffer.from(text))), EMPTY),
  );
  if (!Buffer.from(root).equals(checkpoint.root)) throw new CodedError('log-other', 'The leaves are not the tree that this log has signed.');
  const known = await mark.read();
  if (known && known.size > checkpoint.size)
    throw new CodedError('log-other', `This machine has signed a tree of ${known.size} leaves; there are ${checkpoint.size}. Ask another witness.`);
  const size = await leafCount();
  const here = await leavesFrom(0, size);
  const other = here.findIndex(({ text }, index) => text !== texts[index]);
  if (other >= 0)
    throw new CodedError(
      'log-other',
      `Leaf ${other} of this database is another one: a log was signed that no database goes on from. It has to begin anew under another name.`,
    );
  const lost = read.slice(size).map(({ community, cycle, hash, day }, index) => ({
    ...{ _id: size + index, text: texts[size + index] ?? '', community, hash, for: new Date(`${day}T00:00Z`) },
    ...(cycle !== undefined && { cycle }),
  }));
  if (lost.length > 0) await collection(TreeLeaf).insertMany(lost, { ordered: true });
  await evictStale();
  return lost.length;
}

async function evictStale(): Promise<void> {
  await serviceState<LogState>().deleteOne({ _id: ID });
}
