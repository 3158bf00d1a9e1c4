import type { Vault } from '../../store/vault.ts';
import type { ResidentRecord } from '../records/resident.ts';
import { addressHmac } from './addressHmac.ts';
import { newTie } from './newTie.ts';
import { encryptedPerson, type Person } from './person.ts';
import type { Place } from './place.ts';

/** Somebody as the roster's file or a cadre gives them. */
export interface ResidentGiven extends Omit<ResidentRecord, 'person' | 'phoneId' | 'ties'>, Person {
  readonly ties?: readonly Place[];
}

/** The record of somebody on the roster. */
export function residentRecord(vault: Vault, { rosterId, name, phone, ties = [], ...resident }: ResidentGiven): ResidentRecord {
  const { _id, community } = resident;
  return {
    ...resident,
    person: encryptedPerson(vault, _id, { rosterId, name, phone }),
    ...(phone !== undefined && { phoneId: addressHmac(vault, { community, channel: 'sms', address: phone }) }),
    ties: ties.map((place) => newTie(vault, _id, { community, ...place })),
  };
}
