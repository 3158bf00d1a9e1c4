import { collection } from '../../store/collection.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { Resident } from './resident.ts';

const CARDS = 90_000_000;
/** A drawn number from here on is drawn again: it would make low card numbers likelier. */
const FAIR = 2 ** 32 - (2 ** 32 % CARDS);

/**
 * Nine digits for a new card. Nobody can guess them: each card is as likely as any other. The caller checks whether the community has this card
 * already.
 */
export function newCard({ randomBytes }: Pick<World, 'randomBytes'>): string {
  for (;;) {
    const drawn = randomBytes(4).readUInt32BE();
    if (drawn >= FAIR) continue;
    const digits = String(10_000_000 + (drawn % CARDS));
    return `${digits}${damm(digits)}`;
  }
}

/** Whether nine digits can be a card: they do not begin with 0, and the last one is the right check digit. */
export function isCard(digits: string): boolean {
  return /^[1-9]\d{8}$/.test(digits) && damm(digits) === 0;
}

/** A card's number as it is printed: `204 681 717`. */
export function printedCard(digits: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, '$1 ');
}

/** The HMAC that is kept of a card: enough to recognize it. */
export function cardHmac(vault: Vault, community: string, card: string): string {
  return vault.hmac('card', community, card);
}

/** Whether a card (given as its HMAC) is still the card of its holder, and the holder is still on the roster. */
export async function isInForce({ resident, card }: { readonly resident: string; readonly card: string }): Promise<boolean> {
  return (await collection(Resident).findOne({ _id: resident, card, erasedAt: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}

/** The totally anti-symmetric quasigroup of order 10 in Damm's thesis (2004). */
const QUASIGROUP = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/**
 * The check digit of a string of digits: `572` gives 4. The check digit of the string with its check digit at the end is 0. It is another if any one
 * digit is changed, or two neighbours are exchanged. Throws a RangeError if there is anything but digits.
 */
export function damm(digits: string): number {
  return [...digits].reduce((interim, digit) => {
    const next = QUASIGROUP[interim]?.[Number(digit)];
    if (next === undefined) throw new RangeError('the check digit is made of digits');
    return next;
  }, 0);
}
