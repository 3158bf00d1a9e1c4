import { model, Schema } from 'mongoose';
import { encrypted } from '../../store/encryptedFields.js';
/** The things that have pictures. */
export const PICTURE_KINDS = {
    /** The notice board with what is published before the vote; the id is `CYCLE/NUMBER`. */
    publication: { act: 'keepPicture', view: 'publication', isPublic: true },
    /** A meeting of the council; the id is `CYCLE/NUMBER`. */
    meeting: { act: 'keepPicture', view: 'meetings', isPublic: true },
    /** A project of a ballot; the id is `CYCLE/NUMBER`. */
    project: { act: 'keepPicture', view: 'ballot', isPublic: true },
    /** A piece of news of a work; the id is `CYCLE/NUMBER/NEWS`. */
    work: { act: 'addProgress', view: 'works', isPublic: true },
    /** The signed sheet of a table; the id is `CYCLE/NUMBER`. */
    table: { act: 'keepTablePicture', view: 'table', isPublic: false },
};
/** `large`: at most 1,600 pixels wide and high; `medium`: at most 960; `small`: at most 480. */
export const PICTURE_SIZES = ['large', 'medium', 'small'];
/** In characters. */
export const LONGEST_CAPTION = 60;
const schema = new Schema({
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
}, { strict: 'throw', versionKey: false, collection: 'pictures' });
schema.index({ community: 1, 'of.kind': 1, 'of.id': 1, at: 1 });
export const Picture = model('Picture', schema);
/** A filter for the pictures of a thing. */
export function isOf(community, { kind, id }) {
    return { community, 'of.kind': kind, 'of.id': id };
}
/** The name by which a size of a picture is encrypted. */
export function nameOf(_id, size) {
    return `${_id}|${size}`;
}
