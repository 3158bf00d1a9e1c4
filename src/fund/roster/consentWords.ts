import type { Vault } from '../../store/vault.ts';

const MOST = 200;

/** In which words somebody agreed or stopped, as an address's proof keeps them: encrypted, the first 200 characters. */
export function consentWords(vault: Vault, address: string, words: string): Buffer {
  return vault.encrypt('consentWords', address, [...words].slice(0, MOST).join(''));
}
