import { model, Schema } from 'mongoose';
import { encrypted } from '../../store/encryptedFields.ts';
import { type Holder, IN_COUNCIL, SEES_NUMBERS, SEES_TABLES, SEES_WORKS } from '../people/index.ts';

interface Kind {
  /** Who of the staff sees it. */
  readonly may: readonly Holder[];
  /** Whether anybody may look at it. */
  readonly isPublic: boolean;
}

/** The things that have pictures. */
export const PICTURE_KINDS = {
  /** The notice board with what is published before the vote; the id is `CYCLE/NUMBER`. */
  publication: { may: IN_COUNCIL, isPublic: true },
  /** A meeting of the council; the id is `CYCLE/NUMBER`. */
  meeting: { may: IN_COUNCIL, isPublic: true },
  /** A project of a ballot; the id is `CYCLE/NUMBER`. */
  project: { may: SEES_NUMBERS, isPublic: true },
  /** A piece of news of a work; the id is `CYCLE/NUMBER/NEWS`. */
  work: { may: SEES_WORKS, isPublic: true },
  /** The signed sheet of a table; the id is `CYCLE/NUMBER`. */
  table: { may: SEES_TABLES, isPublic: false },
} as const satisfies Record<string, Kind>;

/** The thing that a picture belongs to. */
export interface PictureOf {
  readonly kind: keyof typeof PICTURE_KINDS;
  readonly id: string;
}

/** `large`: at most 1,600 pixels wide and high; `medium`: at most 960; `small`: at most 480. */
export const PICTURE_SIZES = ['large', 'medium', 'small'] as const;
export type PictureSize = (typeof PICTURE_SIZES)[number];

/** In characters. */
export const LONGEST_CAPTION = 60;

/** A picture that staff uploaded, as JPEG. */
export interface PictureRecord {
  /** An HMAC of the thing and the uploaded bytes: the same picture of the same thing is kept once. */
  _id: string;
  community: string;
  of: PictureOf;
  at: Date;
  by: string;
  /** What it shows. */
  caption?: string;
  /** Of the large one, in pixels. */
  width: number;
  height: number;
  /** SHA-256 of the uploaded bytes, in hex: who has them can show that this picture was made of them. */
  original: string;
  /** The bytes, encrypted: a picture may show people, and papers. */
  large: Buffer;
  /** Absent in pictures from before there was this size: the large one is shown in its place. */
  medium?: Buffer;
  small: Buffer;
}

const schema = new Schema<PictureRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    of: {
      type: { kind: { type: String, enum: Object.keys(PICTURE_KINDS), required: true }, id: { type: String, required: true } },
      required: true,
      _id: false,
    },
    at: { type: Date, required: true },
    by: { type: String, required: true },
    caption: String,
    width: { type: Number, required: true },
    height: { type: Number, required: true },
    original: { type: String, required: true },
    large: { ...encrypted('picture', ({ _id }) => nameOf(_id, 'large')), required: true },
    medium: encrypted('picture', ({ _id }) => nameOf(_id, 'medium')),
    small: { ...encrypted('picture', ({ _id }) => nameOf(_id, 'small')), required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'pictures' },
);
schema.index({ community: 1, 'of.kind': 1, 'of.id': 1, at: 1 });

export const Picture = model<PictureRecord>('Picture', schema);

/** A kept picture as a page shows it; its bytes are read by its id. */
export interface KeptPicture extends Pick<PictureRecord, 'at' | 'by' | 'caption' | 'width' | 'height'> {
  readonly id: string;
}

/** A filter for the pictures of a thing. */
export function isOf(community: string, { kind, id }: PictureOf) {
  return { community, 'of.kind': kind, 'of.id': id };
}

/** The name by which a size of a picture is encrypted. */
export function nameOf(_id: string, size: PictureSize): string {
  return `${_id}|${size}`;
}
