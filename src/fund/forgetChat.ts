import { native } from '../store/native.ts';
import type { Vault } from '../store/vault.ts';
import { chatId } from './chatId.ts';
import { Chat } from './records/chat.ts';

/** Forgets which community a chat belonged to. */
export async function forgetChat(vault: Vault, openid: string): Promise<void> {
  await native(Chat).deleteOne({ _id: chatId(vault, openid) });
}
