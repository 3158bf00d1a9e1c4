import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { CodedError } from './codedError.js';
import { serviceState } from './serviceState.js';
import { vault } from './vault.js';
export function keysRecords() {
    return serviceState();
}
/** By what a SECRET is known again. */
export function checkOf(secret) {
    return vault(secret).hmac('secretCheck');
}
/** Whether the database was made with this secret; undefined if it was made with none yet. Nothing is changed. */
export async function isItsSecret(secret) {
    const kept = await keysRecords().findOne({ _id: 'secret' });
    return kept ? opensIt(kept, checkOf(secret)) : undefined;
}
/** How far a rotation of SECRET is; undefined if none is under way. */
export async function rotationUnderWay() {
    return (await keysRecords().findOne({ _id: 'secret' }))?.rotation?.step;
}
function opensIt({ check: first, opens = [] }, check) {
    return first === check || opens.some((each) => each.check === check);
}
/** The keys of the database; a new database gets its own. Rejects with `wrong-secret` if this secret does not open them. */
export async function openKeys(secret) {
    const kept = (await keysRecords().findOne({ _id: 'secret' })) ??
        (await keysRecords().findOneAndUpdate({ _id: 'secret' }, { $setOnInsert: newKeys(secret) }, { upsert: true, returnDocument: 'after' }));
    const opened = kept && openedBy(kept, secret);
    if (opened)
        return opened;
    throw new CodedError('wrong-secret', 'SECRET is not the one that this database was made with, or it was replaced since. Put that one back (in SECRET, or in the file secret in DATA_DIR): nothing in the database can be read with another.');
}
/** The keys, if this secret opens them. */
export function openedBy({ check: first, opens = [], keys, generation = 0 }, secret) {
    const check = checkOf(secret);
    if (first === check)
        return { keys: { lookUp: secret, writing: secret, reading: [] }, generation };
    const own = opens.find((each) => each.check === check);
    if (!own || !keys)
        return undefined;
    const openingKey = vault(secret).decryptBytes('databaseKeys', 'secret', own.key);
    const plain = JSON.parse(vault(openingKey).decrypt('databaseKeys', 'keys', keys));
    const bytes = (text) => Buffer.from(text, 'base64');
    return {
        keys: { lookUp: bytes(plain.lookUp), writing: bytes(plain.writing), reading: plain.reading.map(bytes) },
        generation,
        openingKey,
    };
}
function newKeys(secret) {
    return keptFor(secret, { lookUp: randomBytes(32), writing: randomBytes(32), reading: [] });
}
/** Keys as a new database keeps them, which this secret opens. */
export function keptFor(secret, keys) {
    const openingKey = randomBytes(32);
    return { opens: [opening(secret, openingKey)], keys: closed(keys, openingKey), generation: 1 };
}
/** What lets a secret open the keys. */
export function opening(secret, openingKey) {
    return { check: checkOf(secret), key: new mongo.Binary(vault(secret).encrypt('databaseKeys', 'secret', openingKey)) };
}
/** Keys as the database keeps them. */
export function closed({ lookUp, writing, reading }, openingKey) {
    const text = (bytes) => Buffer.from(bytes).toString('base64');
    const written = { lookUp: text(lookUp), writing: text(writing), reading: reading.map(text) };
    return new mongo.Binary(vault(openingKey).encrypt('databaseKeys', 'keys', JSON.stringify(written)));
}
