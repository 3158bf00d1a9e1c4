import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { HmacPurpose } from './vault.ts';
import type { World } from './world.ts';

const [NONCE, TAG] = [12, 16];

export interface HiddenNames {
  /**
   * The name of a text, which nobody can read. Of what everybody is told it is the same each time and in every process, so that a carrier fetches it
   * once. Of what is somebody's own it is another each time: who sees which names were fetched, and knows those of their own, learns nothing of others'.
   */
  nameOf(text: string, isOwn: boolean): string;
  /** Undefined if it is no name that was made here. */
  textOf(name: string): string | undefined;
}

/**
 * Names for addresses that are encrypted texts. The nonce is an HMAC of the text, never the same for two, or random. The keys stay as they are while SECRET is
 * rotated, and need no database.
 */
export function hiddenNames({ vault, randomBytes }: Pick<World, 'vault' | 'randomBytes'>, purpose: HmacPurpose): HiddenNames {
  const bytesOf = (...parts: string[]) => Buffer.from(vault.hmac(purpose, ...parts), 'base64url');
  return {
    nameOf: (text, isOwn) => {
      const nonce = isOwn ? randomBytes(NONCE) : bytesOf('nonce', text).subarray(0, NONCE);
      const cipher = createCipheriv('aes-256-gcm', bytesOf('key'), nonce);
      const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url');
    },
    textOf: (name) => {
      const bytes = Buffer.from(name, 'base64url');
      if (bytes.length <= NONCE + TAG) return undefined;
      const opening = createDecipheriv('aes-256-gcm', bytesOf('key'), bytes.subarray(0, NONCE), { authTagLength: TAG });
      opening.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      try {
        return Buffer.concat([opening.update(bytes.subarray(NONCE + TAG)), opening.final()]).toString('utf8');
      } catch {
        return undefined; // it is none of ours
      }
    },
  };
}
