import type { mongo } from 'mongoose';
import { z } from 'zod';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { sha256 } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { act, communitySubject, done, given, line, refuse, type Typed } from '../act/index.ts';
import { isVoting } from '../cycles/index.ts';
import {
  type Actor,
  cardHmac,
  checkRight,
  DAILY_WORK,
  giveCards,
  newCard,
  personOf,
  Resident,
  type ResidentRecord,
  recordKeyChanges,
  residentId,
} from '../people/index.ts';

/** A card as it is printed. Its number is stored nowhere: only an HMAC of it is kept. */
export interface PrintedCard {
  readonly id: string;
  readonly name: string;
  readonly building: string;
  readonly door: string;
  readonly card: string;
}

/** A card for a resident, without its number: `hmac` is its `cardHmac(…)`, `ended` the card that it replaces. */
interface MadeCard {
  readonly _id: string;
  readonly hmac: string;
  readonly ended?: string | undefined;
}

export interface MadeCards {
  readonly cards: readonly PrintedCard[];
  /**
   * What `enactCards` takes, once they are safely printed or in a file. A new card ends the old one, and the contacts that the old one linked. While voting is
   * open it may have to wait for a second person: they are in force once that person has confirmed it.
   */
  readonly input: Typed;
}

/**
 * For whom cards are made: those without one, those of them who cannot vote by their phone alone (`needed`: they have none, or share it), one resident (`id` on the
 * roster), those who were picked (`_id`s), or a building.
 */
export type CardsWanted =
  | 'missing'
  | 'needed'
  | { readonly id: string }
  | { readonly residents: readonly string[] }
  | { readonly building: string; readonly isMissing: boolean };

/** What making cards would do, as it is now. */
export interface CardsPlanned {
  readonly cards: number;
  /** So many more would get one, but for the most that are made at once. */
  readonly left: number;
  /** So many residents have a card, which would end. */
  readonly replaced: number;
  /** It is another once somebody of them has another card, or left: then `makeCards` with this stamp changes nothing. */
  readonly stamp: string;
}

/** For how many cards would be made; at most `most`. Rejects with `not-allowed` (`checkRight`). */
export async function planCards(world: World, community: string, wanted: CardsWanted, actor: Actor, most: number): Promise<CardsPlanned> {
  checkRight(actor, enactCards, community);
  const people = await cardless(world, community, wanted, most);
  const all = people.length < most ? people.length : await collection(Resident).countDocuments(await who(world, community, wanted));
  return {
    cards: people.length,
    left: all - people.length,
    replaced: people.filter(({ card }) => card !== undefined).length,
    stamp: stampOf(people),
  };
}

function stampOf(people: readonly ResidentRecord[]): string {
  return sha256(people.map(({ _id, card = '' }) => `${_id} ${card}`).join('\n'));
}

/**
 * Makes new cards for residents, which replace the cards that they have; at most `most`, by building. No card of a community is like another,
 * including the cards of residents who left. Rejects with `needs-reason` if voting is open and no reason is given; `changed`
 * if it is not as the `stamp` of a plan says.
 */
export async function makeCards(
  world: World,
  community: string,
  wanted: CardsWanted,
  actor: Actor,
  { reason, most, stamp }: { readonly reason?: string | undefined; readonly most?: number; readonly stamp?: string } = {},
): Promise<MadeCards> {
  checkRight(actor, enactCards, community);
  if (reason === undefined && (await isVoting(community, world.now()))) throw needsReason();
  const people = await cardless(world, community, wanted, most);
  if (stamp !== undefined && stamp !== stampOf(people)) throw new CodedError('changed', 'Somebody got a card or left the roster meanwhile.');
  const cards = await unusedCards(world, community, people.length);
  const made = people.flatMap((resident, index) => {
    const { _id, building = '', card: ended } = resident;
    const { rosterId = '', name = '', door = '' } = personOf(world.vault, resident);
    const given = cards[index];
    return given ? [{ _id, hmac: given.hmac, ended, printed: { id: rosterId, name, building, door, card: given.card } }] : [];
  });
  const input = {
    made: made.map(({ _id, hmac, ended }) => ({ _id, hmac, ...(ended !== undefined && { ended }) })),
    isMissing: wanted === 'missing',
    ...(typeof wanted === 'object' && 'building' in wanted && { building: wanted.building }),
    ...(reason !== undefined && { reason }),
  };
  return { cards: made.map(({ printed }) => printed), input };
}

/** Those who get a card, by building. */
async function cardless(world: World, community: string, wanted: CardsWanted, most?: number): Promise<ResidentRecord[]> {
  const isByName = typeof wanted === 'object' && !('building' in wanted);
  const hint = isByName ? { _id: 1 } : { community: 1, building: 1, _id: 1 };
  return collection(Resident)
    .find(await who(world, community, wanted), {
      ...{ hint, sort: isByName ? { _id: 1 } : { building: 1, _id: 1 }, batchSize: 5_000, promoteBuffers: true },
      ...(most !== undefined && { limit: most }),
    })
    .toArray();
}

async function who(world: World, community: string, wanted: CardsWanted): Promise<mongo.Filter<ResidentRecord>> {
  const here = { community, erasedAt: { $exists: false } };
  const without = { ...here, card: { $exists: false } };
  if (wanted === 'missing') return without;
  if (wanted === 'needed') return { ...without, ...(await withoutOwnPhone(community)) };
  if ('building' in wanted) return { ...(wanted.isMissing ? without : here), building: wanted.building };
  return { ...here, _id: { $in: 'id' in wanted ? [residentId(world.vault, community, wanted.id)] : [...wanted.residents] } };
}

/** Those who have no phone, or share it with others. */
async function withoutOwnPhone(community: string): Promise<mongo.Filter<ResidentRecord>> {
  const shared = await collection(Resident)
    .aggregate<{ readonly _id: string }>([
      { $match: { community, phoneId: { $exists: true } } },
      { $group: { _id: '$phoneId', count: { $sum: 1 } } },
      { $match: { count: { $gt: 1 } } },
    ])
    .toArray();
  return { $or: [{ phoneId: { $exists: false } }, { phoneId: { $in: shared.map(({ _id }) => _id) } }] };
}

/** How many have no card and cannot vote by their phone alone. */
export async function countNeedingCards(community: string): Promise<number> {
  return collection(Resident).countDocuments({
    community,
    erasedAt: { $exists: false },
    card: { $exists: false },
    ...(await withoutOwnPhone(community)),
  });
}

/** How many need a card while nobody has one; once some have, 0: the others may not want one. */
export async function countBeforeCards(community: string): Promise<number> {
  const some = await collection(Resident).findOne({ community, card: { $exists: true } }, { projection: { _id: 1 } });
  return some ? 0 : countNeedingCards(community);
}

const CHUNK = 1_000;

/** So many cards that nobody in the community has or had. */
async function unusedCards(world: World, community: string, count: number): Promise<{ readonly card: string; readonly hmac: string }[]> {
  const drawn = new Map<string, string>();
  while (drawn.size < count) {
    const some = new Map<string, string>();
    for (let missing = Math.min(CHUNK, count - drawn.size); missing > 0; missing -= 1) {
      const card = newCard(world);
      some.set(cardHmac(world.vault, community, card), card);
    }
    const taken = await collection(Resident)
      .find({ community, card: { $in: [...some.keys()] } }, { projection: { card: 1 } })
      .toArray();
    for (const { card = '' } of taken) some.delete(card);
    for (const [hmac, card] of some) drawn.set(hmac, card);
  }
  return [...drawn].map(([hmac, card]) => ({ card, hmac }));
}

function needsReason(): CodedError {
  return new CodedError('needs-reason', 'Voting is open: say why, with --reason TEXT. How many cards change is public.');
}

const MOST_WAITING = 10_000;

/** Puts cards in force that were drawn before (`makeCards`). Whoever signed in needs a second person for it while voting is open. */
export const enactCards = act({
  name: 'card.make',
  may: DAILY_WORK,
  approval: { by: 'supervisor', when: ({ world, on }) => isVoting(on._id, world.now()) },
  on: communitySubject('/people/cards'),
  input: z.strictObject({
    made: given(z.array(z.strictObject({ _id: z.string(), hmac: z.string(), ended: z.string().optional() }))),
    /** They are for all residents who have none. */
    isMissing: given(z.boolean()),
    /** They are for this one. */
    building: given(z.string()).optional(),
    reason: line(300).optional(),
  }),
  /** `changed`: one of these residents has got another card meanwhile, or left. `needsReason`: voting is open. */
  refusals: { changed: null, needsReason: 'reason', tooMany: null },
  async run({ world, session, on: { _id: community }, input: { made, isMissing, building, reason }, actor, progress }) {
    const voting = await isVoting(community, world.now());
    if (voting && reason === undefined) return refuse('needsReason');
    if (made.length === 0) return done({});
    if (actor.kind === 'staff' && made.length > MOST_WAITING) return refuse('tooMany');
    const isPicked = !isMissing && building === undefined;
    const [only, another] = made;
    const rosterId = isPicked && only && !another ? await rosterIdOf(world, community, only._id) : undefined;
    if (!(await haveStill(community, made, session))) return refuse('changed');
    for (let start = 0; start < made.length; start += CHUNK) {
      const chunk = made.slice(start, start + CHUNK);
      const changed = chunk.map(({ _id: resident }) => ({ resident, what: 'card' as const }));
      if (voting && reason !== undefined) await recordKeyChanges(community, changed, { actor, reason, at: world.now() }, session);
      await giveCards(world.vault, community, chunk, { by: actor.name, at: world.now() }, session);
      progress?.(chunk.length);
    }
    const who = { ...(rosterId !== undefined && { id: rosterId }), ...(building !== undefined && { building }) };
    return done(
      {},
      {
        ...{ subject: 'cards', after: { cards: made.length, duringVote: voting, ...who }, reason },
        names: isPicked ? made.map(({ _id }) => _id) : [],
        about: building ?? (isMissing ? 'missing' : made.map(({ _id }) => _id).join(' ')),
      },
    );
  },
});

async function rosterIdOf({ vault }: World, community: string, _id: string): Promise<string | undefined> {
  const resident = await collection(Resident).findOne({ community, _id }, { promoteBuffers: true });
  return resident ? personOf(vault, resident).rosterId : undefined;
}

/** Whether each of these residents is on the roster with the card that is to be replaced. */
async function haveStill(community: string, made: readonly MadeCard[], session: mongo.ClientSession): Promise<boolean> {
  const found = await collection(Resident)
    .find({ community, _id: { $in: made.map(({ _id }) => _id) }, erasedAt: { $exists: false } }, { projection: { card: 1 }, session })
    .toArray();
  const now = new Map(found.map(({ _id, card }) => [_id, card]));
  return made.every(({ _id, ended }) => now.has(_id) && now.get(_id) === ended);
}
