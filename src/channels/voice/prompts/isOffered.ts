import type { NeededPrompt } from './neededPrompts.ts';
import type { Phrases } from './phraseOf.ts';

/** Heard in every flow. */
const EVERYWHERE = ['voice', 'number', 'title'];

/** Whether a language that no synthesis speaks may be offered on the phone: the menu, who one is and the vote are recorded whole, this cycle's titles included. */
export function isOffered({ whole }: Phrases, needed: readonly NeededPrompt[], recorded: (key: string) => boolean): boolean {
  const wanted = needed.filter(({ where }) => whole.includes(where) || EVERYWHERE.includes(where));
  return wanted.some(({ where }) => where === 'title') && wanted.every(({ key }) => recorded(key));
}
