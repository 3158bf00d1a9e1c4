import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    language: { type: String, required: true },
    key: { type: String, required: true },
    hash: { type: String, required: true },
    seconds: { type: Number, required: true },
    sound: { type: Buffer, required: true },
}, { strict: 'throw', versionKey: false, collection: 'prompts' });
schema.index({ community: 1 });
schema.index({ hash: 1 });
export const Prompt = model('Prompt', schema);
/** Writes a community's recorded prompts. Prompts that are not given stay, unless `replace` is set. */
export async function writePrompts(community, prompts, replace, session) {
    const ids = prompts.map(({ language, key }) => `${community}|${language}|${key}`);
    if (replace)
        await collection(Prompt).deleteMany({ community, _id: { $nin: ids } }, { session });
    for (const [index, prompt] of prompts.entries()) {
        const _id = ids[index] ?? '';
        await collection(Prompt).replaceOne({ _id }, { community, ...prompt }, { upsert: true, session });
    }
}
/** The hashes of a community's recorded prompts, by `language|key`. */
export async function promptHashes(community) {
    const found = await collection(Prompt)
        .find({ community }, { projection: { language: 1, key: 1, hash: 1 } })
        .toArray();
    return new Map(found.map(({ language, key, hash }) => [`${language}|${key}`, hash]));
}
/** A recorded prompt's MP3 by its hash, for readers; undefined if there is none. */
export async function promptSound(hash) {
    return (await forReaders(Prompt).findOne({ hash }, { projection: { sound: 1 }, promoteBuffers: true }))?.sound;
}
/** Length of the mark in characters: 96 bits. */
const MARK = 16;
/**
 * The address of a recorded prompt, from `/` on, by the hex SHA-256 of its sound. It bears a mark that is made with SECRET: so an address that was
 * not made here is recognized without a look-up.
 */
export function promptPath({ vault }) {
    return (hash) => `/audio/${hash}-${vault.hmac('promptPath', hash).slice(0, MARK)}.mp3`;
}
