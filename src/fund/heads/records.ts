import { index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';

/** A leaf of the log of heads. Never changed; its place is its `_id`, so that two processes cannot both write it. */
export const TreeLeaf = records(
  'treeleaves',
  {
    /** Counts from 0, without a gap. */
    _id: Number,
    /** `leafText(…)`. */
    text: String,
    community: String,
    /** Absent: the head is of the community's log. */
    cycle: optional(String),
    /** Hex; the head itself. */
    hash: String,
    /** The moment at which this head was due. */
    for: Date,
  },
  [index({ community: 1, cycle: 1, _id: -1 }), index({ for: 1 })],
);
export type TreeLeafRecord = RecordOf<typeof TreeLeaf>;

/** A whole tile of hashes (C2SP tlog-tiles), which never changes. Whoever needs one that is missing makes it of what lies below. */
export const TreeTile = records('treetiles', {
  _id: { level: Number, index: Number },
  /** 256 hashes. */
  bytes: Buffer,
  /** The hash over all of them, which is one hash of the tile above. */
  root: Buffer,
});

/** A tree that this log signed under a name. */
export const SignedTree = records(
  'signedtrees',
  {
    _id: { origin: String, size: Number },
    /** Base64. */
    root: String,
    /** The log's own signature. */
    line: String,
    at: Date,
    /** Since when everybody is told of it. */
    publishedAt: optional(Date),
    /** What witnesses signed, by their keys (`verifierKey`). */
    cosigned: [{ witness: String, line: String }],
  },
  [index({ publishedAt: 1 })],
);
export type SignedTreeRecord = RecordOf<typeof SignedTree>;

/** How a witness stands to the log: `contradicts`: its tree is another; `ahead`: it has seen a longer one; `lies`: what it signed does not hold. */
export const STANDINGS = ['signs', 'contradicts', 'ahead', 'lies', 'unknown', 'unreachable'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Whether a witness does not sign because what it saw is not what is here. */
export function refuses(standing: Standing): boolean {
  return standing === 'contradicts' || standing === 'ahead' || standing === 'lies';
}

/** Who is asked to watch, and what came of it. Kept when they are not asked any more: nobody hides one that refuses by leaving it out. */
export const Watcher = records('watchers', {
  /** Its key, `verifierKey(…)`. */
  _id: String,
  /** What people call it. */
  name: String,
  standing: oneOf(STANDINGS),
  /** Since when it stands so. */
  since: Date,
  /** When it was asked last. */
  askedAt: Date,
  /** When it first and last cosigned, and what. */
  first: optional(Date),
  last: optional(Date),
  size: optional(Number),
  /** Since when it is not asked any more. */
  leftAt: optional(Date),
});
export type WatcherRecord = RecordOf<typeof Watcher>;
