import { model, Schema } from 'mongoose';

/** A text that somebody writes to many residents. */
export interface BroadcastRecord {
  /** An HMAC of community, day, text and to whom, eight hex digits: the same text to the same people on the same day is the same broadcast. */
  _id: string;
  community: string;
  /** With its placeholders; public with who sent it. */
  text: string;
  /** `all`, `not-voted` or `building:3`. */
  to: string;
  by: string;
  /** What its messages have in common: the same for everybody on that day, so that nobody gets the text twice. */
  occasion: string;
  /** The cycle that is voting, where it goes to those who have not voted. */
  cycle?: string;
  at: Date;
  /** When it is to be sent. */
  dueAt: Date;
  state: 'queueing' | 'queued' | 'cancelled';
  /** Until when a process is queueing it. */
  heldUntil?: Date;
  /** Too many failed: nothing more goes out until it is resumed. */
  pausedAt?: Date;
}

const schema = new Schema<BroadcastRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    text: { type: String, required: true },
    to: { type: String, required: true },
    by: { type: String, required: true },
    occasion: { type: String, required: true },
    cycle: String,
    at: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    state: { type: String, enum: ['queueing', 'queued', 'cancelled'], required: true },
    heldUntil: Date,
    pausedAt: Date,
  },
  { strict: 'throw', versionKey: false, collection: 'broadcasts' },
);
schema.index({ community: 1, dueAt: -1 });
schema.index({ state: 1 });

export const Broadcast = model<BroadcastRecord>('Broadcast', schema);
