import { createHash, hash, timingSafeEqual } from 'node:crypto';
import { setImmediate as rest } from 'node:timers/promises';
export const sha256 = (text) => hash('sha256', text, 'hex');
/** So many bytes are hashed at a time: a millisecond of work. */
const PIECE = 1_000_000;
/** The hex SHA-256 of a file's bytes, in pieces between which other work gets its turn. */
export async function sha256OfFile(bytes) {
    const made = createHash('sha256');
    for (let at = 0; at < bytes.length; at += PIECE) {
        made.update(bytes.subarray(at, at + PIECE));
        await rest();
    }
    return made.digest('hex');
}
/** Whether two secrets are the same. They are hashed first, so that their lengths are equal and the time that it takes says nothing about them. */
export function isSame(one, other) {
    return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
}
const LEAST = 32;
/** The bytes of a secret written in base64 or base64url; undefined if it is neither, or shorter than 32 bytes. */
export function secretBytes(written) {
    if (!/^[0-9A-Za-z+/_-]+={0,2}$/.test(written))
        return undefined;
    const bytes = Buffer.from(written, 'base64');
    return bytes.length >= LEAST ? bytes : undefined;
}
