import type { Statement } from '../dialog/question.ts';
import type { Vault } from '../store/vault.ts';
import type { MessageRecord } from './message.ts';

/** What a message says: what was encrypted by us is of the shape that we encrypted. */
export function saidIn(vault: Vault, { _id, said }: Pick<MessageRecord, '_id' | 'said'>): Statement {
  return JSON.parse(vault.decrypt('messageSaid', _id, said));
}
