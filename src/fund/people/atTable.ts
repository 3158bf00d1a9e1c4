import { phoneContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate, numbered } from '../../store/databaseErrors.ts';
import type { World } from '../../store/world.ts';
import { SEES_TABLES } from './actor.ts';
import { digitsTyped, isCard } from './checkDigit.ts';
import { encryptedAsker, MembershipRequest, requestMembership, short } from './requestMembership.ts';
import { Resident } from './resident.ts';
import { BY_BUILDING, listedResident, pageOf, type Way, wayByName } from './searchRoster.ts';
import { type CardTyped, typedCard } from './typedCards.ts';
import { view } from './view.ts';

/** Somebody on the roster, as helpers at a table see them. */
interface FoundAtTable {
  /** `_id`. */
  readonly resident: string;
  readonly name: string;
  readonly building: string | undefined;
}

export interface AtTable {
  /** `MOST_FOUND` at most; `more`: there are others. */
  readonly people: readonly FoundAtTable[];
  readonly more: boolean;
  /** They were looked for by the digits of a card. */
  readonly byCard: boolean;
  /** Too many cards were wrong: none is looked up just now. */
  readonly mustWait?: true;
}

/** So many people are found at once. */
export const MOST_FOUND = 10;

/**
 * Those who may stand at the table: by the nine digits of a card (`typedCard`), by a name or two neighbouring characters of it, or by their building; never by
 * a phone, which would tell whose it is.
 */
export const findAtTable = view({
  name: 'table.find',
  may: SEES_TABLES,
  query: async ({ world, community, actor }, text: string): Promise<AtTable> => {
    if (isCard(digitsTyped(text))) {
      const found = await typedCard(world, community, text, actor);
      if ('holder' in found) return { people: [seen(listedResident(world.vault, found.holder))], more: false, byCard: true };
      return { people: [], more: false, byCard: true, ...(found.refused === 'tooManyCards' && { mustWait: true }) };
    }
    const base = { community, erasedAt: { $exists: false } };
    const byName = await wayByName(world, community, text);
    const ways: Way[] = [{ which: { building: text }, hint: BY_BUILDING }, ...(byName ? [byName] : [])];
    const pages = await Promise.all(ways.map((way) => pageOf(world.vault, way, base, undefined, MOST_FOUND)));
    const found = new Map(pages.flatMap(({ residents }) => residents.map((each) => [each._id, each] as const)));
    const more = found.size > MOST_FOUND || pages.some((page) => page.more);
    return { people: [...found.values()].slice(0, MOST_FOUND).map(seen), more, byCard: false };
  },
});

function seen({ _id, name = '', building }: ReturnType<typeof listedResident>): FoundAtTable {
  return { resident: _id, name, building };
}

type AtTableNow = FoundAtTable | Extract<CardTyped, { refused: unknown }>;

/** The person on the roster whom a card (`typedCard`) or an `_id` names, for those who stand beside them. */
export const personAtTable = view({
  name: 'table.person',
  may: SEES_TABLES,
  query: async ({ world, community, actor }, who: { readonly resident: string } | { readonly card: string }): Promise<AtTableNow> => {
    if ('card' in who) {
      const found = await typedCard(world, community, who.card, actor);
      return 'holder' in found ? seen(listedResident(world.vault, found.holder)) : found;
    }
    const which = { _id: who.resident, community, erasedAt: { $exists: false } };
    const resident = await collection(Resident).findOne(which, { promoteBuffers: true });
    return resident ? seen(listedResident(world.vault, resident)) : { refused: 'noPerson' };
  },
});

interface AsksAtTable {
  readonly community: string;
  readonly name: string;
  readonly building: string;
  /** E.164. */
  readonly phone?: string;
  /** The names of those who take it down. */
  readonly takenBy: readonly string[];
  readonly at: Date;
  readonly key: string;
}

/** Asks for somebody at a table to be put on the roster. A person without a phone gets no notice of the answer. Counts once under its key. */
export async function requestAtTable(
  world: World,
  { community, name, building, phone, takenBy, at, key: given }: AsksAtTable,
): Promise<{ readonly request: number } | { readonly refused: 'known' | 'ownNumber' | 'enoughToday' }> {
  if (phone !== undefined) {
    const act = { community, ...phoneContact(phone), at, key: given, withCard: false, beginWrite: () => undefined };
    const asked = await requestMembership(world, { name, building, takenBy }, act);
    if ('known' in asked) return { refused: 'known' };
    return 'refused' in asked ? asked : { request: asked.request };
  }
  const key = world.vault.hmac('act', given, 'requestMembership');
  const requests = collection(MembershipRequest);
  return numbered(
    async () => (await requests.findOne({ '_id.community': community }, { sort: { '_id.request': -1 }, projection: { _id: 1 } }))?._id.request,
    async (request) => {
      const _id = { community, request };
      const who = encryptedAsker(world.vault, _id, { name: short(name), building: short(building), address: '', takenBy });
      const asked = {
        _id,
        channel: 'sms' as const,
        atTable: true as const,
        who,
        from: `table|${key}`,
        times: 1,
        at,
        state: 'pending' as const,
        key,
      };
      try {
        await requests.insertOne(asked);
        return { request };
      } catch (error) {
        const mine =
          isDuplicate(error) &&
          (await requests.findOne({ '_id.community': community, from: asked.from, channel: 'sms' }, { projection: { _id: 1 } }));
        if (mine) return { request: mine._id.request };
        throw error;
      }
    },
  );
}

/** What became of requests, by number: the resident's `_id` of those that were accepted. */
export async function acceptedAmong(community: string, requests: readonly number[]): Promise<Map<number, string>> {
  if (requests.length === 0) return new Map();
  const found = await collection(MembershipRequest)
    .find(
      { '_id.community': community, _id: { $in: requests.map((request) => ({ community, request })) }, state: 'accepted' },
      { projection: { 'decided.resident': 1 } },
    )
    .toArray();
  return new Map(found.flatMap(({ _id, decided }) => (decided?.resident ? [[_id.request, decided.resident] as const] : [])));
}
