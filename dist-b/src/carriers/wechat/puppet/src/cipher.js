import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
const BLOCK = 32;
/** The random bytes that come first, and the length field of the message after them. */
const RANDOM = 16;
const HEAD = RANDOM + 4;
/** AES-256-CBC over 16 random bytes, the message's length, the message and the AppID, padded as in PKCS#7 to 32 bytes. */
export function cipher(encodingAesKey, appId) {
    const key = Buffer.from(`${encodingAesKey}=`, 'base64');
    const iv = key.subarray(0, 16);
    const id = Buffer.from(appId);
    return {
        encrypt: (text) => {
            const message = Buffer.from(text);
            const length = HEAD + message.length + id.length;
            const padding = BLOCK - (length % BLOCK);
            const plain = Buffer.alloc(length + padding, padding);
            randomBytes(RANDOM).copy(plain);
            plain.writeUInt32BE(message.length, RANDOM);
            message.copy(plain, HEAD);
            id.copy(plain, HEAD + message.length);
            const encrypting = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
            return Buffer.concat([encrypting.update(plain), encrypting.final()]).toString('base64');
        },
        decrypt: (encrypted) => {
            const bytes = Buffer.from(encrypted, 'base64');
            if (bytes.length === 0 || bytes.length % BLOCK !== 0)
                return undefined;
            const decrypting = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false); // Node's own padding allows only blocks of 16
            const plain = unpadded(Buffer.concat([decrypting.update(bytes), decrypting.final()]));
            if (!plain || plain.length < HEAD)
                return undefined;
            const end = HEAD + plain.readUInt32BE(RANDOM);
            return end <= plain.length && plain.subarray(end).equals(id) ? plain.subarray(HEAD, end) : undefined;
        },
    };
}
function unpadded(plain) {
    const padding = plain.at(-1) ?? 0;
    if (padding < 1 || padding > BLOCK)
        return undefined;
    const end = plain.length - padding;
    return plain.subarray(end).every((byte) => byte === padding) ? plain.subarray(0, end) : undefined;
}
/** WeChat's signature: SHA-1 of the sorted parts, joined. For a message in safe mode the ciphertext is one of them. */
export function signature(token, timestamp, nonce, encrypted) {
    const parts = [token, timestamp, nonce, ...(encrypted === undefined ? [] : [encrypted])];
    return createHash('sha1').update(parts.sort().join('')).digest('hex');
}
/** Compared in constant time. */
export function isSame(given, expected) {
    const [a, b] = [Buffer.from(given), Buffer.from(expected)];
    return a.length === b.length && timingSafeEqual(a, b);
}
