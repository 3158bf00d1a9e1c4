import type { Channel } from '../act.ts';
import type { CommunityRecord } from '../records/community.ts';
import type { Holders } from './holdersOf.ts';

/** The resident who acts, or why the card has to be asked for. `withCard`: the card itself was shown for this act. */
export type Acts =
  | { readonly resident: string; readonly withCard: boolean }
  | { readonly ask: 'shared' | 'stranger' | 'newChat' | 'card' | 'strict' | 'locked' };

/**
 * Who acts from a phone or chat (contract §5). A shown card always says who; without one it takes exactly one holder, and for a
 * ballot also that the number is not locked and that the community's `verify` is content with it. What asks only who is meant
 * (`resident`: a receipt, a deletion) is content with any one holder. A tie, the card having been shown here once, is never worth
 * less than a number on the roster: `phone` and `either` differ only in what a community hands out. `isPlaced`: we called, so nobody else's phone can answer. A chat that is nobody's yet may be tied
 * by the roster's phone instead of the card (`newChat`), but where a community wants the card once.
 */
export function whoActs(
  verify: CommunityRecord['verify'],
  { holders, needsCard }: Holders,
  { channel, isPlaced = false }: { readonly channel: Channel; readonly isPlaced?: boolean },
  need: 'ballot' | 'resident',
  shown?: { readonly resident: string },
): Acts {
  if (shown) return { resident: shown.resident, withCard: true };
  const [holder, another] = holders;
  if (!holder) return { ask: channel === 'wechat' && verify !== 'card' && !needsCard ? 'newChat' : 'stranger' };
  if (need === 'ballot' && needsCard) return { ask: 'locked' };
  if (need === 'ballot' && verify === 'strict' && !isPlaced && !(channel === 'wechat' && holder.byTie)) return { ask: 'strict' };
  if (another) return { ask: 'shared' };
  if (need === 'ballot' && verify === 'card' && !holder.byTie) return { ask: 'card' };
  return { resident: holder.resident, withCard: false };
}
