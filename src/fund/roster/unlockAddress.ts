import { isCardNeeded, needNoCard } from '../../contacts/addressBook.ts';
import { addressHmac, type CommunityContact, contactText } from '../../contacts/contact.ts';
import type { World } from '../../store/world.ts';
import { isVoting } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight, endCardLock, isCardLocked } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';

export type Unlocked =
  | { readonly done: true }
  /** While voting is open it waits for a second person. */
  | Waiting
  | { readonly refused: 'notLocked' };

/**
 * Ends both locks of a phone or chat: the lock of card entry, and the rule that every ballot from it needs the card. Rejects with `not-allowed`
 * (`checkRight`).
 */
export async function unlockAddress(world: World, from: CommunityContact, actor: Actor, reason?: string): Promise<Unlocked> {
  const { vault } = world;
  const { community, channel, address } = from;
  const acting = checkRight(actor, 'unlockAddress', community);
  const at = world.now();
  const _id = addressHmac(vault, from);
  if (needsSecond(actor, 'unlockAddress', (await isVoting(community, at)) ? 'voting' : undefined)) {
    const before = { address: contactText(from), wrongCards: await isCardLocked(world, from, at), needsCard: await isCardNeeded(_id) };
    if (!before.wrongCards && !before.needsCard) return { refused: 'notLocked' };
    const asking = { act: 'unlockAddress' as const, community, actor, subject: 'address', about: _id, payload: { channel, address, reason } };
    return askSecond(world)({ ...asking, detail: { before, reason }, names: [_id] });
  }
  return withLog(world)(community, async (session, write): Promise<Unlocked> => {
    const wrongCards = await endCardLock(world, from, at, session);
    const needsCard = await needNoCard(vault, { _id, community, at, by: actor.name, isNoted: wrongCards }, session);
    if (!wrongCards && !needsCard) return { refused: 'notLocked' };
    const before = { address: contactText(from), wrongCards, needsCard };
    await write({ ...acting, subject: 'address', detail: { before, reason }, names: [_id] });
    return { done: true };
  });
}
