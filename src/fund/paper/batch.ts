import { model, Schema } from 'mongoose';
import { encrypted } from '../../store/encryptedFields.ts';
import type { Vault } from '../../store/vault.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { Hand } from './hands.ts';
import { OUTCOMES, type Outcome } from './slip.ts';

/**
 * `first`, `second`: is keyed, or waits for a person who keys it, the first or the second time. `differences`: waits for a third person. `ready`: waits for two who
 * accept it. `entering`: it is accepted, and its slips are being entered into the ledger. `accepted`: they are.
 */
export const BATCH_STATES = ['first', 'second', 'differences', 'ready', 'entering', 'accepted'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** Up to 25 slips of a table, keyed by two who do not see what the other keyed. The number counts from 1 in a cycle and stands on the batch's cover. */
export interface BatchRecord {
  _id: { cycle: string; number: number };
  community: string;
  table: number;
  at: Date;
  state: BatchState;
  /** Who keyed it: first, second, and who settled the differences, in this order, each once. `slips` are `KeyedSlip`s, encrypted (`slipBatch`). */
  keyed: { by: Hand; slips: Buffer }[];
  accepted: { by: Hand; at: Date }[];
  /** How many slips became what. */
  outcomes?: Partial<Record<Outcome, number>>;
  /** Counts the changes. */
  revision: number;
}

/** A slip as somebody keyed it. */
export interface KeyedSlip {
  /** Its serial; `?1`, `?2`, … of slips on which it cannot be read. */
  readonly serial: string;
  /** Ascending; absent if the slip cannot be read, or is not there. */
  readonly picks?: readonly number[];
  /** Of who settles differences: there is no such slip in the batch. */
  readonly absent?: true;
}

const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, required: true, _id: false };
const number = { type: Number, required: true };
const schema = new Schema<BatchRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, number }, { _id: false }), required: true },
    community: { type: String, required: true },
    table: number,
    at: { type: Date, required: true },
    state: { type: String, enum: BATCH_STATES, required: true },
    keyed: { type: [{ type: { by: hand, slips: { ...encrypted('slipBatch'), required: true } }, _id: false }], required: true },
    accepted: { type: [{ type: { by: hand, at: { type: Date, required: true } }, _id: false }], required: true },
    outcomes: { type: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, Number])), _id: false },
    revision: number,
  },
  { strict: 'throw', versionKey: false, collection: 'batches' },
);
schema.index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true });
// finds what was accepted and is not yet entered whole, after a crash
schema.index({ state: 1 }, { partialFilterExpression: { state: 'entering' } });

export const Batch = model<BatchRecord>('Batch', schema);

export function encryptedKeyed(vault: Vault, _id: BatchRecord['_id'], slips: readonly KeyedSlip[]): Buffer {
  return vault.encrypt('slipBatch', nameOf(_id), JSON.stringify(slips));
}

/** What each of those who keyed a batch says, in their order. */
export function keyedIn(vault: Vault, { _id, keyed }: Pick<BatchRecord, '_id' | 'keyed'>): KeyedSlip[][] {
  return keyed.map(({ slips }) => JSON.parse(vault.decrypt('slipBatch', nameOf(_id), slips)));
}

function nameOf({ cycle, number }: BatchRecord['_id']): string {
  return `${cycle}|${number}`;
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

/** The slips of a batch as they are entered; none while a difference is not settled, or once what was keyed is forgotten. */
export function agreedIn(vault: Vault, batch: Pick<BatchRecord, '_id' | 'keyed'>): KeyedSlip[] {
  return agreed(keyedIn(vault, batch)) ?? [];
}

function saidOf(slips: readonly KeyedSlip[], serial: string): string {
  const slip = slips.find((each) => each.serial === serial);
  return slip ? `${slip.picks ?? 'unreadable'}` : 'absent';
}
