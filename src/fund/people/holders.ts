import type { Act } from '../../contacts/act.ts';
import { Address, type AddressRecord } from '../../contacts/addressBook.ts';
import { CHANNELS, type Channel } from '../../contacts/channel.ts';
import { addressHmac, type CommunityContact, type ContactPoint } from '../../contacts/contact.ts';
import { parsePhoneNumber } from '../../contacts/phone.ts';
import { boundedMap } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { lookUps } from '../../store/lookUps.ts';
import { index, records } from '../../store/records.ts';
import type { Vault } from '../../store/vault.ts';
import { dayOf } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import type { CommunityRecord } from '../communities/index.ts';
import { isLinkedTo, isPhoneOf } from './genuine.ts';
import { newIn } from './newContact.ts';
import { contactIdsOf, contactsOf, Resident, type ResidentRecord } from './resident.ts';

/** A resident who holds a phone or chat: the roster says so, or their card was shown there, or both. */
export interface Holder {
  /** The resident's `_id`. */
  readonly resident: string;
  /** Encrypted: `personOf` reads it. */
  readonly person?: Buffer;
  readonly language?: string;
  readonly byRoster: boolean;
  readonly byLinkedContact: boolean;
  /** The cycle in whose vote they hold it only with their card (`newContact.ts`). */
  readonly newIn?: string;
}

export interface Holders {
  readonly holders: readonly Holder[];
  /** After `不是我`: every ballot from this phone or chat needs the card. */
  readonly needsCard: boolean;
}

/** The lock of an address, as the same look-up brings it. */
type Lock = Required<Pick<AddressRecord, '_id' | 'needsCard'>>;

/** The residents who hold the phone or chat that an act comes from, with its lock, in one look-up. */
export const holdersOf: (world: World) => (from: CommunityContact) => Promise<Holders> = perWorld((world) => {
  const holders = holdersAt(world);
  return (from) => holders({ community: from.community, id: addressHmac(world.vault, from) });
});

/** The residents who hold the phone or chat that an act comes from. What was looked up is kept until the act has begun to write; `anew` looks again. */
export const holdersDuring: (world: World) => (act: CommunityContact & Pick<Act, 'began'>, anew?: 'anew') => Promise<Holders> = perWorld((world) => {
  const holders = holdersOf(world);
  const looked = new WeakMap<CommunityContact, Promise<Holders>>();
  return (act, anew) => {
    const known = anew || act.began ? undefined : looked.get(act);
    if (known) return known;
    const found = holders(act);
    looked.set(act, found);
    found.catch(() => looked.delete(act)); // the failure is not kept: the next caller asks again
    return found;
  };
});

/** A phone or chat of which only the `addressHmac` is known, and its community. */
export interface PlaceIn {
  readonly community: string;
  readonly id: string;
}

/** The residents who hold a phone or chat of which only the `addressHmac` is known. */
export const holdersAt: (world: World) => (at: PlaceIn) => Promise<Holders> = perWorld((world) => {
  const look = lookUps(world)({
    model: Resident,
    pipeline: (asked) => residentsAndLocks(asked.map(placeIn)),
    results: (found: readonly (ResidentRecord | Lock)[], asked) =>
      holdersIn(
        world.vault,
        found,
        asked.map((one) => placeIn(one).id),
      ),
  });
  return ({ community, id }) => look(`${community} ${id}`);
});

function placeIn(asked: string): PlaceIn {
  const [community = '', id = ''] = asked.split(' ');
  return { community, id };
}

/** The HMACs alone find them; a cluster finds its shards by the communities. */
function residentsAndLocks(asked: readonly PlaceIn[]) {
  const ids = asked.map(({ id }) => id);
  const community = { $in: [...new Set(asked.map((one) => one.community))] };
  const locks = [{ $match: { _id: { $in: ids }, needsCard: { $exists: true } } }, { $project: { needsCard: 1 } }];
  return [
    {
      $match: {
        $or: [
          { community, 'linkedContacts.id': { $in: ids } },
          { community, phoneId: { $in: ids } },
        ],
      },
    },
    { $project: { community: 1, phoneId: 1, linkedContacts: 1, newContacts: 1, person: 1, language: 1 } },
    { $unionWith: { coll: Address.collection.name, pipeline: locks } },
  ];
}

function holdersIn(vault: Vault, found: readonly (ResidentRecord | Lock)[], ids: readonly string[]): Holders[] {
  const residents = found.filter((record): record is ResidentRecord => !('needsCard' in record));
  const locked = new Set(found.filter((record) => 'needsCard' in record).map(({ _id }) => _id));
  return ids.map((id) => ({ holders: residents.flatMap((resident) => asHolder(vault, resident, id)), needsCard: locked.has(id) }));
}

function asHolder(vault: Vault, resident: ResidentRecord, at: string): Holder[] {
  const { _id, person, language } = resident;
  const byRoster = isPhoneOf(vault, resident, at);
  const byLinkedContact = isLinkedTo(vault, resident, at);
  if (!byRoster && !byLinkedContact) return [];
  const cycle = resident.newContacts && newIn(resident, at);
  return [{ resident: _id, ...(person && { person }), ...(language && { language }), byRoster, byLinkedContact, ...(cycle && { newIn: cycle }) }];
}

/** The resident who acts, or the reason why the card has to be asked for. `withCard`: the card itself was shown for this act. */
export type Acts =
  | { readonly resident: string; readonly withCard: boolean }
  | { readonly ask: 'shared' | 'stranger' | 'newChat' | 'card' | 'strict' | 'locked' | 'newPhone' };

/**
 * Tells who acts from a phone or chat (docs/contract.md: The vote). If a card is shown, it always says who acts. Without a card, there must be
 * exactly one holder; for a ballot, the number must also not be locked, and the community's `verify` must allow it. An act that asks only who is
 * meant (`resident`: a receipt, a deletion) accepts any one holder. A linked contact, where the card was shown once, is never worth less than a
 * number on the roster: `phone` and `either` differ only in what a community hands out. `isPlaced`: we called, so nobody else's phone can answer. A
 * chat that is nobody's yet may be linked by the roster's phone instead of the card (`newChat`), unless the community wants the card once. `votingIn`: the
 * current cycle; what is new in its vote needs the card (`newPhone`), whatever `verify` is.
 */
export function whoActs(
  verify: CommunityRecord['verify'],
  { holders, needsCard }: Holders,
  { channel, isPlaced = false, votingIn }: { readonly channel: Channel; readonly isPlaced?: boolean; readonly votingIn?: string | undefined },
  need: 'ballot' | 'resident',
  shown?: { readonly resident: string },
): Acts {
  if (shown) return { resident: shown.resident, withCard: true };
  const [holder, another] = holders;
  if (!holder) return { ask: !CHANNELS[channel].isPhone && verify !== 'card' && !needsCard ? 'newChat' : 'stranger' };
  if (need === 'ballot' && needsCard) return { ask: 'locked' };
  if (need === 'ballot' && votingIn !== undefined && holders.some(({ newIn }) => newIn === votingIn)) return { ask: 'newPhone' };
  if (need === 'ballot' && verify === 'strict' && !isPlaced && !(CHANNELS[channel].isSenderProved && holder.byLinkedContact))
    return { ask: 'strict' };
  if (another) return { ask: 'shared' };
  if (need === 'ballot' && verify === 'card' && !holder.byLinkedContact) return { ask: 'card' };
  return { resident: holder.resident, withCard: false };
}

/** Every phone and chat (by its `addressHmac`) of the person who has this one; if the phone is shared, only that phone. */
export async function reachOf(world: World, { community, id }: PlaceIn): Promise<string[]> {
  const holders = holdersAt(world);
  const { holders: here } = await holders({ community, id });
  const [holder, another] = here;
  const resident =
    holder && !another
      ? await collection(Resident).findOne({ community, _id: holder.resident }, { projection: { phoneId: 1, 'linkedContacts.id': 1 } })
      : null;
  return [...new Set([id, ...(resident ? contactIdsOf(resident) : [])])];
}

/** The phones and chats that only one resident of a community holds, by that resident's `_id`. */
export async function contactsHeldBy(world: World, community: string, resident: string): Promise<ContactPoint[]> {
  const found = await collection(Resident).findOne({ community, _id: resident });
  return found ? ownContacts(world, found) : [];
}

/** The phones and chats of a resident that no other resident holds. */
export async function ownContacts(
  world: World,
  resident: Pick<ResidentRecord, '_id' | 'community' | 'person' | 'phoneId' | 'linkedContacts'>,
): Promise<ContactPoint[]> {
  const contacts = contactsOf(world.vault, resident);
  const held = await Promise.all(contacts.map((contact) => holdersOf(world)({ community: resident.community, ...contact })));
  return contacts.filter((_, index) => held[index]?.holders.every((holder) => holder.resident === resident._id));
}

/** Answers in a day to numbers from other countries that nobody on the roster has. */
const MOST_A_DAY = 100;

/**
 * Whether a text gets an answer; each answer costs money. A text from the country of the community's own number, or from a number on its roster,
 * always gets one. Of other texts, only so many a day get one.
 */
export const mayAnswer: (
  world: World,
) => (from: CommunityContact & Pick<Act, 'at'>, community: Pick<CommunityRecord, 'phone' | 'timezone'>) => boolean | Promise<boolean> = perWorld(
  (world) => {
    const codes = boundedMap<string, string>(2_000);
    const holders = holdersOf(world);
    return (from, { phone, timezone }) => {
      if (!CHANNELS[from.channel].isAnswerPaid) return true;
      const code = codes.getOrMake(phone, () => `+${parsePhoneNumber(phone)?.countryCallingCode ?? ''}`);
      return from.address.startsWith(code) || abroad(from, timezone);
    };

    async function abroad(from: CommunityContact & Pick<Act, 'at'>, timezone: string): Promise<boolean> {
      if ((await holders(from)).holders.length > 0) return true;
      const today = await collection(ForeignDay).findOneAndUpdate(
        { _id: `${from.community}|${dayOf(from.at, timezone)}` },
        { $inc: { answers: 1 }, $setOnInsert: { at: from.at } },
        { upsert: true, returnDocument: 'after' },
      );
      return (today?.answers ?? 0) <= MOST_A_DAY;
    }
  },
);

/** How many messages a community answered on one day that came from other countries, from numbers of nobody on the roster. */
export const ForeignDay = records(
  'foreigndays',
  {
    /** `slug|YYYY-MM-DD`: the day in the community's time zone. */
    _id: String,
    answers: Number,
    at: Date,
  },
  [index({ at: 1 })],
);
