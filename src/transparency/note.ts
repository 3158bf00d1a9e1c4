import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { base64, type Kind, keyId, keyText, messageOf, NAME, readKey, signedBy, type ToCheck, type VerifierKey } from './noteText.ts';
import type { Hash } from './tree.ts';

export interface Signer extends VerifierKey {
  readonly privateKey: KeyObject;
}

/** A signature that holds. */
export type Signed = Pick<ToCheck, 'key' | 'at'>;

/** What stands before the 32 bytes of an Ed25519 key in DER. */
const DER = { private: '302e020100300506032b657004220420', public: '302a300506032b6570032100' };

/** SHA-256, for the tree and for keys. */
export const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest();

/** The signer of a name, by the 32 random bytes of its key. */
export function signerOf(name: string, kind: Kind, seed: Uint8Array): Signer {
  if (!NAME.test(name)) throw new RangeError('a key’s name has no blanks and no +');
  const privateKey = createPrivateKey({ key: Buffer.concat([Buffer.from(DER.private, 'hex'), seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { name, kind, publicKey, privateKey };
}

/** A key as others are told it: `NAME+ID+KEY`. */
export function verifierKey(key: VerifierKey): string {
  return keyText(sha256, key);
}

/** Reads `NAME+ID+KEY`; undefined if it is no such key, or of another kind. */
export function readVerifierKey(text: string): VerifierKey | undefined {
  return readKey(sha256, text);
}

/** The line with which a key signs a text, which ends with a newline. A cosignature needs `at`, in seconds since 1970. */
export function signatureLine(text: string, key: Signer, at = 0): string {
  const made = sign(null, messageOf(key.kind, text, at), key.privateKey);
  const bytes = key.kind === 'note' ? made : Buffer.concat([timeBytes(at), made]);
  return `— ${key.name} ${base64(Buffer.concat([Buffer.from(keyId(sha256, key), 'hex'), bytes]))}\n`;
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
  const read = signedBy(sha256, note, keys);
  if (!read || read.signatures.length === 0 || !read.signatures.every(holds)) return undefined;
  return { text: read.text, signed: read.signatures.map(({ key, at }) => ({ key, ...(at !== undefined && { at }) })) };
}

/** Whether a signature is the key's, of the message. */
export function holds({ key: { publicKey }, message, signature }: ToCheck): boolean {
  const key = createPublicKey({ key: Buffer.concat([Buffer.from(DER.public, 'hex'), publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}

function timeBytes(at: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(at));
  return bytes;
}
