import type { NeededPrompt } from './neededPrompts.ts';

/** What somebody has to be able to do without a word of another language. */
const WHOLE = ['menu', 'join', 'vote', 'voice', 'number', 'title'];

/** Whether a language that no synthesis speaks may be offered on the phone: the menu, who one is and the vote are recorded whole, this cycle's titles included. */
export function isOffered(needed: readonly NeededPrompt[], recorded: (key: string) => boolean): boolean {
  const wanted = needed.filter(({ where }) => WHOLE.includes(where));
  return wanted.some(({ where }) => where === 'title') && wanted.every(({ key }) => recorded(key));
}
