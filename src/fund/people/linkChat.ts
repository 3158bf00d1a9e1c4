import type { Act } from '../../contacts/act.ts';
import { Address } from '../../contacts/addressBook.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, type CommunityContact, phoneContact } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import { phone } from '../../contacts/phone.ts';
import { collection } from '../../store/collection.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { isPhoneOf } from './genuine.ts';
import { codeHmac, PhoneCode, placeCode, sixDigits, type Tried, tryCode } from './phoneCode.ts';
import { type LinkedBy, newLinkedContact, personOf, Resident, type ResidentRecord } from './resident.ts';

export type CodeSent =
  /** The number in E.164, as `checkCode` is to be given it. */
  | { readonly phone: string }
  | { readonly refused: 'noPhone' }
  /** For today: `enough` for this number, `enoughHere` for this chat. */
  | { readonly refused: 'enough' | 'enoughHere' };

/** Codes that one chat may ask for in a day, for any phones: so nobody can try out who is on the roster, or have many people texted. */
const A_CHAT = 5;

/** What this room has to know of the staff, who need not be residents. The room `staff` gives it. */
export interface StaffPhones {
  /** Whether a phone (E.164) is that of a member of the community's staff. */
  isKnown(community: string, phone: string): Promise<boolean>;
  /** Ties the chat of an act to a phone (E.164) that was proved there by digits: that of a member of the staff, or of an office on the roster. False if it is none. */
  link(phone: string, act: CommunityContact): Promise<boolean>;
  /** Whether a chat is tied to this phone (E.164). A card, or an accepted request, ties none. */
  isTied(phone: string, from: CommunityContact): Promise<boolean>;
}

/**
 * Sends six digits by SMS to a phone that a person in a chat says is theirs, if it is on the roster or of the staff. The answer does not tell whether it is:
 * an unknown number is answered and counted in the same way, and gets nothing.
 */
export async function sendCode({ vault }: World, notify: Notify, staff: StaffPhones, input: { phone: string }, act: Act): Promise<CodeSent> {
  const { community, at } = act;
  const home = await findCommunity(community);
  const number = phone(input.phone, home?.phone);
  if (!home || !number) return { refused: 'noPhone' };
  const key = vault.hmac('act', act.key, 'sendCode');
  const to = { community, ...phoneContact(number) };
  const digits = sixDigits(vault.hmac('sixDigits', act.key));
  const chat = addressHmac(vault, act);
  const today = await collection(PhoneCode)
    .find({ community, chat, at: { $gt: new Date(at.getTime() - DAY_MS) } }, { projection: { key: 1 } })
    .toArray();
  if (!today.some((code) => code.key === key)) {
    if (today.length >= A_CHAT) return { refused: 'enoughHere' };
    act.beginWrite();
    const code = { community, phone: addressHmac(vault, to), chat, digits: codeHmac(vault, { ...to, digits }), key, at, wrong: [] };
    if (!(await placeCode(code, 'chat'))) return { refused: 'enough' };
  }
  const [holder] = await holdersByRoster(vault, community, addressHmac(vault, to));
  if (holder || (await staff.isKnown(community, number)))
    await notify({
      ...to,
      occasion: `phoneCode|${act.key}`,
      ...(holder && { resident: holder._id }),
      language: holder?.language ?? home.language,
      kind: 'code',
      said: { key: 'notice.code', params: { digits, community: home.name } },
    });
  return { phone: number };
}

export type CodeChecked =
  /** The resident whose phone it is. Not `linked` if another chat is theirs: `moveChat` changes that. */
  | { readonly resident: string; readonly name?: string; readonly linked: boolean }
  /** The chat is tied to a member of the staff who is no resident here. */
  | { readonly staff: true }
  | Exclude<Tried, { right: true }>
  /** The card has to say whose the chat is: several residents share the phone, or `不是我` was sent from it. */
  | { readonly refused: 'shared' | 'needsCard' };

/**
 * Checks six digits that are repeated in the chat that asked for them. If they are right, the chat belongs from then on to the person who holds the
 * phone, and is tied to the member of the staff whose phone it is.
 */
export async function checkCode(
  { vault }: World,
  staff: StaffPhones,
  { phone, digits }: { phone: string; digits: string },
  act: Act,
): Promise<CodeChecked> {
  const { community } = act;
  const to = { community, ...phoneContact(phone) };
  const sent = { community, chat: addressHmac(vault, act), phone: addressHmac(vault, to) };
  const tried = await tryCode({ vault }, sent, { phone, digits }, act);
  if (!('right' in tried)) return tried;
  const [holder, another] = await holdersByRoster(vault, community, sent.phone);
  if (!holder) return (await staff.link(phone, act)) ? { staff: true } : { refused: 'late' }; // the number has left the roster since
  if (await collection(Address).findOne({ _id: sent.phone, needsCard: { $exists: true } }, { projection: { _id: 1 } }))
    return { refused: 'needsCard' };
  if (another) return { refused: 'shared' };
  const linked = await linkContact(vault, holder._id, act, 'digits');
  await staff.link(phone, act); // of who is both
  const { name } = personOf(vault, holder);
  return { resident: holder._id, ...(name && { name }), linked };
}

/** The residents to whom a community's roster gives a phone (its `addressHmac`). */
async function holdersByRoster(vault: Vault, community: string, phone: string): Promise<ResidentRecord[]> {
  const found = await collection(Resident)
    .find(
      { community, phoneId: phone, erasedAt: { $exists: false } },
      { projection: { community: 1, phoneId: 1, person: 1, language: 1 }, promoteBuffers: true },
    )
    .toArray();
  return found.filter((resident) => isPhoneOf(vault, resident, phone));
}

/**
 * Links the phone or chat of an act to a resident. A resident has one chat: if another one is linked, nothing changes and it gives false. One that digits
 * linked is linked by the card once that is shown there.
 */
export async function linkContact(vault: Vault, resident: string, act: CommunityContact, linkedBy: LinkedBy): Promise<boolean> {
  const linkedContact = newLinkedContact(vault, resident, act, linkedBy);
  const whose = { community: act.community, _id: resident, erasedAt: { $exists: false } };
  const { id, channel } = linkedContact;
  const isOnly = CHANNELS[channel].isPhone ? { 'linkedContacts.id': { $ne: id } } : { 'linkedContacts.channel': { $ne: channel } };
  const { matchedCount } = await collection(Resident).updateOne({ ...whose, ...isOnly }, { $push: { linkedContacts: linkedContact } });
  if (matchedCount === 1) return true;
  const known = { ...whose, 'linkedContacts.id': id };
  if (linkedBy !== 'card') return (await collection(Resident).findOne(known, { projection: { _id: 1 } })) !== null;
  return (await collection(Resident).updateOne(known, { $set: { 'linkedContacts.$.linkedBy': linkedBy } })).matchedCount === 1;
}

/** Makes this chat the resident's from now on; the chat before it no longer is. `withCard`: the card was shown here, and not only digits repeated. */
export async function moveChat(
  { vault }: World,
  { resident, withCard }: { resident: string; withCard: boolean },
  act: Act,
): Promise<{ moved: true }> {
  act.beginWrite();
  const chat = newLinkedContact(vault, resident, act, withCard ? 'card' : 'digits');
  const others = { $filter: { input: '$linkedContacts', cond: { $ne: ['$$this.channel', chat.channel] } } };
  const linkedContacts = { $concatArrays: [others, [chat]] };
  await collection(Resident).updateOne({ community: act.community, _id: resident, erasedAt: { $exists: false } }, [{ $set: { linkedContacts } }]);
  return { moved: true };
}

/** Ends every link of a phone or chat (`addressHmac`) to a resident of a community: it belongs to nobody by a link any more. */
export async function unlinkContact(community: string, id: string): Promise<void> {
  await collection(Resident).updateMany({ community, 'linkedContacts.id': id }, { $pull: { linkedContacts: { id } } });
}
