import type { World } from '../../store/world.ts';
import { withLog } from '../log/index.ts';
import type { Actor } from './actor.ts';
import { cardHmac, holderOfCard } from './card.ts';
import { digitsTyped, isCard } from './checkDigit.ts';
import { countHourly, MOST_AN_HOUR, mustWait } from './hourly.ts';
import type { ResidentRecord } from './resident.ts';

/**
 * Whose card it is, or why that is not said. `card`: a wrong check digit, which is a slip and counts for nothing. `tooManyCards`: who typed it has to
 * wait. A person without their card is found by name.
 */
export type CardTyped = { readonly holder: ResidentRecord } | { readonly refused: 'card' | 'noPerson' | 'tooManyCards' };

/**
 * Looks up a card that a member of the staff types beside its holder, wherever that is. Each wrong card counts, so that nobody finds out cards by
 * trying; the log says who was stopped.
 */
export async function typedCard(world: World, community: string, text: string, actor: Actor): Promise<CardTyped> {
  const digits = digitsTyped(text);
  if (!isCard(digits)) return { refused: digits === '' ? 'noPerson' : 'card' };
  const [waits, holder] = await Promise.all([
    mayTypeNoCard(world, community, actor),
    holderOfCard(world, community, cardHmac(world.vault, community, digits)),
  ]);
  if (waits) return { refused: 'tooManyCards' };
  if (holder) return { holder };
  return { refused: (await countWrong(world, community, actor)) ? 'noPerson' : 'tooManyCards' };
}

/** Counts a wrong card of a member of the staff, wherever they gave it; gives whether it was told that it is wrong, as they need not wait. */
export function countWrong(world: World, community: string, actor: Actor): Promise<boolean> {
  return withLog(world, community, async (session, write) => {
    const counted = await countHourly(world, community, actor, 'wrongCard', session);
    const detail = { after: { wrong: MOST_AN_HOUR.wrongCard } };
    if (counted === 'last') await write({ community, by: actor.name, role: actor.role, act: 'card.lock', subject: 'card', detail });
    return counted !== 'waiting';
  });
}

/** Whether no card that a member of the staff gives is looked up for now. */
export function mayTypeNoCard(world: World, community: string, actor: Actor): Promise<boolean> {
  return mustWait(world, community, actor, 'wrongCard');
}
