import { model, Schema } from 'mongoose';
import type { Hand } from './hands.ts';
import type { TableCounts } from './reconcile.ts';

/** A table at which slips are handed out and in, from its opening to its closing on the same day. The number counts from 1 in a cycle. */
export interface TableRecord {
  _id: { cycle: string; number: number };
  community: string;
  /** Where it stands. */
  place: string;
  opened: { at: Date /** Blank slips, counted by two. */; received: number; by: Hand[] };
  /** Slips marked, those taken back included, and those marked now. */
  marked: number;
  marks: number;
  /** Everybody who opened it, marked there or closed it, by phone: they do not key its slips. */
  hands: string[];
  closed?: TableCounts & { at: Date; by: Hand[]; reason?: string };
  /** A supervisor's word after the closing; `incident` says what was not in order. */
  validated?: { at: Date; by: Hand; incident?: string };
}

const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, _id: false };
const number = { type: Number, required: true };
const date = { type: Date, required: true };
const schema = new Schema<TableRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, number }, { _id: false }), required: true },
    community: { type: String, required: true },
    place: { type: String, required: true },
    opened: { type: { at: date, received: number, by: [hand] }, required: true, _id: false },
    marked: number,
    marks: number,
    hands: { type: [String], required: true },
    closed: { type: { at: date, handedOut: number, spoiled: number, left: number, by: [hand], reason: String }, _id: false },
    validated: { type: { at: date, by: hand, incident: String }, _id: false },
  },
  { strict: 'throw', versionKey: false, collection: 'tables' },
);
schema.index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true });

/** The tables of all cycles. */
export const Table = model<TableRecord>('Table', schema);
