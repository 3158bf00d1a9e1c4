import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { randomBytes } from './randomBytes.ts';

/** Everything that SECRET keys: what is looked up by HMAC, and what is encrypted at rest. */
export interface Vault {
  /** HMAC-SHA256 in base64url of the parts; `purpose` keeps two uses of the same value apart. */
  hmac(purpose: string, ...parts: string[]): string;
  /** Encrypts with AES-256-GCM: 12 bytes nonce, 16 bytes tag, then the ciphertext. */
  seal(plain: string | Uint8Array): Buffer;
  /** What was sealed, as text. Throws where the bytes were changed or sealed under another SECRET. */
  open(sealed: Uint8Array): string;
  /** The same, as bytes. */
  openBytes(sealed: Uint8Array): Buffer;
}

/** The vault of one SECRET; its keys are derived once (HKDF-SHA256), so that no two uses share one. */
export function vault(secret: string): Vault {
  const lookUpKey = derived(secret, 'yisheng look-up');
  const sealKey = derived(secret, 'yisheng seal');
  return {
    hmac: (purpose, ...parts) =>
      createHmac('sha256', lookUpKey)
        .update([purpose, ...parts].join('\n'))
        .digest('base64url'),
    seal: (plain) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce);
      const sealed = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
      const last = cipher.final();
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed, last]);
    },
    open: (sealed) => {
      const decipher = opening(sealKey, sealed);
      return decipher.update(sealed.subarray(28), undefined, 'utf8') + decipher.final('utf8');
    },
    openBytes: (sealed) => {
      const decipher = opening(sealKey, sealed);
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
    },
  };
}

function opening(key: KeyObject, sealed: Uint8Array) {
  return createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAuthTag(sealed.subarray(12, 28));
}

function derived(secret: string, use: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', use, 32)));
}
