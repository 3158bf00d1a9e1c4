import { model, Schema } from 'mongoose';

const OPTIONS = { strict: 'throw', versionKey: false } as const;

/** A leaf of the log of heads. Never changed; its place is its `_id`, so that two processes cannot both write it. */
export interface TreeLeafRecord {
  /** Counts from 0, without a gap. */
  _id: number;
  /** `leafText(…)`. */
  text: string;
  community: string;
  /** Absent: the head is of the community's log. */
  cycle?: string;
  /** Hex; the head itself. */
  hash: string;
  /** The moment at which this head was due. */
  for: Date;
}

const leaf = new Schema<TreeLeafRecord>(
  {
    _id: { type: Number, required: true },
    text: { type: String, required: true },
    community: { type: String, required: true },
    cycle: String,
    hash: { type: String, required: true },
    for: { type: Date, required: true },
  },
  { ...OPTIONS, collection: 'treeleaves' },
);
leaf.index({ community: 1, cycle: 1, _id: -1 });
leaf.index({ for: 1 });
export const TreeLeaf = model<TreeLeafRecord>('TreeLeaf', leaf);

/** A whole tile of hashes (C2SP tlog-tiles), which never changes. Whoever needs one that is missing makes it of what lies below. */
export interface TreeTileRecord {
  _id: { level: number; index: number };
  /** 256 hashes. */
  bytes: Buffer;
  /** The hash over all of them, which is one hash of the tile above. */
  root: Buffer;
}

const tile = new Schema<TreeTileRecord>(
  {
    _id: {
      type: new Schema({ level: { type: Number, required: true }, index: { type: Number, required: true } }, { _id: false }),
      required: true,
    },
    bytes: { type: Buffer, required: true },
    root: { type: Buffer, required: true },
  },
  { ...OPTIONS, collection: 'treetiles' },
);
export const TreeTile = model<TreeTileRecord>('TreeTile', tile);

/** A tree that this log signed under a name. */
export interface SignedTreeRecord {
  _id: { origin: string; size: number };
  /** Base64. */
  root: string;
  /** The log's own signature. */
  line: string;
  at: Date;
  /** Since when everybody is told of it. */
  publishedAt?: Date;
  /** What witnesses signed, by their keys (`verifierKey`). */
  cosigned: { witness: string; line: string }[];
}

const signed = new Schema<SignedTreeRecord>(
  {
    _id: {
      type: new Schema({ origin: { type: String, required: true }, size: { type: Number, required: true } }, { _id: false }),
      required: true,
    },
    root: { type: String, required: true },
    line: { type: String, required: true },
    at: { type: Date, required: true },
    publishedAt: Date,
    cosigned: {
      type: [new Schema({ witness: { type: String, required: true }, line: { type: String, required: true } }, { _id: false })],
      required: true,
    },
  },
  { ...OPTIONS, collection: 'signedtrees' },
);
signed.index({ publishedAt: 1 });
export const SignedTree = model<SignedTreeRecord>('SignedTree', signed);

/** How a witness stands to the log: `contradicts`: its tree is another; `ahead`: it has seen a longer one; `lies`: what it signed does not hold. */
export const STANDINGS = ['signs', 'contradicts', 'ahead', 'lies', 'unknown', 'unreachable'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Whether a witness does not sign because what it saw is not what is here. */
export function refuses(standing: Standing): boolean {
  return standing === 'contradicts' || standing === 'ahead' || standing === 'lies';
}

/** Who is asked to watch, and what came of it. Kept when they are not asked any more: nobody hides one that refuses by leaving it out. */
export interface WatcherRecord {
  /** Its key, `verifierKey(…)`. */
  _id: string;
  /** What people call it. */
  name: string;
  standing: Standing;
  /** Since when it stands so. */
  since: Date;
  /** When it was asked last. */
  askedAt: Date;
  /** When it first and last cosigned, and what. */
  first?: Date;
  last?: Date;
  size?: number;
  /** Since when it is not asked any more. */
  leftAt?: Date;
}

const watcher = new Schema<WatcherRecord>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    standing: { type: String, enum: STANDINGS, required: true },
    since: { type: Date, required: true },
    askedAt: { type: Date, required: true },
    first: Date,
    last: Date,
    size: Number,
    leftAt: Date,
  },
  { ...OPTIONS, collection: 'watchers' },
);
export const Watcher = model<WatcherRecord>('Watcher', watcher);
