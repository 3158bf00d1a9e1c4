import { model, Schema } from 'mongoose';

/** What everybody may have of a sealed ledger (contract §6). */
export const PUBLISHED = ['ledger', 'results', 'ballots'] as const;
export type PublishedName = (typeof PUBLISHED)[number];

/** A file made once of a sealed ledger. It is there once all its parts are. */
export interface PublishedFileRecord {
  _id: { cycle: string; name: PublishedName };
  /** In bytes. */
  size: number;
  /** Hex SHA-256 of its bytes. */
  hash: string;
  /** The number of each part's first line, from 1: a part ends with a line. */
  from: number[];
  /** Ballots cast and not voided, replaced ones with them; with the results. */
  cast?: number;
}

export interface PublishedPartRecord {
  _id: { cycle: string; name: PublishedName; part: number };
  bytes: Buffer;
}

const file = { cycle: { type: String, required: true }, name: { type: String, enum: PUBLISHED, required: true } };
const options = { strict: 'throw', versionKey: false } as const;

export const PublishedFile = model<PublishedFileRecord>(
  'PublishedFile',
  new Schema<PublishedFileRecord>(
    {
      _id: { type: new Schema(file, { _id: false }), required: true },
      size: { type: Number, required: true },
      hash: { type: String, required: true },
      from: { type: [Number], required: true },
      cast: Number,
    },
    { ...options, collection: 'publishedFiles' },
  ),
);
export const PublishedPart = model<PublishedPartRecord>(
  'PublishedPart',
  new Schema<PublishedPartRecord>(
    {
      _id: { type: new Schema({ ...file, part: { type: Number, required: true } }, { _id: false }), required: true },
      bytes: { type: Buffer, required: true },
    },
    { ...options, collection: 'publishedParts' },
  ),
);
