import type { Hash } from './tree.ts';

/**
 * Reading notes and keys (C2SP signed-note). It needs no more than a browser has: who checks an Ed25519 signature is asked with what `signedBy` gives.
 */

/** How a key signs: the text itself, or a checkpoint's text with the time at which it was seen (C2SP tlog-cosignature, `cosignature/v1`). */
export const TYPES = { note: 1, cosignature: 4 } as const;
export type Kind = keyof typeof TYPES;

export interface VerifierKey {
  /** Such as `vote.example.org/log`. */
  readonly name: string;
  readonly kind: Kind;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export const NAME = /^[^\p{White_Space}+]+$/u;
/** More signatures are not looked at, nor longer notes. */
const MAX_SIGNATURES = 100;
const MAX_NOTE_CHARS = 1_000_000;

/** The first four bytes of SHA-256 over name, type and key, in hex (C2SP signed-note). */
export function keyId(hash: Hash, { name, kind, publicKey }: VerifierKey): string {
  return hexOf(hash(joined(utf8(`${name}\n`), Uint8Array.of(TYPES[kind]), publicKey)).subarray(0, 4));
}

/** A key as others are told it: `NAME+ID+KEY`. */
export function keyText(hash: Hash, key: VerifierKey): string {
  return `${key.name}+${keyId(hash, key)}+${base64(joined(Uint8Array.of(TYPES[key.kind]), key.publicKey))}`;
}

/** Reads `NAME+ID+KEY`; undefined if it is no such key, or of another kind. */
export function readKey(hash: Hash, text: string): VerifierKey | undefined {
  const [, name = '', encoded = ''] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(text) ?? [];
  const bytes = bytesIn(encoded);
  const kind = bytes?.[0] === TYPES.note ? 'note' : bytes?.[0] === TYPES.cosignature ? 'cosignature' : undefined;
  if (!bytes || !kind || bytes.length !== 33 || !NAME.test(name)) return undefined;
  const key = { name, kind, publicKey: bytes.subarray(1) } as const;
  return keyText(hash, key) === text ? key : undefined;
}

/** A note's text, and the lines of those who signed it. */
interface Note {
  readonly text: string;
  readonly lines: readonly { readonly name: string; readonly id: string; readonly bytes: Uint8Array }[];
}

/** A note's parts, with no signature checked; undefined if it is no note. */
function readNote(note: string): Note | undefined {
  const end = note.lastIndexOf('\n\n') + 1;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note has none
  if (note.length > MAX_NOTE_CHARS || end === 0 || !note.endsWith('\n') || /[\ud800-\udfff]/u.test(note) || /[\0-\x09\x0b-\x1f]/.test(note))
    return undefined;
  const written = note.slice(end + 1, -1).split('\n');
  if (written.length > MAX_SIGNATURES) return undefined;
  const lines = written.map((line) => {
    const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const bytes = bytesIn(encoded);
    return NAME.test(name) && bytes && bytes.length >= 5 ? { name, id: hexOf(bytes.subarray(0, 4)), bytes: bytes.subarray(4) } : undefined;
  });
  return lines.every((line) => line !== undefined) ? { text: note.slice(0, end), lines } : undefined;
}

/** A signature that is to be checked: of the message, with the key. */
export interface ToCheck {
  readonly key: VerifierKey;
  /** Of a cosignature, in seconds since 1970. */
  readonly at?: number;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** A note's text, and the signatures on it that are said to be of these keys. Lines of others count for nothing. Undefined if it is no note, or one of these is none. */
export function signedBy(
  hash: Hash,
  note: string,
  keys: readonly VerifierKey[],
): { readonly text: string; readonly signatures: readonly ToCheck[] } | undefined {
  const read = readNote(note);
  if (!read) return undefined;
  const signatures: ToCheck[] = [];
  for (const { name, id, bytes } of read.lines) {
    const key = keys.find((known) => known.name === name && keyId(hash, known) === id);
    if (!key) continue;
    const isTimed = key.kind === 'cosignature';
    const [at, signature] = isTimed ? [timeIn(bytes.subarray(0, 8)), bytes.subarray(8)] : [undefined, bytes];
    if (signature.length !== 64 || (isTimed && at === undefined)) return undefined;
    signatures.push({ key, ...(at !== undefined && { at }), message: messageOf(key.kind, read.text, at ?? 0), signature });
  }
  return { text: read.text, signatures };
}

/** What a key signs of a text; `at`: of a cosignature, in seconds since 1970. */
export function messageOf(kind: Kind, text: string, at: number): Uint8Array {
  return utf8(kind === 'note' ? text : `cosignature/v1\ntime ${at}\n${text}`);
}

function timeIn(bytes: Uint8Array): number | undefined {
  const at = bytes.length === 8 ? bytes.reduce((sum, byte) => 256 * sum + byte, 0) : Number.NaN;
  return Number.isSafeInteger(at) ? at : undefined;
}

/** The bytes of base64 as it is written by everybody: with its padding, and in one way. */
export function bytesIn(text: string): Uint8Array | undefined {
  if (!/^[0-9A-Za-z+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return base64(bytes) === text ? bytes : undefined;
}

export function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
