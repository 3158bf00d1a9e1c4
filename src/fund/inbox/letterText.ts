import type { Vault } from '../../store/vault.ts';
import type { LetterRecord } from '../records/letter.ts';

type Id = LetterRecord['_id'];

/** What somebody wrote; empty while a spoken one is not written down. */
export function letterText(vault: Vault, { _id, text }: Pick<LetterRecord, '_id' | 'text'>): string {
  return text ? vault.decrypt('letterText', nameOf(_id), text) : '';
}

export function encryptedLetter(vault: Vault, _id: Id, text: string): Buffer {
  return vault.encrypt('letterText', nameOf(_id), text);
}

/** What was answered. */
export function answerText(vault: Vault, { _id, answer }: Pick<LetterRecord, '_id' | 'answer'>): string | undefined {
  return answer && vault.decrypt('letterAnswer', nameOf(_id), answer.text);
}

export function encryptedAnswer(vault: Vault, _id: Id, text: string): Buffer {
  return vault.encrypt('letterAnswer', nameOf(_id), text);
}

/** Where the answer goes; none after a deletion. */
export function letterAddress(vault: Vault, { _id, address }: Pick<LetterRecord, '_id' | 'address'>): string | undefined {
  return address && vault.decrypt('letterAddress', nameOf(_id), address);
}

export function encryptedLetterAddress(vault: Vault, _id: Id, address: string): Buffer {
  return vault.encrypt('letterAddress', nameOf(_id), address);
}

function nameOf({ community, number }: Id): string {
  return `${community}|${number}`;
}
