import { collection } from '../../store/collection.js';
import { damm } from './checkDigit.js';
import { Resident } from './resident.js';
const CARDS = 90_000_000;
/** A drawn number from here on is drawn again: it would make low card numbers likelier. */
const FAIR = 2 ** 32 - (2 ** 32 % CARDS);
/**
 * Nine digits for a new card. Nobody can guess them: each card is as likely as any other. The caller checks whether the community has this card
 * already.
 */
export function newCard({ randomBytes }) {
    for (;;) {
        const drawn = randomBytes(4).readUInt32BE();
        if (drawn >= FAIR)
            continue;
        const digits = String(10_000_000 + (drawn % CARDS));
        return `${digits}${damm(digits)}`;
    }
}
/** A card's number as it is printed: `204 681 717`. */
export function printedCard(digits) {
    return digits.replace(/(\d{3})(?=\d)/g, '$1 ');
}
/** The HMAC that is kept of a card: enough to recognize it. */
export function cardHmac(vault, community, card) {
    return vault.hmac('card', community, card);
}
/** Whether a card (given as its HMAC) is still the card of its holder, and the holder is still on the roster. */
export async function isInForce({ resident, card }) {
    return (await collection(Resident).findOne({ _id: resident, card, erasedAt: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}
