import type { mongo } from 'mongoose';
import { CHANNEL_NAMES } from '../../contacts/channel.ts';
import { addressHmac, type CommunityContact, type ContactPoint, phoneContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { type Actor, Resident, type StaffPhones } from '../people/index.ts';
import { ALL, actorsAt, rolesOf, Staff, staffActor, staffPhone } from './staff.ts';

/** Whoever writes into the database and has no SECRET cannot tie a chat to another phone: its address would not decrypt. */
function nameOf({ _id, phone }: mongo.Document): string {
  return `${_id}|${phone}`;
}

/**
 * The chat of a member of the staff, or of an office on the roster, tied by digits that were sent to their phone. It makes nobody a resident, and what may be done from it is what the
 * roles of the phone allow at that moment. A resident's chat that a card or a request linked is none, whatever phone the roster gives the resident.
 */
export const StaffChat = records(
  'staffchats',
  {
    /** The chat's `addressHmac(…)`. */
    _id: String,
    community: String,
    /** `staffPhone(…)`: whose it is. */
    phone: String,
    /** The phones that tied it before, which are the same person's. */
    before: optional([String]),
    channel: oneOf(CHANNEL_NAMES),
    /** Encrypted for this chat of this phone. */
    address: encrypted('staffChatAddress', nameOf),
  },
  [index({ phone: 1, community: 1 }), index({ before: 1, community: 1 }, { partialFilterExpression: { before: { $exists: true } } })],
);
type StaffChatRecord = RecordOf<typeof StaffChat>;

/** The phones of the staff, for a person who joins in a chat. If they link another chat, they have that one alone. */
export function staffPhones(world: Pick<World, 'vault'>): StaffPhones {
  return {
    isKnown: async (community, phone) => (await actorsAt(world, community, phone)).length > 0,
    link: async (phone, { community, channel, address }) => {
      const isOffice = (await actorsAt(world, community, phone)).length > 0 || (await isOfOfficeOnRoster(world, community, phone));
      if (!isOffice) return false;
      const _id = addressHmac(world.vault, { community, channel, address });
      const whose = { community, phone: staffPhone(world.vault, phone) };
      const chat = { ...whose, channel, address: world.vault.encrypt('staffChatAddress', nameOf({ _id, ...whose }), address) };
      const of = await collection(StaffChat).findOne({ _id }, { projection: { phone: 1 } });
      const before = of && of.phone !== whose.phone ? { $addToSet: { before: of.phone } } : {};
      await collection(StaffChat).updateOne({ _id }, { $set: chat, ...before }, { upsert: true });
      await collection(StaffChat).deleteMany({ ...whose, _id: { $ne: _id } });
      return true;
    },
    isTied: (phone, from) => isTiedTo(world, phone, from),
  };
}

/** Whether a chat is tied to this phone (E.164), by digits that were sent there: whoever writes from it has the phone. */
export async function isTiedTo({ vault }: Pick<World, 'vault'>, phone: string, from: CommunityContact): Promise<boolean> {
  const chat = await collection(StaffChat).findOne({ _id: addressHmac(vault, from), phone: staffPhone(vault, phone) }, { promoteBuffers: true });
  return chat !== null && addressOf(vault, chat) !== undefined;
}

async function isOfOfficeOnRoster({ vault }: Pick<World, 'vault'>, community: string, phone: string): Promise<boolean> {
  const phoneId = addressHmac(vault, { community, ...phoneContact(phone) });
  const which = { community, phoneId, role: { $ne: 'resident' as const }, erasedAt: { $exists: false } };
  return (await collection(Resident).findOne(which, { projection: { _id: 1 } })) !== null;
}

/** As whom somebody may act who writes from a chat that is linked to a phone of the staff. */
export async function actorsInChat(world: Pick<World, 'vault'>, from: CommunityContact): Promise<Actor[]> {
  const chat = await collection(StaffChat).findOne({ _id: addressHmac(world.vault, from) }, { promoteBuffers: true });
  const roles = chat && addressOf(world.vault, chat) !== undefined ? await rolesOf(world, chat.phone) : [];
  return roles.flatMap((member) => staffActor(member, from.community) ?? []);
}

/** The chat that is tied to a phone (E.164) in a community, if one is. */
export async function staffChatsOf({ vault }: Pick<World, 'vault'>, community: string, phone: string): Promise<ContactPoint[]> {
  const found = await collection(StaffChat)
    .find({ phone: staffPhone(vault, phone), community }, { limit: 1, promoteBuffers: true })
    .toArray();
  return found.flatMap((chat) => {
    const address = addressOf(vault, chat);
    return address === undefined ? [] : [{ channel: chat.channel, address }];
  });
}

/** Undefined if the chat was tied past the service. */
function addressOf(vault: Vault, chat: StaffChatRecord): string | undefined {
  return textIfOurs(vault, 'staffChatAddress', nameOf(chat), chat.address);
}

/** Ends the link of a chat (`addressHmac`); gives whether there was one. */
export async function forgetStaffChat(id: string): Promise<boolean> {
  return (await collection(StaffChat).deleteOne({ _id: id })).deletedCount > 0;
}

/** Ends, in a transaction, the ties to phones (`staffPhone`) in communities where they have no role any more. */
export async function endStaffChats(phones: readonly string[], session: mongo.ClientSession): Promise<void> {
  const roles = await collection(Staff)
    .find({ phone: { $in: [...phones] } }, { session, projection: { phone: 1, community: 1 } })
    .toArray();
  for (const phone of phones) {
    const places = roles.filter((role) => role.phone === phone).map(({ community }) => community);
    if (!places.includes(ALL)) await collection(StaffChat).deleteMany({ phone, community: { $nin: places } }, { session });
  }
}
