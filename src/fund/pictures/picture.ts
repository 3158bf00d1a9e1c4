import { encrypted, index, type Of, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { type Holder, IN_COUNCIL, SEES_NUMBERS, SEES_TABLES, SEES_WORKS } from '../people/index.ts';

interface Kind {
  /** Who of the staff sees it. */
  readonly may: readonly Holder[];
  /** Whether anybody may look at it. */
  readonly isPublic: boolean;
}

/** The things that have pictures. */
const KIND_NAMES = ['publication', 'meeting', 'project', 'work', 'table'] as const;
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
} as const satisfies Record<(typeof KIND_NAMES)[number], Kind>;

/** `large`: at most 1,600 pixels wide and high; `medium`: at most 960; `small`: at most 480. */
export const PICTURE_SIZES = ['large', 'medium', 'small'] as const;
export type PictureSize = (typeof PICTURE_SIZES)[number];

/** In characters. */
export const LONGEST_CAPTION = 60;

/** The thing that a picture belongs to. */
const pictureOf = {
  kind: oneOf(KIND_NAMES),
  id: String,
};
export type PictureOf = Of<typeof pictureOf>;

/** A picture that staff uploaded, as JPEG. */
export const Picture = records(
  'pictures',
  {
    /** An HMAC of the thing and the uploaded bytes: the same picture of the same thing is kept once. */
    _id: String,
    community: String,
    of: pictureOf,
    at: Date,
    by: String,
    /** What it shows. */
    caption: optional(String),
    /** Of the large one, in pixels. */
    width: Number,
    height: Number,
    /** SHA-256 of the uploaded bytes, in hex: who has them can show that this picture was made of them. */
    original: String,
    /** The bytes, encrypted: a picture may show people, and papers. */
    large: encrypted('picture', ({ _id }) => nameOf(_id, 'large')),
    /** Absent in pictures from before there was this size: the large one is shown in its place. */
    medium: optional(encrypted('picture', ({ _id }) => nameOf(_id, 'medium'))),
    small: encrypted('picture', ({ _id }) => nameOf(_id, 'small')),
  },
  [index({ community: 1, 'of.kind': 1, 'of.id': 1, at: 1 })],
);
export type PictureRecord = RecordOf<typeof Picture>;

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
