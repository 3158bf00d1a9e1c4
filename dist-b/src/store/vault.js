import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
/** The purposes of HMACs: values that are found again by one, or derived from one. Each has its own key; `docs/privacy.md` says where each is used. */
export const HMAC_PURPOSES = [
    'act',
    'address',
    'broadcast',
    'cadreDigits',
    'call',
    'callBack',
    'card',
    'chat',
    'conversation',
    'delivery',
    'document',
    'message',
    'miss',
    'passkey',
    'passkeyChallenge',
    'phoneCode',
    'picture',
    'promptPath',
    'spokenText',
    'proofDay',
    'proofDigits',
    'receipt',
    'recording',
    'resident',
    'rosterSearch',
    'second',
    'secretCheck',
    'sessionMark',
    'shuffle',
    'signIn',
    'sixDigits',
    'staff',
    'staffSession',
    'upload',
    'voter',
    'wrongCards',
];
/** The purposes of encryption. Each has its own key; what is encrypted for one cannot be decrypted for another. */
export const ENCRYPTION_PURPOSES = [
    'accessToken',
    'callBackAddress',
    'callText',
    'consentWords',
    'conversationAnswer',
    'conversationCallState',
    'conversationOpen',
    'conversationPlace',
    'conversationRecent',
    'databaseKeys',
    'documentFile',
    'entry',
    'membershipRequest',
    'meetingAddendum',
    'meetingNotes',
    'implementerContact',
    'inquiryAddress',
    'inquiryAnswer',
    'inquiryText',
    'kioskVoter',
    'logDetail',
    'markPerson',
    'messageAddress',
    'messageNext',
    'messageSaid',
    'missText',
    'newsAddress',
    'objectionAddress',
    'objectionAnswer',
    'objectionText',
    'passkeyAbout',
    'picture',
    'proposalAddress',
    'proposalOf',
    'proposalText',
    'pseudonymKey',
    'publishedList',
    'recordingCarrierId',
    'sentProgress',
    'recordingSound',
    'residentPerson',
    'residentLinkedContact',
    'secondAct',
    'signInPhone',
    'slipBatch',
    'slipPicks',
    'staffChatAddress',
    'staffDevice',
    'staffPerson',
    'uploadContent',
    'wrongCardsAddress',
];
/** Only whole tags are accepted: a shorter one is easier to guess. Bytes. */
const WHOLE_TAG = { authTagLength: 16 };
/**
 * The vault of one secret that is the key of everything, or of keys that may change while it is in use; `mayEncrypt` throws when it is not known
 * whether they have changed. Each purpose's key is derived (HKDF-SHA256) when it is first needed.
 */
export function vault(secret, mayEncrypt = () => { }) {
    const current = typeof secret === 'function' ? secret : always({ lookUp: secret, writing: secret, reading: [] });
    const derived = new WeakMap();
    const keyOf = (from, kind, purpose) => {
        const its = derived.get(from) ?? { hmac: new Map(), encryption: new Map() };
        derived.set(from, its);
        const known = its[kind].get(purpose);
        if (known)
            return known;
        const key = createSecretKey(Buffer.from(hkdfSync('sha256', from, '', `yisheng ${kind} ${purpose}`, 32)));
        its[kind].set(purpose, key);
        return key;
    };
    const openedBy = (key, record, encrypted) => {
        const opening = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, NONCE), WHOLE_TAG)
            .setAuthTag(encrypted.subarray(12, 28))
            .setAAD(Buffer.from(record));
        return Buffer.concat([opening.update(encrypted.subarray(28)), opening.final()]);
    };
    const opened = (purpose, record, encrypted) => {
        const { writing, reading } = current();
        try {
            return openedBy(keyOf(writing, 'encryption', purpose), record, encrypted);
        }
        catch (error) {
            for (const other of reading)
                try {
                    return openedBy(keyOf(other, 'encryption', purpose), record, encrypted);
                }
                catch {
                    // it was encrypted under another of the keys, or under none
                }
            throw error;
        }
    };
    return {
        hmac: (purpose, ...parts) => createHmac('sha256', keyOf(current().lookUp, 'hmac', purpose))
            .update(parts.join('\n'))
            .digest('base64url'),
        encrypt: (purpose, record, plain) => {
            mayEncrypt();
            const nonce = newNonce();
            const key = keyOf(current().writing, 'encryption', purpose);
            const cipher = createCipheriv('aes-256-gcm', key, nonce, WHOLE_TAG).setAAD(Buffer.from(record));
            const encrypted = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
            const last = cipher.final();
            return Buffer.concat([nonce, cipher.getAuthTag(), encrypted, last]);
        },
        decrypt: (purpose, record, bytes) => opened(purpose, record, plainBytes(bytes)).toString('utf8'),
        decryptBytes: (purpose, record, bytes) => opened(purpose, record, plainBytes(bytes)),
    };
}
const always = (keys) => () => keys;
const NONCE = 12;
let drawn = Buffer.alloc(0);
let used = 0;
/**
 * 12 random bytes, never the same ones twice. They are drawn 500 nonces at a time: each drawn alone, and the keys looked up by a text put together,
 * makes a vote 5 % dearer for the service.
 */
function newNonce() {
    if (used === drawn.length) {
        drawn = randomBytes(500 * NONCE);
        used = 0;
    }
    used += NONCE;
    return drawn.subarray(used - NONCE, used);
}
function plainBytes(bytes) {
    return bytes instanceof Uint8Array ? bytes : bytes.buffer;
}
