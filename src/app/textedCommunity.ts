import type { House } from '../carriers/port.ts';
import { addressHmac, phoneContact } from '../contacts/contact.ts';
import { communitiesOver, communityTexted, departures } from '../fund/communities/index.ts';
import { holdersAt } from '../fund/people/index.ts';
import type { World } from '../store/world.ts';

/** So many communities are looked through for a sender whose text names none of them by its number. */
const MOST = 100;

/**
 * The community that a text is for: by the number that was texted. Else, of those over this carrier that have named no number: the only one, or the only
 * one that knows the sender. Null for the number of one that has left for another cell.
 */
export function textedCommunity(world: World): House['textedCommunity'] {
  const byNumber = communityTexted(world);
  const holders = holdersAt(world);
  const left = departures(world);
  return async ({ carrier, from, to }) => {
    const named = await byNumber(to);
    if (named || (await left.byNumber(to))) return named;
    const over = (await communitiesOver(carrier, MOST)).filter(({ textNumber }) => textNumber === undefined);
    if (over.length === 1 && !(await left.some(carrier))) return over[0] ?? null;
    const knows = await Promise.all(
      over.map(async ({ _id }) => (await holders(addressHmac(world.vault, { community: _id, ...phoneContact(from) }))).holders),
    );
    const theirs = over.filter((_, index) => (knows[index]?.length ?? 0) > 0);
    return theirs.length === 1 ? (theirs[0] ?? null) : null;
  };
}
