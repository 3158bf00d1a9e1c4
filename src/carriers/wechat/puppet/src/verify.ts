import { type Cipher, cipher, isSame, signature } from './cipher.ts';
import { type AccountMessage, type Fields, readMessage, readXml } from './message.ts';

/** The account's settings in WeChat's console. */
export interface AccountKeys {
  readonly appId: string;
  readonly token: string;
  /** EncodingAESKey, 43 characters. */
  readonly aesKey: string;
  /** The previous key, for as long as messages encrypted with it still come. */
  readonly aesKeyPrevious?: string;
  /** Accepts plain mode, whose signature does not cover the message. Off by default. */
  readonly plain?: boolean;
}

/** A delivery that WeChat sent. `cipher` is the one with which its reply has to be encrypted; absent in plain mode. */
export interface Verified {
  readonly message: AccountMessage;
  readonly cipher?: Cipher;
}

/** `unencrypted`: it came from WeChat, but readable, because safe mode is not chosen in its console. */
export type Refused = 'forged' | 'unencrypted' | 'malformed';

export interface Verify {
  /** The echo that WeChat expects back when the address is set in its console. */
  echo(query: URLSearchParams): { readonly echo: string } | { readonly refused: Refused };
  post(query: URLSearchParams, body: Buffer): Verified | Refused;
}

/** A delivery is refused if it is older than this, or comes from further in the future. */
const LONGEST_AGE_MS = 5 * 60_000;
const MOST_NONCES = 50_000;
/** What safe mode posts: the account and the ciphertext, nothing else. Compared as bytes: nothing is parsed before it is known to be WeChat's. */
const TO = String.raw`<ToUserName>(?:<!\[CDATA\[[\w-]*\]\]>|[\w-]*)</ToUserName>\s*`;
const ENCRYPTED = String.raw`<Encrypt>(?:<!\[CDATA\[)?([\w+/=]+)(?:\]\]>)?</Encrypt>\s*`;
const ENVELOPE = new RegExp(String.raw`^\s*<xml>\s*(?:${TO})?${ENCRYPTED}</xml>\s*$`);
const ENVELOPE_TURNED = new RegExp(String.raw`^\s*<xml>\s*${ENCRYPTED}${TO}</xml>\s*$`);

/**
 * Checks a request from WeChat: first the signature and the age, then the ciphertext, the AppID and the form, and that each nonce brings only one
 * message.
 */
export function verify({ appId, token, aesKey, aesKeyPrevious, plain = false }: AccountKeys, now: () => number = Date.now): Verify {
  const ciphers = [aesKey, ...(aesKeyPrevious ? [aesKeyPrevious] : [])].map((key) => cipher(key, appId));
  const keys = new Map<string, string>();

  return {
    echo: (query) => {
      if (!isSigned(query, 'signature')) return { refused: 'forged' };
      const echo = single(query, 'echostr');
      return echo ? { echo } : { refused: 'malformed' };
    },
    post: (query, body) => {
      const mode = query.get('encrypt_type') ?? 'raw';
      const opened = mode === 'aes' ? openEnvelope(query, body) : plain && mode === 'raw' ? openPlain(query, body) : undefined;
      if (!opened) return (mode === 'raw' || body.includes('<MsgType>')) && isSigned(query, 'signature') ? 'unencrypted' : 'forged';
      const message = opened.fields && readMessage(opened.fields);
      if (!message) return 'malformed';
      if (!isFirst(`${query.get('timestamp')}|${query.get('nonce')}`, message.key)) return 'forged';
      return { message, ...(opened.cipher && { cipher: opened.cipher }) };
    },
  };

  function openPlain(query: URLSearchParams, body: Buffer): Opened | undefined {
    return isSigned(query, 'signature') ? { fields: readXml(body) } : undefined;
  }

  function openEnvelope(query: URLSearchParams, body: Buffer): Opened | undefined {
    if (query.has('signature') && !isSigned(query, 'signature')) return undefined;
    const text = body.toString('latin1');
    const encrypted = (ENVELOPE.exec(text) ?? ENVELOPE_TURNED.exec(text))?.[1];
    if (encrypted === undefined || !isSigned(query, 'msg_signature', encrypted)) return undefined;
    for (const cipher of ciphers) {
      const bytes = cipher.decrypt(encrypted);
      if (bytes) return { fields: readXml(bytes), cipher };
    }
    return undefined;
  }

  function isSigned(query: URLSearchParams, name: 'signature' | 'msg_signature', encrypted?: string): boolean {
    const [given, timestamp, nonce] = [single(query, name), single(query, 'timestamp'), single(query, 'nonce')];
    if (!given || !timestamp || !nonce || !/^\d{1,12}$/.test(timestamp)) return false;
    return isSame(given, signature(token, timestamp, nonce, encrypted)) && Math.abs(now() - Number(timestamp) * 1_000) <= LONGEST_AGE_MS;
  }

  /** Whether this nonce brings its first message, or the same one again. */
  function isFirst(nonce: string, key: string): boolean {
    const known = keys.get(nonce);
    if (known !== undefined) return known === key;
    keys.set(nonce, key);
    if (keys.size > MOST_NONCES) for (const oldest of keys.keys()) return keys.delete(oldest);
    return true;
  }
}

interface Opened {
  /** Absent if what was signed is malformed. */
  readonly fields: Fields | undefined;
  readonly cipher?: Cipher;
}

/** A parameter that appears exactly once. */
function single(query: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = query.getAll(name);
  return others.length === 0 ? value : undefined;
}
