import type { World } from '../../store/world.ts';
import { damm } from '../damm.ts';

const CARDS = 90_000_000;
/** What is drawn above it would make low numbers likelier. */
const FAIR = 2 ** 32 - (2 ** 32 % CARDS);

/** A card's nine digits that nobody can guess, each card as likely as any other. Whether the community has it already is for the caller to see. */
export function newCard({ randomBytes }: Pick<World, 'randomBytes'>): string {
  for (;;) {
    const drawn = randomBytes(4).readUInt32BE();
    if (drawn >= FAIR) continue;
    const digits = String(10_000_000 + (drawn % CARDS));
    return `${digits}${damm(digits)}`;
  }
}
