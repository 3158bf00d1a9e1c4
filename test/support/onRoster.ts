import { type ContactPoint, contactText, parseContact } from '../../src/contacts/contact.ts';
import type { ResidentRecord } from '../../src/fund/people/index.ts';
import { newLinkedContact, personFields, personOf, Resident, type ResidentGiven, residentRecord } from '../../src/fund/people/resident.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';

/** A resident on a roster; `linkedContacts` as `sms|+86…` and `wechat|openid`. */
export interface OnRoster extends Partial<Omit<ResidentGiven, '_id' | 'community' | 'linkedContacts'>> {
  readonly _id: string;
  readonly community: string;
  readonly linkedContacts?: readonly string[];
}

export function onRoster({ vault }: Pick<World, 'vault'>, { linkedContacts = [], ...given }: OnRoster): ResidentRecord {
  return residentRecord(vault, { role: 'resident', addedAt: new Date(0), ...given, linkedContacts: linkedContacts.map(contactOf) });
}

/** Gives residents on a roster another phone, as whoever keeps it would. */
export async function givePhone(
  { vault }: Pick<World, 'vault'>,
  residents: readonly string[],
  phone: string,
  over: Partial<ResidentRecord> = {},
): Promise<void> {
  for (const record of await collection(Resident)
    .find({ _id: { $in: [...residents] } }, { promoteBuffers: true })
    .toArray())
    await collection(Resident).updateOne(
      { _id: record._id },
      { $set: { ...personFields(vault, record, { ...personOf(vault, record), phone }, new Date(0)), ...over } },
    );
}

/** A linked contact as the resident's record keeps it. */
export function linkedContactOf({ vault }: Pick<World, 'vault'>, { _id, community }: { _id: string; community: string }, contact: string) {
  return newLinkedContact(vault, _id, { community, ...contactOf(contact) }, 'card');
}

/** A resident's linked contacts, as above. */
export function linkedContactsOf({ vault }: Pick<World, 'vault'>, { _id, linkedContacts }: ResidentRecord): string[] {
  return linkedContacts.map(({ id, channel, address }) =>
    contactText({ channel, address: vault.decrypt('residentLinkedContact', `${_id}|${id}`, address) }),
  );
}

function contactOf(text: string): ContactPoint {
  const contact = parseContact(text);
  if (!contact) throw new Error(`${text} is no contact`);
  return contact;
}
