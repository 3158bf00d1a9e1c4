import { model, Schema } from 'mongoose';
import { encrypted } from '../../store/encryptedFields.ts';
import type { Vault } from '../../store/vault.ts';
import type { Hand } from './hands.ts';

/** That somebody handed in a slip at a table, by two names. */
export interface MarkRecord {
  /** `id` comes from the device on which it was made: what is sent twice counts once. */
  _id: { cycle: string; id: string };
  community: string;
  table: number;
  /** Counts from 1 at the table. */
  number: number;
  serial: string;
  /** `cycleKeys(…).voter` of the person; absent while they are not on the roster. */
  voter?: string;
  /** They asked at the table to be put on the roster, and are not known to be on it yet. */
  asks?: true;
  /** Who handed it in (`MarkedPerson`), encrypted (`markPerson`); forgotten with the key of the pseudonyms. */
  person?: Buffer;
  /** The moment of handing in: the ballot's time. */
  at: Date;
  /** When the service heard of it. */
  heardAt: Date;
  by: Hand[];
  /** Absent once it was taken back. */
  active?: true;
}

const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, _id: false };
const schema = new Schema<MarkRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, id: { type: String, required: true } }, { _id: false }), required: true },
    community: { type: String, required: true },
    table: { type: Number, required: true },
    number: { type: Number, required: true },
    serial: { type: String, required: true },
    voter: String,
    asks: Boolean,
    person: encrypted('markPerson'),
    at: { type: Date, required: true },
    heardAt: { type: Date, required: true },
    by: { type: [hand], required: true },
    active: Boolean,
  },
  { strict: 'throw', versionKey: false, collection: 'marks' },
);
schema.index({ serial: 1 }, { unique: true, partialFilterExpression: { active: true } });
schema.index({ '_id.cycle': 1, table: 1, number: -1 });
schema.index({ voter: 1, at: 1 }, { partialFilterExpression: { voter: { $exists: true } } });
// finds the marks of those who may be on the roster by now
schema.index({ '_id.cycle': 1, asks: 1 }, { partialFilterExpression: { asks: true } });
// finds the marks whose persons are to be forgotten
schema.index({ '_id.cycle': 1, person: 1 }, { partialFilterExpression: { person: { $exists: true } } });

export const Mark = model<MarkRecord>('Mark', schema);

/** A resident by `_id`, or somebody who asked at the table to be put on the roster, by the request's number. */
export type MarkedPerson = { readonly resident: string } | { readonly request: number };

export function encryptedMarked(vault: Vault, _id: MarkRecord['_id'], person: MarkedPerson): Buffer {
  return vault.encrypt('markPerson', nameOf(_id), JSON.stringify(person));
}

/** Who handed the slip in; undefined once that is forgotten. */
export function markedPerson(vault: Vault, { _id, person }: Pick<MarkRecord, '_id' | 'person'>): MarkedPerson | undefined {
  return person && JSON.parse(vault.decrypt('markPerson', nameOf(_id), person));
}

function nameOf({ cycle, id }: MarkRecord['_id']): string {
  return `${cycle}|${id}`;
}
