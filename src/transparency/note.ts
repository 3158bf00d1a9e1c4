import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** How a key signs: the text itself, or a checkpoint's text with the time at which it was seen (C2SP tlog-cosignature, `cosignature/v1`). */
const TYPES = { note: 1, cosignature: 4 } as const;
type Kind = keyof typeof TYPES;

export interface VerifierKey {
  /** Such as `vote.example.org/log`. */
  readonly name: string;
  readonly kind: Kind;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface Signer extends VerifierKey {
  readonly privateKey: KeyObject;
}

/** A signature that holds. */
export interface Signed {
  readonly key: VerifierKey;
  /** Of a cosignature, in seconds since 1970. */
  readonly at?: number;
}

const NAME = /^[^\p{White_Space}+]+$/u;
/** More signatures are not looked at, nor longer notes. */
const MOST = 100;
const LONGEST = 1_000_000;
/** What stands before the 32 bytes of an Ed25519 key in DER. */
const DER = { private: '302e020100300506032b657004220420', public: '302a300506032b6570032100' };

/** The signer of a name, by the 32 random bytes of its key. */
export function signerOf(name: string, kind: Kind, seed: Uint8Array): Signer {
  if (!NAME.test(name)) throw new RangeError('a key’s name has no blanks and no +');
  const privateKey = createPrivateKey({ key: Buffer.concat([Buffer.from(DER.private, 'hex'), seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { name, kind, publicKey, privateKey };
}

/** The first four bytes of SHA-256 over name, type and key (C2SP signed-note). */
function idOf({ name, kind, publicKey }: VerifierKey): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Uint8Array.of(TYPES[kind])).update(publicKey).digest().subarray(0, 4);
}

/** A key as others are told it: `NAME+ID+KEY`. */
export function verifierKey(key: VerifierKey): string {
  return `${key.name}+${idOf(key).toString('hex')}+${Buffer.of(TYPES[key.kind], ...key.publicKey).toString('base64')}`;
}

/** Reads `NAME+ID+KEY`; undefined if it is no such key, or of another kind. */
export function readVerifierKey(text: string): VerifierKey | undefined {
  const [, name = '', encoded = ''] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(text) ?? [];
  const bytes = bytesIn(encoded);
  const kind = bytes?.[0] === TYPES.note ? 'note' : bytes?.[0] === TYPES.cosignature ? 'cosignature' : undefined;
  if (!bytes || !kind || bytes.length !== 33 || !NAME.test(name)) return undefined;
  const key = { name, kind, publicKey: bytes.subarray(1) } as const;
  return verifierKey(key) === text ? key : undefined;
}

/** The line with which a key signs a text, which ends with a newline. A cosignature needs `at`, in seconds since 1970. */
export function signatureLine(text: string, key: Signer, at = 0): string {
  const made = sign(null, messageOf(key.kind, text, at), key.privateKey);
  const bytes = key.kind === 'note' ? made : Buffer.concat([timeBytes(at), made]);
  return `— ${key.name} ${Buffer.concat([idOf(key), bytes]).toString('base64')}\n`;
}

/** A text with the lines of those who signed it. */
export function noteOf(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.join('')}`;
}

/**
 * The text of a note, and which of these keys signed it. Signatures of others count for nothing. Undefined if it is no note, if one of these keys' signatures
 * does not hold, or if none of them signed it.
 */
export function openNote(note: string, keys: readonly VerifierKey[]): { readonly text: string; readonly signed: readonly Signed[] } | undefined {
  const end = note.lastIndexOf('\n\n') + 1;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note has none
  if (note.length > LONGEST || end === 0 || !note.endsWith('\n') || Buffer.from(note).toString() !== note || /[\0-\x09\x0b-\x1f]/.test(note))
    return undefined;
  const text = note.slice(0, end);
  const lines = note.slice(end + 1, -1).split('\n');
  if (lines.length > MOST) return undefined;
  const signed: Signed[] = [];
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const bytes = bytesIn(encoded);
    if (!NAME.test(name) || !bytes || bytes.length < 5) return undefined;
    const key = keys.find((known) => known.name === name && idOf(known).equals(bytes.subarray(0, 4)));
    if (!key) continue;
    const at = key.kind === 'cosignature' ? timeIn(bytes.subarray(4, 12)) : undefined;
    const isRight = holds(key, messageOf(key.kind, text, at ?? 0), bytes.subarray(key.kind === 'cosignature' ? 12 : 4));
    if (!isRight || (key.kind === 'cosignature' && at === undefined)) return undefined;
    signed.push({ key, ...(at !== undefined && { at }) });
  }
  return signed.length > 0 ? { text, signed } : undefined;
}

function messageOf(kind: Kind, text: string, at: number): Buffer {
  return Buffer.from(kind === 'note' ? text : `cosignature/v1\ntime ${at}\n${text}`);
}

function holds({ publicKey }: VerifierKey, message: Buffer, signature: Buffer): boolean {
  const key = createPublicKey({ key: Buffer.concat([Buffer.from(DER.public, 'hex'), publicKey]), format: 'der', type: 'spki' });
  return signature.length === 64 && verify(null, message, key, signature);
}

function timeBytes(at: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(at));
  return bytes;
}

function timeIn(bytes: Buffer): number | undefined {
  const at = bytes.length === 8 ? Number(bytes.readBigUInt64BE()) : Number.NaN;
  return Number.isSafeInteger(at) ? at : undefined;
}

/** The bytes of base64 as it is written by everybody: with its padding, and in one way. */
export function bytesIn(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}
