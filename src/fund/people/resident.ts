import type { mongo } from 'mongoose';
import { CHANNEL_NAMES, CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, answerAt, type CommunityContact, type ContactPoint, everyChannel, phoneContact } from '../../contacts/contact.ts';
import { each, encrypted, index, type Of, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { isField, isSealed, ofEach, PLAIN, type PlainField, type ResidentFields, ROLES, SEALED, type SealedField } from './residentFields.ts';

/** How a contact was linked: the card was shown there; digits that were sent to the roster's phone were repeated there; a request from there was accepted. */
const LINKED_BY = ['card', 'digits', 'request'] as const;
export type LinkedBy = (typeof LINKED_BY)[number];

const linkedName = ({ _id, linkedContacts }: mongo.Document, [index = 0]: readonly number[]) => `${_id}|${linkedContacts[index].id}`;

/** A phone or chat (`addressHmac`) that somebody's hand gave a resident, and the cycle whose vote was open. */
const newContact = {
  id: String,
  cycle: String,
};

/** A phone (`sms`, also for calls) or a chat that belongs to a resident. */
const linkedContact = {
  /** `addressHmac(…)`. */
  id: String,
  channel: oneOf(CHANNEL_NAMES),
  /** Encrypted. */
  address: encrypted('residentLinkedContact', linkedName),
  /** Absent if an earlier version linked it: then it ends with the roster's phone, as if by digits. */
  linkedBy: optional(oneOf(LINKED_BY)),
};
type LinkedContact = Of<typeof linkedContact>;

/** A resident on a community's roster. After a deletion only the HMACs stay, so that a person who leaves and comes back gets no second ballot. */
export const Resident = records(
  'residents',
  {
    /** `vault.hmac('resident', slug, roster id)`: the ballot's pseudonym is made from it. */
    _id: String,
    community: String,
    /** What the roster says of the resident (`Person`), encrypted as JSON. Gone after a deletion, as is everything else of `RESIDENT_FIELDS`. */
    person: optional(encrypted('residentPerson')),
    /** `searchKeys(…)`; absent if an earlier version put them on the roster and nobody has searched it since. Gone after a deletion. */
    searchKeys: optional([String]),
    ...each(PLAIN, optional(String)),
    role: oneOf(ROLES),
    /** `addressHmac(…)` of the phone on the roster. */
    phoneId: optional(String),
    /** `officeFields(…)`: the office was given to this resident. */
    officeMark: optional(String),
    /** `vault.hmac('card', slug, card)`. After a deletion it is kept until the close. */
    card: optional(String),
    /** `cardMark(…)`: the card was given to this resident. */
    cardMark: optional(String),
    /** The person who made the card, and when; absent if the card came with a file. */
    cardMade: optional({ by: String, at: Date }),
    /** Cards that `residents cards --new` ended: a file that still has one of them does not bring it back. */
    endedCards: optional([String]),
    /** `addressHmac(…)` of every phone and chat. Set at a deletion and kept until the close: by it, `accept` asks whether it is the same person. */
    erasedAddresses: optional([String]),
    /**
     * A request for deletion that was made while voting was open: its day (`wholeDay`), the key of its act, and its address (`addressHmac(…)`). It is
     * done after the seal (`eraseDue`), and taken back by 恢复.
     */
    erasureRequest: optional({ at: Date, key: String, from: String }),
    /** The key of the act that asked for the deletion: it counts once. */
    erasureKey: optional(String),
    /** Details of the log about this resident's phones and cards stay for now (`forgetDetails`). */
    detailsStay: optional(true),
    /** Phones and chats that were linked by card, by digits or by `accept`. */
    linkedContacts: [linkedContact],
    /** Phones and chats that somebody's hand gave them while a vote was open (`newContact.ts`). Gone after a deletion. */
    newContacts: optional([newContact]),
    addedAt: Date,
    /** The day (`wholeDay`) on which the resident asked to be deleted. */
    erasedAt: optional(Date),
  },
  [
    // every turn looks for these, in any community: so there is one index for it, and none to choose
    index({ phoneId: 1 }),
    index({ 'linkedContacts.id': 1 }),
    index({ community: 1, phoneId: 1 }),
    index({ community: 1, building: 1, phoneId: 1 }),
    index({ community: 1, building: 1, _id: 1 }),
    index({ community: 1, searchKeys: 1, _id: 1 }),
    index({ community: 1, card: 1 }, { unique: true, partialFilterExpression: { card: { $exists: true } } }),
    index({ community: 1, erasedAddresses: 1 }, { partialFilterExpression: { erasedAddresses: { $exists: true } } }),
    index({ erasureRequest: 1 }, { partialFilterExpression: { erasureRequest: { $exists: true } } }),
    index({ community: 1, detailsStay: 1 }, { partialFilterExpression: { detailsStay: { $exists: true } } }),
    index({ community: 1, addedAt: 1 }),
    index({ community: 1, role: 1, _id: 1 }),
  ],
);
export type ResidentRecord = RecordOf<typeof Resident>;

/** What a roster says of a person, and nobody may read without SECRET. */
export type Person = { readonly [Name in SealedField]?: string } & {
  /** `id` in the roster's file. */
  readonly rosterId?: string;
};

/** What the roster says of a resident, decrypted; empty if the resident was deleted, or it is of another one. */
export function personOf(vault: Vault, record: Pick<ResidentRecord, '_id' | 'person'>): Person {
  const { writtenAt: _, ...person } = personKept(vault, record);
  return person;
}

/** When what the roster says of a resident was written: an older record that somebody puts back is known by it. Undefined of who was deleted, and of what 0.1.0 wrote. */
export function personWrittenAt(vault: Vault, record: Pick<ResidentRecord, '_id' | 'person'>): Date | undefined {
  const { writtenAt } = personKept(vault, record);
  return writtenAt === undefined ? undefined : new Date(writtenAt);
}

/** `writtenAt`: in milliseconds since 1970. */
function personKept(vault: Vault, { _id, person }: Pick<ResidentRecord, '_id' | 'person'>): Person & { readonly writtenAt?: number } {
  const kept = textIfOurs(vault, 'residentPerson', _id, person);
  return kept === undefined ? {} : JSON.parse(kept);
}

/** The fields in which a resident's record keeps what the roster says of them: encrypted as JSON, and what finds them again. */
export function personFields(
  vault: Vault,
  { _id, community }: Pick<ResidentRecord, '_id' | 'community'>,
  person: PersonGiven,
  at: Date,
): Required<Pick<ResidentRecord, 'person' | 'searchKeys'>> & Pick<ResidentRecord, 'phoneId'> {
  return {
    person: vault.encrypt(
      'residentPerson',
      _id,
      JSON.stringify({ rosterId: person.rosterId, writtenAt: at.getTime(), ...ofEach((name) => person[name], SEALED) }),
    ),
    searchKeys: searchKeys(vault, community, person),
    ...(person.phone !== undefined && { phoneId: addressHmac(vault, { community, ...phoneContact(person.phone) }) }),
  };
}

/** `_id` of the resident with this id on a community's roster; it stays the same after a deletion. */
export function residentId(vault: Vault, community: string, rosterId: string): string {
  return vault.hmac('resident', community, rosterId);
}

/**
 * What is kept beside a card (its `cardHmac`): when it was given (milliseconds since 1970), and that it was given to this resident then, so that nobody moves it to
 * another one, or makes it newer, who writes into the database and has no SECRET.
 */
export function cardMark(vault: Vault, resident: string, card: string, at: Date): string {
  const given = String(at.getTime());
  return `${given}.${vault.hmac('card', 'of', resident, card, given)}`;
}

/** When the card of a mark was given. */
export function cardGivenAt(mark: string): Date {
  return new Date(Number(mark.split('.', 1)[0]));
}

/** The fields of an office: it, and what is kept beside it, so that nobody makes themselves a cadre who writes into the database and has no SECRET. */
export function officeFields(vault: Vault, resident: string, role: ResidentRecord['role']): Required<Pick<ResidentRecord, 'role' | 'officeMark'>> {
  return { role, officeMark: vault.hmac('office', resident, role) };
}

/** The office of a resident on the roster; one that the service did not give is none. */
export function officeOf(vault: Vault, { _id, role, officeMark }: Pick<ResidentRecord, '_id' | 'role' | 'officeMark'>): ResidentRecord['role'] {
  return officeMark === officeFields(vault, _id, role).officeMark ? role : 'resident';
}

/** A person as the roster's file or a cadre gives them. */
export type ResidentGiven = Omit<ResidentRecord, PlainField | 'cardMark' | 'officeMark' | 'person' | 'searchKeys' | 'phoneId' | 'linkedContacts'> &
  ResidentFields & {
    readonly rosterId?: string | undefined;
    /** Those from which a request to join came that was accepted. */
    readonly linkedContacts?: readonly ContactPoint[];
  };

/** The record of a person on the roster, as it is stored. */
export function residentRecord(vault: Vault, { rosterId, linkedContacts = [], ...resident }: ResidentGiven): ResidentRecord {
  const { _id, community, card, role } = resident;
  const kept = Object.entries(resident).filter(([name, value]) => value !== undefined && !(isField(name) && isSealed(name)));
  return {
    ...{ _id, community, role, addedAt: resident.addedAt },
    ...Object.fromEntries(kept),
    ...officeFields(vault, _id, role),
    ...(card !== undefined && { cardMark: cardMark(vault, _id, card, resident.addedAt) }),
    ...personFields(vault, resident, { ...resident, rosterId }, resident.addedAt),
    linkedContacts: linkedContacts.map((contact) => newLinkedContact(vault, _id, { community, ...contact }, 'request')),
  };
}

/** A phone or chat as a resident's record keeps it: its HMAC, by which it is found, and the address itself, encrypted. */
export function newLinkedContact(vault: Vault, resident: string, contact: CommunityContact, linkedBy: LinkedBy): LinkedContact {
  const id = addressHmac(vault, contact);
  const address = vault.encrypt('residentLinkedContact', `${resident}|${id}`, contact.address);
  return { id, channel: CHANNELS[contact.channel].keptAs, address, linkedBy };
}

/** Every phone and chat that a resident has, the roster's number first. */
export function contactsOf(vault: Vault, resident: Pick<ResidentRecord, '_id' | 'person' | 'phoneId' | 'linkedContacts'>): ContactPoint[] {
  const { phone } = personOf(vault, resident);
  const linked = resident.linkedContacts
    .filter(({ id }) => id !== resident.phoneId)
    .flatMap(({ id, channel, address: kept }) => {
      const address = textIfOurs(vault, 'residentLinkedContact', `${resident._id}|${id}`, kept);
      return address === undefined ? [] : [{ channel, address }];
    });
  return phone === undefined ? linked : [phoneContact(phone), ...linked];
}

/**
 * Where a notice goes that everybody may read: there where they wrote. A resident's chat that takes nothing any more (WeChat: 48 hours after they
 * wrote) is followed by their phone.
 */
export function answerOf(vault: Vault, from: ContactPoint, resident: Parameters<typeof contactsOf>[1] | null): ReturnType<typeof answerAt> {
  if (!resident || CHANNELS[from.channel].isPhone) return answerAt(from);
  const phone = contactsOf(vault, resident).find(({ channel }) => CHANNELS[channel].isPhone);
  return { ...answerAt(from), ...(phone && { next: everyChannel(phone) }) };
}

/** Every phone and chat that a resident has, by its `addressHmac`. */
export function contactIdsOf({ phoneId, linkedContacts }: Pick<ResidentRecord, 'phoneId' | 'linkedContacts'>): string[] {
  return [...new Set([...(phoneId === undefined ? [] : [phoneId]), ...linkedContacts.map(({ id }) => id)])];
}

/** Digits of the end of a phone by which its holder is searched. */
const LAST = 4;

type PersonGiven = { readonly [Name in keyof Person]?: string | undefined };

/**
 * The keys by which a resident is searched, as what is sealed is encrypted: an HMAC of each two neighbouring characters of the name, one of the phone's last
 * four digits (`phone`: E.164), and one of each other field as a whole. The HMACs are cut to 12 hex digits: who has the keys may still not be who is meant, so the reader decrypts
 * and compares. Two characters and not one, so that a common family name cannot be told by how often its key occurs.
 */
export function searchKeys(vault: Vault, community: string, person: PersonGiven): string[] {
  return SEALED.flatMap((name) => {
    const value = person[name];
    return value === undefined ? [] : keysOf(vault, community, name, value);
  });
}

/** The keys that somebody has of whose `field` this is searched: part of a name, the end of a phone, all of another. None of one character of a name. */
export function keysOf(vault: Vault, community: string, field: SealedField, text: string): string[] {
  return piecesOf(field, text).map((piece) => shortHmac(vault, community, `${field}|${piece}`));
}

function piecesOf(field: SealedField, text: string): string[] {
  if (field === 'phone') return [text.slice(-LAST)];
  if (field !== 'name') return [plainName(text)];
  const characters = [...plainName(text)];
  return [...new Set(characters.slice(1).map((character, index) => `${characters[index]}${character}`))];
}

/** A name without blanks and characters that nobody sees, and without the difference of big and small or of wide and narrow letters. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s·\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
}

function shortHmac(vault: Vault, community: string, text: string): string {
  return Buffer.from(vault.hmac('rosterSearch', community, text), 'base64url')
    .toString('hex')
    .slice(0, 12);
}
