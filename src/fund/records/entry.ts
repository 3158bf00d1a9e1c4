import { model, Schema } from 'mongoose';
import type { Channel } from '../act.ts';

/** What an entry commits to and who may see it only after the close; encrypted as JSON. */
export interface EntrySecret {
  /** 16 random bytes in hex. */
  salt: string;
  voter: string;
  /** Ascending; empty in a voided ballot. */
  picks: number[];
  channel: Channel | 'paper' | 'assisted';
  /** `cycleKeys(…).from` of where it came from, the same by message and by call; none on paper. */
  from?: string;
  withCard: boolean;
  /** The cadre's name on paper and assisted ballots. */
  by?: string;
  /** `YYYY-MM-DD`, where the entry bears another day: the vote's first, in a small community. */
  day?: string;
  /** The voter had cast before. */
  changed?: true;
}

/** One entry of a cycle's ledger (contract §5); only appended, never changed. */
export interface EntryRecord {
  _id: { cycle: string; seq: number };
  /** `YYYY-MM-DD` in the community's zone. */
  at: string;
  commitment?: string;
  sealed?: true;
  previous: string;
  hash: string;
  /** Counts once: `cycleKeys(…).once` of the act that wrote it. */
  key: string;
  /** Ten digits. */
  receipt?: string;
  /** `vault.hmac('voter', cycle, pseudonym)`: finds a voter's last ballot without telling who. */
  voter?: string;
  /** Set where the ballot was voided. */
  voided?: true;
  secret?: Buffer;
}

const schema = new Schema<EntryRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, seq: { type: Number, required: true } }, { _id: false }), required: true },
    at: { type: String, required: true },
    commitment: String,
    sealed: Boolean,
    previous: { type: String, required: true },
    hash: { type: String, required: true },
    key: { type: String, required: true },
    receipt: String,
    voter: String,
    voided: Boolean,
    secret: Buffer,
  },
  { strict: 'throw', versionKey: false, collection: 'entries' },
);
schema.index({ key: 1 }, { unique: true });
schema.index({ receipt: 1 }, { unique: true, partialFilterExpression: { receipt: { $exists: true } } });
schema.index({ voter: 1, '_id.seq': -1 }, { partialFilterExpression: { voter: { $exists: true } } });
schema.index({ voter: 1, voided: 1 }, { partialFilterExpression: { voided: { $exists: true } } });

/** The ledgers. `_id` is `{cycle, seq}`, so that two processes can never write the same place of a chain. */
export const Entry = model<EntryRecord>('Entry', schema);

/**
 * Finds the entries of a cycle after one seq and up to another, in `_id`'s own index: MongoDB compares a cycle first and then a seq, and sorts so
 * by `{ _id: 1 }`. One more index over both would cost each ballot a twentieth of its CPU.
 */
export function placesOf(cycle: string, after = 0, to = Number.MAX_SAFE_INTEGER) {
  return { _id: { $gt: { cycle, seq: after }, $lte: { cycle, seq: to } } };
}
