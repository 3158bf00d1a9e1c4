import type { Vault } from '../store/vault.ts';

/** The `_id` of what is kept of a chat (`ChatRecord`). */
export function chatId(vault: Vault, openid: string): string {
  return vault.hmac('chat', openid);
}
