/** Six digits of an HMAC: the same each time for one act, and guessed once in a million times. */
export function sixDigits(hmac: string): string {
  return String(Buffer.from(hmac, 'base64url').readUInt32BE() % 1_000_000).padStart(6, '0');
}

/** Twelve digits of an HMAC, which nobody guesses however often they try. */
export function twelveDigits(hmac: string): string {
  return String(Buffer.from(hmac, 'base64url').readBigUInt64BE() % 1_000_000_000_000n).padStart(12, '0');
}
