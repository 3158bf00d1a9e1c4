/** Six digits of an HMAC: the same each time for one act, and nobody can guess them. */
export function sixDigits(hmac: string): string {
  return String(Buffer.from(hmac, 'base64url').readUInt32BE() % 1_000_000).padStart(6, '0');
}
