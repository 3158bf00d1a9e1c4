import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { sha256 } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { isVoting } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import {
  type Actor,
  cardHmac,
  checkRight,
  giveCards,
  newCard,
  personOf,
  Resident,
  type ResidentRecord,
  ROLES,
  recordKeyChanges,
  residentId,
} from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';

/** A card as it is printed. Its number is stored nowhere: only an HMAC of it is kept. */
export interface PrintedCard {
  readonly id: string;
  readonly name: string;
  readonly building: string;
  readonly door: string;
  readonly card: string;
}

/** A card for a resident, without its number. */
interface MadeCard {
  /** The resident's `_id`. */
  readonly _id: string;
  /** `cardHmac(…)`. */
  readonly hmac: string;
  /** The card that it replaces. */
  readonly ended?: string | undefined;
}

export interface MadeCards {
  readonly cards: readonly PrintedCard[];
  /**
   * Puts the cards in force: to be called once they are safely printed or in a file. A new card ends the old one, and the contacts that the old one
   * linked. While voting is open it may have to wait for a second person: they are in force once that person has confirmed it.
   */
  readonly enact: (progress?: (done: number) => void) => Promise<Enacted>;
}

export type Enacted =
  | { readonly done: true }
  | Waiting
  /** `changed`: one of these residents has got another card meanwhile, or left. */
  | { readonly refused: 'changed' };

/** For whom cards are made: those without one, one resident (`id` on the roster), those who were picked (`_id`s), or a building. */
export type CardsWanted =
  | 'missing'
  | { readonly id: string }
  | { readonly residents: readonly string[] }
  | { readonly building: string; readonly isMissing: boolean };

/** What making cards would do, as it is now. */
export interface CardsPlanned {
  readonly cards: number;
  /** So many residents have a card, which would end. */
  readonly replaced: number;
  /** It is another once somebody of them has another card, or left: then `makeCards` with this stamp changes nothing. */
  readonly stamp: string;
}

/** For how many cards would be made; at most `most`. Rejects with `not-allowed` (`checkRight`). */
export function planCards(world: World): (community: string, wanted: CardsWanted, actor: Actor, most: number) => Promise<CardsPlanned> {
  return async (community, wanted, actor, most) => {
    checkRight(actor, 'makeCards', community);
    const people = await cardless(world, community, wanted, most);
    return { cards: people.length, replaced: people.filter(({ card }) => card !== undefined).length, stamp: stampOf(people) };
  };
}

function stampOf(people: readonly ResidentRecord[]): string {
  return sha256(people.map(({ _id, card = '' }) => `${_id} ${card}`).join('\n'));
}

/**
 * Makes new cards for residents, which replace the cards that they have; at most `most`, in the order of `_id`. No card of a community is like another,
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
  checkRight(actor, 'makeCards', community);
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
  const plan = {
    made: made.map(({ _id, hmac, ended }) => ({ _id, hmac, ended })),
    isMissing: wanted === 'missing',
    ...(wanted !== 'missing' && 'building' in wanted && { building: wanted.building }),
    reason,
  };
  return {
    cards: made.map(({ printed }) => printed),
    enact: (progress) => enactCards(world)(plan, community, actor, progress),
  };
}

/** Those who get a card, by `_id`. */
function cardless(world: World, community: string, wanted: CardsWanted, most?: number): Promise<ResidentRecord[]> {
  const isMissing = wanted === 'missing' || ('isMissing' in wanted && wanted.isMissing);
  const which =
    wanted === 'missing'
      ? { role: { $in: [...ROLES] } }
      : 'building' in wanted
        ? { building: wanted.building }
        : { _id: { $in: 'id' in wanted ? [residentId(world.vault, community, wanted.id)] : [...wanted.residents] } };
  const hint = wanted === 'missing' ? { community: 1, role: 1, _id: 1 } : 'building' in wanted ? { community: 1, building: 1, _id: 1 } : { _id: 1 };
  return collection(Resident)
    .find(
      { community, erasedAt: { $exists: false }, ...which, ...(isMissing && { card: { $exists: false } }) },
      { hint, sort: { _id: 1 }, batchSize: 5_000, promoteBuffers: true, ...(most !== undefined && { limit: most }) },
    )
    .toArray();
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

/** Cards that were made and are not in force yet. */
export interface CardPlan {
  readonly made: readonly MadeCard[];
  /** Whether they are for all residents who have none. */
  readonly isMissing: boolean;
  /** They are for this building. */
  readonly building?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Puts cards in force that were made before (`makeCards`). While voting is open it may wait for a second person. Rejects with `needs-reason` if voting
 * is open and no reason is given, and with `not-allowed` (`checkRight`).
 */
export function enactCards(world: World): (plan: CardPlan, community: string, actor: Actor, progress?: (done: number) => void) => Promise<Enacted> {
  return async ({ made, isMissing, building, reason }, community, actor, progress) => {
    const acting = checkRight(actor, 'makeCards', community);
    const voting = await isVoting(community, world.now());
    if (voting && reason === undefined) throw needsReason();
    const isPicked = !isMissing && building === undefined;
    const [only, another] = made;
    const rosterId = isPicked && only && !another ? await rosterIdOf(world, community, only._id) : undefined;
    const who = { ...(rosterId !== undefined && { id: rosterId }), ...(building !== undefined && { building }) };
    const after = { cards: made.length, duringVote: voting, ...who };
    const names = isPicked ? made.map(({ _id }) => _id) : [];
    const entry = { subject: 'cards', detail: { after, reason }, names };
    if (made.length === 0) return { done: true };
    if (needsSecond(actor, 'makeCards', voting ? 'voting' : undefined)) {
      const payload = { made: [...made], isMissing, building, reason: reason ?? '' };
      const about = isMissing ? 'missing' : made.map(({ _id }) => _id).join(' ');
      return askSecond(world)({ act: 'makeCards', community, actor, ...entry, about: building ?? about, payload });
    }
    return withLog(world)(community, async (session, write): Promise<Enacted> => {
      if (!(await haveStill(community, made, session))) return { refused: 'changed' };
      for (let start = 0; start < made.length; start += CHUNK) {
        const chunk = made.slice(start, start + CHUNK);
        const changed = chunk.map(({ _id: resident }) => ({ resident, what: 'card' as const }));
        if (voting && reason !== undefined) await recordKeyChanges(community, changed, { actor, reason, at: world.now() }, session);
        await giveCards(world.vault, community, chunk, { by: actor.name, at: world.now() }, session);
        progress?.(chunk.length);
      }
      await write({ ...acting, ...entry });
      return { done: true };
    });
  };
}

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
