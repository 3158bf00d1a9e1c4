import type { Vault } from '../../store/vault.ts';
import type { ResidentRecord } from '../records/resident.ts';
import { personOf } from './person.ts';
import type { Place } from './place.ts';

/** Every phone and chat that a resident has, the roster's number first. */
export function placesOf(vault: Vault, resident: Pick<ResidentRecord, '_id' | 'person' | 'phoneId' | 'ties'>): Place[] {
  const { phone } = personOf(vault, resident);
  const tied = resident.ties
    .filter(({ id }) => id !== resident.phoneId)
    .map(({ id, channel, address }) => ({ channel, address: vault.decrypt('residentTie', `${resident._id}|${id}`, address) }));
  return phone === undefined ? tied : [{ channel: 'sms', address: phone }, ...tied];
}
