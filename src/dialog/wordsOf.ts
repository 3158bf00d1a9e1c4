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
  return isForPerson(meaning, isWholeCommand) ? withoutDigits(maskNumbers(input.text.trim())) : undefined;
}

/** Six digits and cards prove something, whatever stands between the digits: none of them is passed on. */
function withoutDigits(text: string): string {
  return text.replace(PROVES, (run) => run.replace(/\p{Nd}/gu, '*'));
}

const PROVES = /\p{Nd}(?:[\s\p{P}]{0,3}\p{Nd}){5,}/gu;

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
