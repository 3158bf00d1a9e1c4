import type { Reach } from '../fund/tell.ts';
import type { Vault } from '../store/vault.ts';
import type { MessageRecord } from './message.ts';

/** Where a message goes. */
export function addressIn(vault: Vault, { _id, address }: Pick<MessageRecord, '_id' | 'address'>): string {
  return vault.decrypt('messageAddress', _id, address);
}

/** Where it goes on when it is known not to have reached anybody there. */
export function nextIn(vault: Vault, { _id, next }: Pick<MessageRecord, '_id' | 'next'>): Reach[] {
  return next ? JSON.parse(vault.decrypt('messageNext', _id, next)) : [];
}
