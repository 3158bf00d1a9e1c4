import { collection } from '../../store/collection.ts';
import { databaseForReaders, forReaders } from '../../store/connect.ts';
import { noteOf, type Signer, sha256, verifierKey } from '../../transparency/note.ts';
import { WIDTH } from '../../transparency/tiles.ts';
import { inclusionProof } from '../../transparency/tree.ts';
import type { HeadProofs, Included } from '../ballots/audit/index.ts';
import { textOf } from './cosign.ts';
import { type Held, heldNow } from './log.ts';
import { refuses, SignedTree, type SignedTreeRecord, type Standing, TreeLeaf, type TreeLeafRecord, Watcher } from './records.ts';
import { bundleAt, nodesAt, tileOf } from './tree.ts';

/** The tree that everybody is told of; undefined before the first one. Without a name: of the log that was published last. */
async function publishedTree(origin?: string): Promise<SignedTreeRecord | undefined> {
  const named = { _id: { $gte: { origin: origin ?? '', size: 0 }, $lte: { origin: origin ?? '', size: Number.MAX_SAFE_INTEGER } } };
  const found = await forReaders(SignedTree)
    .find(
      { ...(origin !== undefined && named), publishedAt: { $exists: true } },
      { sort: origin === undefined ? { publishedAt: -1 } : { _id: -1 }, limit: 1 },
    )
    .toArray();
  return found[0];
}

/** A signed tree as its checkpoint: with the log's signature and those of witnesses (C2SP tlog-checkpoint). */
function noteIn(tree: SignedTreeRecord): string {
  return noteOf(textOf(tree), [tree.line, ...tree.cosigned.map(({ line }) => line)]);
}

/** The checkpoint that everybody is told of; undefined before the first one. Without a name: of the log that was published last. */
export async function publishedCheckpoint(origin?: string): Promise<string | undefined> {
  const tree = await publishedTree(origin);
  return tree && noteIn(tree);
}

const TILE = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** A tile or a bundle of entries under its path (`tilePath`), as far as a tree that was published has it; undefined if it has not. */
export async function tileAt(origin: string, path: string): Promise<Uint8Array | undefined> {
  const [, kind = '', digits = '', partial] = TILE.exec(path) ?? [];
  const width = partial === undefined ? WIDTH : Number(partial);
  const index = Number(digits.replaceAll(/[x/]/g, ''));
  const tree = kind && width <= WIDTH && Number.isSafeInteger(index) ? await publishedTree(origin) : undefined;
  const level = kind === 'entries' ? 0 : Number(kind);
  if (!tree || (width === WIDTH && partial !== undefined) || (index * WIDTH + width) * WIDTH ** level > tree._id.size) return undefined;
  return kind === 'entries' ? bundleAt({ index, width }) : tileOf({ level, index, width });
}

/** The proofs of a cycle's ledger and its community's log in the tree that is published; undefined as long as the seal is not in it. */
export async function headProofs(
  signer: Signer,
  { cycle, community, seal }: { cycle: string; community: string; seal: string },
): Promise<HeadProofs | undefined> {
  const tree = await publishedTree(signer.name);
  if (!tree) return undefined;
  const { size } = tree._id;
  const leaves = collection(TreeLeaf);
  const heads = await leaves.find({ community, cycle, _id: { $lt: size } }, { sort: { _id: 1 } }).toArray();
  if (heads.at(-1)?.hash !== seal) return undefined;
  const staff = await leaves.find({ community, cycle: { $exists: false }, _id: { $lt: size } }, { sort: { _id: 1 } }).toArray();
  const nodes = nodesAt(size);
  const included = async ({ _id: index, text }: TreeLeafRecord): Promise<Included> => {
    const proof = await inclusionProof(sha256, nodes, index, size);
    return { leaf: text, index, proof: proof.map((hash) => Buffer.from(hash).toString('base64')) };
  };
  const who = await collection(Watcher)
    .find({ _id: { $in: tree.cosigned.map(({ witness }) => witness) } })
    .toArray();
  return {
    log: verifierKey(signer),
    witnesses: who.map(({ _id, name }) => ({ name, key: _id })),
    checkpoint: noteIn(tree),
    ledger: await Promise.all(heads.map(included)),
    staff: await Promise.all(staff.map(included)),
  };
}

/** Who watches, as everybody may know it. */
export interface Watching {
  readonly watchers: readonly {
    readonly name: string;
    readonly key: string;
    readonly standing: Standing;
    /** It does not sign because what it saw is not what is here. */
    readonly refuses: boolean;
    readonly since: Date;
    readonly first?: Date | undefined;
    readonly last?: Date | undefined;
    readonly leftAt?: Date | undefined;
  }[];
  /** The log stands still: why, and since when. */
  readonly held?: { readonly why: Held; readonly since: Date };
  /** When the tree grew last, and how many heads it has; absent before the first. */
  readonly tree?: { readonly at: Date; readonly size: number };
}

/** Who watches the log, how they stand, and how far it is. */
export async function readWatching(): Promise<Watching> {
  const [found, held, tree] = await Promise.all([
    forReaders(Watcher)
      .find({}, { sort: { name: 1 } })
      .toArray(),
    heldNow(databaseForReaders()),
    publishedTree(),
  ]);
  return {
    watchers: found.map(({ _id: key, name, standing, since, first, last, leftAt }) => ({
      ...{ key, name, standing, refuses: refuses(standing), since, first, last, leftAt },
    })),
    ...(held && { held }),
    ...(tree && { tree: { at: tree.at, size: tree._id.size } }),
  };
}
