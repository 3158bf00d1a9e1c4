import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { isVoting } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, cardHmac, checkRight, giveCards, newCard, personOf, Resident, recordKeyChanges, residentId } from '../people/index.ts';

/** A card as it is printed. Its number is stored nowhere: only an HMAC of it is kept. */
export interface PrintedCard {
  readonly id: string;
  readonly name: string;
  readonly building: string;
  readonly card: string;
}

export interface MadeCards {
  readonly cards: readonly PrintedCard[];
  /**
   * Puts the cards in force: to be called once they are safely printed or in a file. A new card ends the old one, and the contacts that the old one
   * linked.
   */
  readonly enact: (progress?: (done: number) => void) => Promise<void>;
}

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
  const acting = checkRight(actor, 'makeCards', community);
  const voting = await isVoting(community, world.now());
  if (voting && reason === undefined)
    throw new CodedError('needs-reason', 'Voting is open: say why, with --reason TEXT. How many cards change is public.');
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
  const cardMade = { by: actor.name, at: world.now() };
  return {
    cards: made.map(({ printed }) => printed),
    enact: (progress) =>
      withLog(world)(community, async (session, write) => {
        for (let start = 0; start < made.length; start += CHUNK) {
          const chunk = made.slice(start, start + CHUNK);
          const changed = chunk.map(({ _id: resident }) => ({ resident, what: 'card' as const }));
          if (voting && reason !== undefined) await recordKeyChanges(community, changed, { actor, reason, at: world.now() }, session);
          await giveCards(chunk, wanted === 'missing', cardMade, session);
          progress?.(chunk.length);
        }
        const after = { cards: made.length, duringVote: voting, ...(wanted !== 'missing' && wanted) };
        const names = wanted === 'missing' ? [] : made.map(({ _id }) => _id);
        if (made.length > 0) await write({ ...acting, subject: 'cards', detail: { after, reason }, names });
      }),
  };
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
