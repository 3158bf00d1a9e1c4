import { cipher, isSame, signature } from './cipher.js';
import { readMessage, readXml } from './message.js';
/** A delivery is refused if it is older than this, or comes from further in the future. */
const LONGEST_AGE_MS = 5 * 60_000;
const MOST_NONCES = 50_000;
/** What safe mode posts: the account and the ciphertext, nothing else. Compared as bytes: nothing is parsed before it is known to be WeChat's. */
const TO = String.raw `<ToUserName>(?:<!\[CDATA\[[\w-]*\]\]>|[\w-]*)</ToUserName>\s*`;
const ENCRYPTED = String.raw `<Encrypt>(?:<!\[CDATA\[)?([\w+/=]+)(?:\]\]>)?</Encrypt>\s*`;
const ENVELOPE = new RegExp(String.raw `^\s*<xml>\s*(?:${TO})?${ENCRYPTED}</xml>\s*$`);
const ENVELOPE_TURNED = new RegExp(String.raw `^\s*<xml>\s*${ENCRYPTED}${TO}</xml>\s*$`);
/**
 * Checks a request from WeChat: first the signature and the age, then the ciphertext, the AppID and the form, and that each nonce brings only one
 * message.
 */
export function verify({ appId, token, aesKey, aesKeyPrevious, plain = false }, now = Date.now) {
    const ciphers = [aesKey, ...(aesKeyPrevious ? [aesKeyPrevious] : [])].map((key) => cipher(key, appId));
    const keys = new Map();
    return {
        echo: (query) => {
            if (!isSigned(query, 'signature'))
                return { refused: 'forged' };
            const echo = single(query, 'echostr');
            return echo ? { echo } : { refused: 'malformed' };
        },
        post: (query, body) => {
            const mode = query.get('encrypt_type') ?? 'raw';
            const opened = mode === 'aes' ? openEnvelope(query, body) : plain && mode === 'raw' ? openPlain(query, body) : undefined;
            if (!opened)
                return (mode === 'raw' || body.includes('<MsgType>')) && isSigned(query, 'signature') ? 'unencrypted' : 'forged';
            const message = opened.fields && readMessage(opened.fields);
            if (!message)
                return 'malformed';
            if (!isFirst(`${query.get('timestamp')}|${query.get('nonce')}`, message.key))
                return 'forged';
            return { message, ...(opened.cipher && { cipher: opened.cipher }) };
        },
    };
    function openPlain(query, body) {
        return isSigned(query, 'signature') ? { fields: readXml(body) } : undefined;
    }
    function openEnvelope(query, body) {
        if (query.has('signature') && !isSigned(query, 'signature'))
            return undefined;
        const text = body.toString('latin1');
        const encrypted = (ENVELOPE.exec(text) ?? ENVELOPE_TURNED.exec(text))?.[1];
        if (encrypted === undefined || !isSigned(query, 'msg_signature', encrypted))
            return undefined;
        for (const cipher of ciphers) {
            const bytes = cipher.decrypt(encrypted);
            if (bytes)
                return { fields: readXml(bytes), cipher };
        }
        return undefined;
    }
    function isSigned(query, name, encrypted) {
        const [given, timestamp, nonce] = [single(query, name), single(query, 'timestamp'), single(query, 'nonce')];
        if (!given || !timestamp || !nonce || !/^\d{1,12}$/.test(timestamp))
            return false;
        return isSame(given, signature(token, timestamp, nonce, encrypted)) && Math.abs(now() - Number(timestamp) * 1_000) <= LONGEST_AGE_MS;
    }
    /** Whether this nonce brings its first message, or the same one again. */
    function isFirst(nonce, key) {
        const known = keys.get(nonce);
        if (known !== undefined)
            return known === key;
        keys.set(nonce, key);
        if (keys.size > MOST_NONCES)
            for (const oldest of keys.keys())
                return keys.delete(oldest);
        return true;
    }
}
/** A parameter that appears exactly once. */
function single(query, name) {
    const [value, ...others] = query.getAll(name);
    return others.length === 0 ? value : undefined;
}
