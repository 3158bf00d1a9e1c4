import { model, Schema } from 'mongoose';
import { FOUND, type Found } from '../ballots/audit/index.ts';

/** What became of a slip whose batch was accepted. Only what is `counted` is in the ledger. */
export const OUTCOMES = ['counted', 'superseded', 'notOnRoll', 'unmarked', 'unreadable', 'invalid', 'double', 'late'] as const;
/**
 * `superseded`: the same person handed in another one later, or cast by phone or chat. `notOnRoll`: their request to join is not accepted yet. `unmarked`:
 * nobody handed it in at the table of its batch. `invalid`: more or fewer projects than the ballot allows. `double`: the same serial was in another batch.
 * `late`: the slips were closed, or the ledger.
 */
export type Outcome = (typeof OUTCOMES)[number];

/** A slip of paper on which somebody votes. It bears a serial and no name. */
export interface SlipRecord {
  /** Eight digits, the last a check digit; no other slip has them, in whatever community. */
  _id: string;
  cycle: string;
  /** When it was made, by whom, and the ballot that is printed on it (`slipBallot`). */
  made: { at: Date; by: string; ballot?: string };
  /** The batch in which it was keyed, once that was accepted, and what became of it. What it says stands in the batch alone. */
  batch?: number;
  outcome?: Outcome;
  /** Its person is not on the roster yet, and it counts once they are, before the seal. */
  waits?: true;
  /** What the comparison with the box found, if the slip was drawn; `changes`: how often it was entered again. */
  compared?: { found: Found; by: string; at: Date; changes: number };
}

const schema = new Schema<SlipRecord>(
  {
    _id: { type: String, required: true },
    cycle: { type: String, required: true },
    made: { type: { at: { type: Date, required: true }, by: { type: String, required: true }, ballot: String }, required: true, _id: false },
    batch: Number,
    outcome: { type: String, enum: OUTCOMES },
    waits: Boolean,
    compared: {
      type: {
        found: { type: String, enum: FOUND, required: true },
        by: { type: String, required: true },
        at: { type: Date, required: true },
        changes: { type: Number, required: true },
      },
      _id: false,
    },
  },
  { strict: 'throw', versionKey: false, collection: 'slips' },
);
schema.index({ cycle: 1, outcome: 1, _id: 1 });
// finds what was compared with the box
schema.index({ cycle: 1, 'compared.at': 1 }, { partialFilterExpression: { 'compared.at': { $exists: true } } });
schema.index({ waits: 1, _id: 1 }, { partialFilterExpression: { waits: true } });

export const Slip = model<SlipRecord>('Slip', schema);
