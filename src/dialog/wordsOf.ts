import { maskNumbers } from '../store/text.ts';
import type { Inbound } from './input.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Meaning } from './understand/commandIn.ts';

/**
 * What a message leaves for the person who may call back, so that they know what it is about: words that were asked, or that nothing took.
 * Undefined for everything else: never picks, never digits that prove something.
 */
export function wordsOf({ input }: Inbound, meaning: Meaning, open: OpenFlow | undefined, isWholeCommand: boolean): string | undefined {
  if (!('text' in input) || open?.asked.expects === 'code' || !/\p{L}/u.test(input.text)) return undefined;
  if (VOTE.test(input.text) && /\p{N}/u.test(input.text)) return undefined;
  return isForPerson(meaning, isWholeCommand) ? maskNumbers(input.text.trim()) : undefined;
}

/** Words of a vote: with a number among them, they may tell for what it was. */
const VOTE = /投(?!诉)|选|\bvote/i;

function isForPerson(meaning: Meaning, isWholeCommand: boolean): boolean {
  switch (meaning.kind) {
    case 'unknown':
    case 'ownAnswer':
      return true;
    case 'intent':
      return meaning.intent !== 'manners';
    case 'near':
      return meaning.command.numbers === undefined && meaning.command.card === undefined;
    case 'command':
      return meaning.command.name === 'person' && !isWholeCommand;
    default:
      return false;
  }
}
