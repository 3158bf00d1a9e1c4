import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { setImmediate as rest } from 'node:timers/promises';
import { CodedError } from './codedError.ts';

/** The purposes of HMACs: values that are found again by one, or derived from one. Each has its own key; `docs/privacy.md` says where each is used. */
export const HMAC_PURPOSES = [
  'act',
  'address',
  'ballotCheck',
  'broadcast',
  'cadreDigits',
  'call',
  'callBack',
  'card',
  'chat',
  'conversation',
  'cycle',
  'delivery',
  'document',
  'message',
  'miss',
  'office',
  'officeToken',
  'passkey',
  'passkeyChallenge',
  'phoneCode',
  'picture',
  'promptPath',
  'spokenText',
  'proofDay',
  'proofDigits',
  'published',
  'record',
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
] as const;
export type HmacPurpose = (typeof HMAC_PURPOSES)[number];

/** The purposes of encryption. Each has its own key; what is encrypted for one cannot be decrypted for another. */
export const ENCRYPTION_PURPOSES = [
  'accessToken',
  'callBackAddress',
  'callText',
  'carrierSettings',
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
  'recordingDraft',
  'sentProgress',
  'recordingSound',
  'residentPerson',
  'residentLinkedContact',
  'secondAct',
  'signInPhone',
  'slipBatch',
  'staffChatAddress',
  'staffDevice',
  'staffPerson',
  'uploadContent',
  'wrongCardsAddress',
] as const;
export type EncryptionPurpose = (typeof ENCRYPTION_PURPOSES)[number];

/** Bytes, also in the form in which the driver reads them. */
export type Bytes = Uint8Array | { readonly buffer: Uint8Array };

/** Everything that needs a key: HMACs for looking up, and encryption at rest. */
export interface Vault {
  /** HMAC-SHA256 in base64url of the parts, under the purpose's own key. */
  hmac(purpose: HmacPurpose, ...parts: string[]): string;
  /**
   * Encrypts with AES-256-GCM under the purpose's own key: 12 bytes nonce, 16 bytes tag, then the ciphertext. `record` names the record that
   * holds it (its `_id`): it can be decrypted only with the same name.
   */
  encrypt(purpose: EncryptionPurpose, record: string, plain: string | Uint8Array): Buffer;
  /** The decrypted text. Throws `not-ours` if the bytes were changed, or encrypted for another purpose or record, or under other keys. */
  decrypt(purpose: EncryptionPurpose, record: string, encrypted: Bytes): string;
  /** What `decrypt` gives, as bytes. */
  decryptBytes(purpose: EncryptionPurpose, record: string, encrypted: Bytes): Buffer;
}

/** Only whole tags are accepted: a shorter one is easier to guess. Bytes. */
const WHOLE_TAG = { authTagLength: 16 };

/** What the keys of a database are made of, each at least 32 bytes. */
export interface Keys {
  /** Makes the HMACs. It stays the same for as long as the database: by an HMAC records are found, and most of what it was made of is kept nowhere. */
  readonly lookUp: Uint8Array;
  /** Encrypts, and decrypts. */
  readonly writing: Uint8Array;
  /** Only decrypt: while SECRET is rotated, what was encrypted before or is going to be. */
  readonly reading: readonly Uint8Array[];
}

/**
 * The vault of one secret that is the key of everything, or of keys that may change while it is in use; `mayEncrypt` throws when it is not known
 * whether they have changed. Each purpose's key is derived (HKDF-SHA256) when it is first needed.
 */
export function vault(secret: Uint8Array | (() => Keys), mayEncrypt = () => {}): Vault {
  const current = typeof secret === 'function' ? secret : always({ lookUp: secret, writing: secret, reading: [] });
  const derived = new WeakMap<Uint8Array, { readonly hmac: Map<string, KeyObject>; readonly encryption: Map<string, KeyObject> }>();
  const keyOf = (from: Uint8Array, kind: 'hmac' | 'encryption', purpose: HmacPurpose | EncryptionPurpose): KeyObject => {
    const its = derived.get(from) ?? { hmac: new Map(), encryption: new Map() };
    derived.set(from, its);
    const known = its[kind].get(purpose);
    if (known) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', from, '', `yisheng ${kind} ${purpose}`, 32)));
    its[kind].set(purpose, key);
    return key;
  };
  const openedBy = (key: KeyObject, record: string, encrypted: Uint8Array): Buffer => {
    const opening = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, NONCE), WHOLE_TAG)
      .setAuthTag(encrypted.subarray(12, 28))
      .setAAD(Buffer.from(record));
    return Buffer.concat([opening.update(encrypted.subarray(28)), opening.final()]);
  };
  const opened = (purpose: EncryptionPurpose, record: string, bytes: Bytes): Buffer => {
    const { writing, reading } = current();
    let cause: unknown;
    for (const key of [writing, ...reading])
      try {
        return openedBy(keyOf(key, 'encryption', purpose), record, plainBytes(bytes));
      } catch (error) {
        cause ??= error; // it was encrypted under another of the keys, or under none
      }
    throw new CodedError(
      NOT_OURS,
      'What is encrypted here was changed, copied from elsewhere, or encrypted under another SECRET. npm run doctor says more.',
      { cause },
    );
  };
  return {
    hmac: (purpose, ...parts) =>
      createHmac('sha256', keyOf(current().lookUp, 'hmac', purpose))
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
    decrypt: (purpose, record, bytes) => opened(purpose, record, bytes).toString('utf8'),
    decryptBytes: opened,
  };
}

/** The code of the error if something was not encrypted here, by us, for this record. */
export const NOT_OURS = 'not-ours';

const always = (keys: Keys) => () => keys;

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

/** The hex SHA-256 of a text's UTF-8 bytes. Pure functions take it as an argument, so that they also run in a browser. */
export type Sha256 = (text: string) => string;

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

/** So many bytes are hashed at a time: a millisecond of work. */
const PIECE = 1_000_000;

/** The hex SHA-256 of a file's bytes, in pieces between which other work gets its turn. */
export async function sha256OfFile(bytes: Uint8Array): Promise<string> {
  const made = createHash('sha256');
  for (let at = 0; at < bytes.length; at += PIECE) {
    made.update(bytes.subarray(at, at + PIECE));
    await rest();
  }
  return made.digest('hex');
}

/** Whether two secrets are the same. They are hashed first, so that their lengths are equal and the time that it takes says nothing about them. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
}

const LEAST = 32;

/** The bytes of a secret written in base64 or base64url; undefined if it is neither, or shorter than 32 bytes. */
export function secretBytes(written: string): Buffer | undefined {
  if (!/^[0-9A-Za-z+/_-]+={0,2}$/.test(written)) return undefined;
  const bytes = Buffer.from(written, 'base64');
  return bytes.length >= LEAST ? bytes : undefined;
}
