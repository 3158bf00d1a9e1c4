import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { isVoting } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, cardHmac, checkRight, giveCards, newCard, personOf, Resident, recordKeyChanges, residentId } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';

/** A card as it is printed. Its number is stored nowhere: only an HMAC of it is kept. */
export interface PrintedCard {
  readonly id: string;
  readonly name: string;
  readonly building: string;
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

const CHUNK = 1_000;

/**
 * Makes new cards for residents who have none, or one card for the resident with this id, which replaces theirs. No card of a community is like
 * another, including the cards of residents who left. Rejects with `needs-reason` if voting is open and no reason is given.
 */
export async function makeCards(
  world: World,
  community: string,
  wanted: { id: string } | 'missing',
  actor: Actor,
  reason?: string,
): Promise<MadeCards> {
  checkRight(actor, 'makeCards', community);
  if (reason === undefined && (await isVoting(community, world.now()))) throw needsReason();
  const residents = collection(Resident);
  const [people, given] = await Promise.all([
    residents
      .find(
        {
          community,
          erasedAt: { $exists: false },
          ...(wanted === 'missing' ? { card: { $exists: false } } : { _id: residentId(world.vault, community, wanted.id) }),
        },
        { batchSize: 5_000 },
      )
      .toArray(),
    residents.find({ community, card: { $exists: true } }, { projection: { card: 1 }, batchSize: 5_000 }).toArray(),
  ]);
  const taken = new Set(given.map(({ card }) => card));
  const made = people.map((resident) => {
    const { _id, building = '', card: ended } = resident;
    const { rosterId = '', name = '' } = personOf(world.vault, resident);
    const { card, hmac } = unused(world, community, taken);
    return { _id, hmac, ended, printed: { id: rosterId, name, building, card } };
  });
  const plan = { made: made.map(({ _id, hmac, ended }) => ({ _id, hmac, ended })), isMissing: wanted === 'missing', reason };
  return {
    cards: made.map(({ printed }) => printed),
    enact: (progress) => enactCards(world)(plan, community, actor, progress),
  };
}

function needsReason(): CodedError {
  return new CodedError('needs-reason', 'Voting is open: say why, with --reason TEXT. How many cards change is public.');
}

/** Cards that were made and are not in force yet. */
export interface CardPlan {
  readonly made: readonly MadeCard[];
  /** Whether they are for residents who have none. */
  readonly isMissing: boolean;
  readonly reason?: string | undefined;
}

/**
 * Puts cards in force that were made before (`makeCards`). While voting is open it may wait for a second person. Rejects with `needs-reason` if voting
 * is open and no reason is given, and with `not-allowed` (`checkRight`).
 */
export function enactCards(world: World): (plan: CardPlan, community: string, actor: Actor, progress?: (done: number) => void) => Promise<Enacted> {
  return async ({ made, isMissing, reason }, community, actor, progress) => {
    const acting = checkRight(actor, 'makeCards', community);
    const voting = await isVoting(community, world.now());
    if (voting && reason === undefined) throw needsReason();
    const [only] = made;
    const rosterId = isMissing || !only ? undefined : await rosterIdOf(world, only._id);
    const after = { cards: made.length, duringVote: voting, ...(rosterId !== undefined && { id: rosterId }) };
    const names = isMissing ? [] : made.map(({ _id }) => _id);
    const entry = { subject: 'cards', detail: { after, reason }, names };
    if (made.length === 0) return { done: true };
    if (needsSecond(actor, 'makeCards', voting ? 'voting' : undefined)) {
      const payload = { made: [...made], isMissing, reason: reason ?? '' };
      return askSecond(world)({ act: 'makeCards', community, actor, ...entry, about: isMissing ? 'missing' : (only?._id ?? ''), payload });
    }
    return withLog(world)(community, async (session, write): Promise<Enacted> => {
      if (!isMissing && !(await haveStill(made, session))) return { refused: 'changed' };
      for (let start = 0; start < made.length; start += CHUNK) {
        const chunk = made.slice(start, start + CHUNK);
        const changed = chunk.map(({ _id: resident }) => ({ resident, what: 'card' as const }));
        if (voting && reason !== undefined) await recordKeyChanges(community, changed, { actor, reason, at: world.now() }, session);
        await giveCards(chunk, isMissing, { by: actor.name, at: world.now() }, session);
        progress?.(chunk.length);
      }
      await write({ ...acting, ...entry });
      return { done: true };
    });
  };
}

async function rosterIdOf({ vault }: World, _id: string): Promise<string | undefined> {
  const resident = await collection(Resident).findOne({ _id }, { promoteBuffers: true });
  return resident ? personOf(vault, resident).rosterId : undefined;
}

/** Whether each of these residents is on the roster with the card that is to be replaced. */
async function haveStill(made: readonly MadeCard[], session: mongo.ClientSession): Promise<boolean> {
  const found = await collection(Resident)
    .find({ _id: { $in: made.map(({ _id }) => _id) }, erasedAt: { $exists: false } }, { projection: { card: 1 }, session })
    .toArray();
  const now = new Map(found.map(({ _id, card }) => [_id, card]));
  return made.every(({ _id, ended }) => now.has(_id) && now.get(_id) === ended);
}

function unused(world: World, community: string, taken: Set<string | undefined>): { card: string; hmac: string } {
  for (;;) {
    const card = newCard(world);
    const hmac = cardHmac(world.vault, community, card);
    if (taken.has(hmac)) continue;
    taken.add(hmac);
    return { card, hmac };
  }
}
