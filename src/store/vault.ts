import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

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
  'proofDay',
  'proofDigits',
  'receipt',
  'recording',
  'resident',
  'rosterSearch',
  'second',
  'secretCheck',
  'shuffle',
  'signIn',
  'sixDigits',
  'staff',
  'staffSession',
  'upload',
  'voter',
  'wrongCards',
] as const;
export type HmacPurpose = (typeof HMAC_PURPOSES)[number];

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
  'recordingSound',
  'residentPerson',
  'residentLinkedContact',
  'secondAct',
  'signInPhone',
  'slipBatch',
  'slipPicks',
  'staffDevice',
  'staffPerson',
  'uploadContent',
  'wrongCardsAddress',
] as const;
export type EncryptionPurpose = (typeof ENCRYPTION_PURPOSES)[number];

/** Bytes, also in the form in which the driver reads them. */
export type Bytes = Uint8Array | { readonly buffer: Uint8Array };

/** Everything that needs a key from SECRET: HMACs for looking up, and encryption at rest. */
export interface Vault {
  /** HMAC-SHA256 in base64url of the parts, under the purpose's own key. */
  hmac(purpose: HmacPurpose, ...parts: string[]): string;
  /**
   * Encrypts with AES-256-GCM under the purpose's own key: 12 bytes nonce, 16 bytes tag, then the ciphertext. `record` names the record that
   * holds it (its `_id`): it can be decrypted only with the same name.
   */
  encrypt(purpose: EncryptionPurpose, record: string, plain: string | Uint8Array): Buffer;
  /** The decrypted text. Throws if the bytes were changed, or encrypted for another purpose or record, or under another SECRET. */
  decrypt(purpose: EncryptionPurpose, record: string, encrypted: Bytes): string;
  /** The same, as bytes. */
  decryptBytes(purpose: EncryptionPurpose, record: string, encrypted: Bytes): Buffer;
}

/** Only whole tags are accepted: a shorter one is easier to guess. Bytes. */
const WHOLE_TAG = { authTagLength: 16 };

/** The vault of one SECRET, given as its bytes. Each key is derived (HKDF-SHA256) when it is first needed. */
export function vault(secret: Uint8Array): Vault {
  const keys = { hmac: new Map<string, KeyObject>(), encryption: new Map<string, KeyObject>() };
  const keyOf = (kind: 'hmac' | 'encryption', purpose: HmacPurpose | EncryptionPurpose): KeyObject => {
    const known = keys[kind].get(purpose);
    if (known) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `yisheng ${kind} ${purpose}`, 32)));
    keys[kind].set(purpose, key);
    return key;
  };
  const decipher = (purpose: EncryptionPurpose, record: string, encrypted: Uint8Array) =>
    createDecipheriv('aes-256-gcm', keyOf('encryption', purpose), encrypted.subarray(0, NONCE), WHOLE_TAG)
      .setAuthTag(encrypted.subarray(12, 28))
      .setAAD(Buffer.from(record));
  return {
    hmac: (purpose, ...parts) => createHmac('sha256', keyOf('hmac', purpose)).update(parts.join('\n')).digest('base64url'),
    encrypt: (purpose, record, plain) => {
      const nonce = newNonce();
      const cipher = createCipheriv('aes-256-gcm', keyOf('encryption', purpose), nonce, WHOLE_TAG).setAAD(Buffer.from(record));
      const encrypted = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
      const last = cipher.final();
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted, last]);
    },
    decrypt: (purpose, record, bytes) => {
      const encrypted = plainBytes(bytes);
      const opening = decipher(purpose, record, encrypted);
      return opening.update(encrypted.subarray(28), undefined, 'utf8') + opening.final('utf8');
    },
    decryptBytes: (purpose, record, bytes) => {
      const encrypted = plainBytes(bytes);
      const opening = decipher(purpose, record, encrypted);
      return Buffer.concat([opening.update(encrypted.subarray(28)), opening.final()]);
    },
  };
}

const NONCE = 12;
let drawn = Buffer.alloc(0);
let used = 0;

/**
 * 12 random bytes, never the same ones twice. They are drawn 500 nonces at a time: each drawn alone, and the keys looked up by a text put together,
 * makes a vote 5 % dearer for the service.
 */
function newNonce(): Buffer {
  if (used === drawn.length) {
    drawn = randomBytes(500 * NONCE);
    used = 0;
  }
  used += NONCE;
  return drawn.subarray(used - NONCE, used);
}

function plainBytes(bytes: Bytes): Uint8Array {
  return bytes instanceof Uint8Array ? bytes : bytes.buffer;
}
