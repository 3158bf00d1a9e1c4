import { createHash, timingSafeEqual } from 'node:crypto';

/** WeChat's signature: SHA-1 of the sorted parts, joined. For a message in safe mode the ciphertext is one of them. */
export function signature(token: string, timestamp: string, nonce: string, encrypted?: string): string {
  const parts = [token, timestamp, nonce, ...(encrypted === undefined ? [] : [encrypted])];
  return createHash('sha1').update(parts.sort().join('')).digest('hex');
}

/** Compared in constant time. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
