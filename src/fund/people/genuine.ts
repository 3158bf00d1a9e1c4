import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { cardGivenAt, cardMark, personOf, type ResidentRecord, residentId } from './resident.ts';

/*
 * Residents are found by HMACs of their phones, chats and cards. Whoever writes into the database and has no SECRET can copy such an HMAC into another
 * record, or into one that they invent, and would vote for that resident, and hear whether they have voted. So whoever finds a record asks here whether
 * the service wrote it: nobody else can encrypt a person or an address for a record, or make its mark.
 */

/** Whether a phone (its `addressHmac`) is that of the person in this record, and the record is of this community. */
export function isPhoneOf(vault: Vault, { _id, community, person, phoneId }: Omit<Found, 'linkedContacts'>, at: string): boolean {
  if (phoneId !== at || !person) return false;
  const { rosterId = '', phone = '' } = personOf(vault, { _id, person });
  return residentId(vault, community, rosterId) === _id && addressHmac(vault, { community, ...phoneContact(phone) }) === at;
}

type Found = Pick<ResidentRecord, '_id' | 'community' | 'person' | 'phoneId' | 'linkedContacts'>;

/** Whether a phone or chat (its `addressHmac`) was linked to the resident of this record. */
export function isLinkedTo(vault: Vault, { _id, linkedContacts }: Pick<Found, '_id' | 'linkedContacts'>, at: string): boolean {
  return linkedContacts.some(({ id, address }) => id === at && textIfOurs(vault, 'residentLinkedContact', `${_id}|${id}`, address) !== undefined);
}

/** Whether the card in this record was given to its resident. */
export function isCardOf(vault: Vault, { _id, card, cardMark: mark }: Pick<ResidentRecord, '_id' | 'card' | 'cardMark'>): boolean {
  return card !== undefined && mark !== undefined && mark === cardMark(vault, _id, card, cardGivenAt(mark));
}
