import type { Vault } from '../../store/vault.ts';
import type { ResidentRecord } from '../records/resident.ts';

/** What a roster says of somebody that nobody may read without SECRET. */
export interface Person {
  /** `id` of the roster. */
  readonly rosterId?: string;
  readonly name?: string;
  /** E.164. */
  readonly phone?: string;
}

/** Nothing of somebody who was deleted. */
export function personOf(vault: Vault, { _id, person }: Pick<ResidentRecord, '_id' | 'person'>): Person {
  return person ? JSON.parse(vault.decrypt('residentPerson', _id, person)) : {};
}

export function encryptedPerson(vault: Vault, resident: string, { rosterId, name, phone }: Person): Buffer {
  return vault.encrypt('residentPerson', resident, JSON.stringify({ rosterId, name, phone }));
}
