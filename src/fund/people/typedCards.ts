import { collection } from '../../store/collection.ts';
import { index, records } from '../../store/records.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { withLog } from '../log/index.ts';
import type { Actor } from './actor.ts';
import { cardHmac, holderOfCard } from './card.ts';
import { digitsTyped, isCard } from './checkDigit.ts';
import type { ResidentRecord } from './resident.ts';

/** Wrong cards that one member of the staff types within an hour. After so many no card is looked up for them for an hour; others go on. */
const MAX_WRONG_CARDS = 20;

/**
 * Whose card it is, or why that is not said. `card`: a wrong check digit, which is a slip and counts for nothing. `tooManyCards`: who typed it has to
 * wait. A person without their card is found by name.
 */
export type CardTyped = { readonly holder: ResidentRecord } | { readonly refused: 'card' | 'noPerson' | 'tooManyCards' };

/**
 * Looks up a card that a member of the staff types beside its holder, wherever that is. Each wrong card counts, so that nobody finds out cards by
 * trying; the log says who was stopped.
 */
export function typedCard(world: World): (community: string, text: string, actor: Actor) => Promise<CardTyped> {
  return async (community, text, actor) => {
    const digits = digitsTyped(text);
    if (!isCard(digits)) return { refused: digits === '' ? 'noPerson' : 'card' };
    const _id = `${community}|${actor.id}`;
    const [tried, holder] = await Promise.all([
      collection(TypedCards).findOne({ _id }),
      holderOfCard(world, community, cardHmac(world.vault, community, digits)),
    ]);
    const at = world.now();
    if (mustWait(tried?.wrong, at)) return { refused: 'tooManyCards' };
    if (holder) return { holder };
    return { refused: (await countWrong(world, community, actor)) ? 'noPerson' : 'tooManyCards' };
  };
}

/** Counts a wrong card of a member of the staff, wherever they gave it; gives whether it was told that it is wrong, as they need not wait. */
export function countWrong(world: World, community: string, actor: Actor): Promise<boolean> {
  const _id = `${community}|${actor.id}`;
  const at = world.now();
  return withLog(world)(community, async (session, write) => {
    const before = (await collection(TypedCards).findOne({ _id }, { session }))?.wrong ?? [];
    if (mustWait(before, at)) return false;
    const wrong = [...before, at].slice(-MAX_WRONG_CARDS);
    await collection(TypedCards).updateOne({ _id }, { $set: { wrong, at } }, { session, upsert: true });
    if (mustWait(wrong, at))
      await write({ community, by: actor.name, role: actor.role, act: 'card.lock', subject: 'card', detail: { after: { wrong: MAX_WRONG_CARDS } } });
    return true;
  });
}

/** Whether no card that a member of the staff gives is looked up for now. */
export async function mayTypeNoCard(world: World, community: string, actor: Actor): Promise<boolean> {
  return mustWait((await collection(TypedCards).findOne({ _id: `${community}|${actor.id}` }))?.wrong, world.now());
}

/** Whether the last of so many wrong cards came within an hour of the first of them, and less than an hour ago. */
function mustWait(wrong: readonly Date[] = [], now: Date): boolean {
  const [first, last] = [wrong[0], wrong.at(-1)];
  if (!first || !last || wrong.length < MAX_WRONG_CARDS) return false;
  return last.getTime() - first.getTime() < HOUR_MS && now.getTime() - last.getTime() < HOUR_MS;
}

/** The last wrong cards that a member of the staff typed. */
export const TypedCards = records(
  'typedcards',
  {
    /** `COMMUNITY|ID`: the role's. */
    _id: String,
    /** When each came, the oldest first. */
    wrong: [Date],
    /** When the last came. */
    at: Date,
  },
  [index({ at: 1 })],
);
