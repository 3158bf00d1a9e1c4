import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { marking } from '../../store/recordMark.ts';
import { each, encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import { subject } from '../act/index.ts';
import { type Hand, hand } from './hands.ts';
import { OUTCOMES } from './slip.ts';

/**
 * `first`, `second`: is keyed, or waits for a person who keys it, the first or the second time. `differences`: waits for a third person. `ready`: waits for two who
 * accept it. `entering`: it is accepted, and its slips are being entered into the ledger. `accepted`: they are.
 */
export const BATCH_STATES = ['first', 'second', 'differences', 'ready', 'entering', 'accepted'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** A slip as somebody keyed it. */
export interface KeyedSlip {
  /** Its serial; `?1`, `?2`, … of slips on which it cannot be read. */
  readonly serial: string;
  /** Ascending; absent if the slip cannot be read, or is not there. */
  readonly picks?: readonly number[];
  /** Of who settles differences: there is no such slip in the batch. */
  readonly absent?: true;
}

/** Up to 25 slips of a table, keyed by two who do not see what the other keyed. The number counts from 1 in a cycle and stands on the batch's cover. */
export const Batch = records(
  'batches',
  {
    _id: { cycle: String, number: Number },
    community: String,
    table: Number,
    at: Date,
    state: oneOf(BATCH_STATES),
    /** Who keyed it: first, second, and who settled the differences, in this order, each once. `slips` are `KeyedSlip`s, encrypted (`slipBatch`). */
    keyed: [{ by: hand, slips: encrypted('slipBatch', nameOf) }],
    accepted: [{ by: hand, at: Date }],
    /** How many slips became what. */
    outcomes: optional(each(OUTCOMES, optional(Number))),
    /** Counts the changes. */
    revision: Number,
    /** `markOfBatch(…)`: the service wrote who accepted it. */
    mark: String,
  },
  [
    index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true }),
    // finds what was accepted and is not yet entered whole, after a crash
    index({ state: 1 }, { partialFilterExpression: { state: 'entering' } }),
  ],
);
export type BatchRecord = RecordOf<typeof Batch>;

/** A batch of a cycle. */
export const onBatch = subject<BatchRecord>({
  path: '/slips/:number',
  find: (_, community, { cycle = '', number }, session) =>
    collection(Batch).findOne({ _id: { cycle, number: Number(number) }, community }, { ...(session && { session }), promoteBuffers: true }),
  name: ({ _id: { cycle, number } }) => `${cycle}/batch/${number}`,
});

/** The mark of a new batch, and of one that is accepted by one more. What is keyed vouches for itself. */
export const [markOfBatch, isGenuineBatch] = marking(
  'batches',
  ({ _id, community, table, at, accepted }: Omit<BatchRecord, 'mark' | 'keyed' | 'state' | 'revision'>) => ({ _id, community, table, at, accepted }),
);

/** What the last one of `hands` says: they are all who keyed the batch so far, in their order. */
export function encryptedKeyed(
  vault: Vault,
  { _id, table }: Pick<BatchRecord, '_id' | 'table'>,
  hands: readonly Hand[],
  slips: readonly KeyedSlip[],
) {
  const keyed = hands.map((by) => ({ by }));
  return vault.encrypt('slipBatch', nameOf({ _id, table, keyed }, [hands.length - 1]), JSON.stringify(slips));
}

/** What each of those who keyed a batch says, in their order; undefined if one of them keyed it otherwise: at another table, after others, or not at all. */
export function keyedIn(vault: Vault, batch: Pick<BatchRecord, '_id' | 'table' | 'keyed'>): KeyedSlip[][] | undefined {
  return unlessForged(() => batch.keyed.map(({ slips }, index) => JSON.parse(vault.decrypt('slipBatch', nameOf(batch, [index]), slips))));
}

/** Whoever writes into the database and has no SECRET can make nobody's keying that of another person, turn, table or batch: nobody keys after themselves. */
function nameOf({ _id, table, keyed }: mongo.Document, [index = 0]: readonly number[]): string {
  const hands = keyed.slice(0, index + 1).map(({ by }: { readonly by: Hand }) => by.phone);
  return [_id.cycle, _id.number, table, ...hands].join('|');
}

/** So long a first acceptance waits for the second. */
const WAITS_MS = 72 * HOUR_MS;

/** The acceptances of a batch that still hold at a moment. Pure. */
export function acceptedNow({ accepted }: Pick<BatchRecord, 'accepted'>, now: Date): BatchRecord['accepted'] {
  return accepted.filter(({ at }) => at.getTime() + WAITS_MS > now.getTime());
}

/** The serials on which those who keyed first and second do not agree, or which only one of them has. Pure. */
export function differing([first = [], second = []]: readonly (readonly KeyedSlip[])[]): string[] {
  const serials = new Set([...first, ...second].map(({ serial }) => serial));
  return [...serials].filter((serial) => saidOf(first, serial) !== saidOf(second, serial));
}

/** The slips of a batch as two of those who keyed it agree, or the third settled it; undefined while a difference is not settled. Pure. */
export function agreed(keyed: readonly (readonly KeyedSlip[])[]): KeyedSlip[] | undefined {
  const [first = [], , third = []] = keyed;
  const open = new Set(differing(keyed));
  const settled = third.filter(({ serial }) => open.has(serial));
  if (settled.length < open.size) return undefined;
  return [...first.filter(({ serial }) => !open.has(serial)), ...settled.filter(({ absent }) => !absent)];
}

/**
 * The slips of a batch as they are entered; none while a difference is not settled, before two accepted it, or once what was keyed is forgotten. What the
 * service did not write counts as not there.
 */
export function agreedIn(vault: Vault, batch: BatchRecord): KeyedSlip[] {
  if (batch.accepted.length < 2 || !isGenuineBatch(vault, batch)) return [];
  return agreed(keyedIn(vault, batch) ?? []) ?? [];
}

function saidOf(slips: readonly KeyedSlip[], serial: string): string {
  const slip = slips.find((each) => each.serial === serial);
  return slip ? `${slip.picks ?? 'unreadable'}` : 'absent';
}
