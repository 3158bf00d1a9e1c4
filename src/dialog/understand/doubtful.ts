import { COMMANDS } from '../command.ts';
import type { Question } from '../question.ts';
import type { Meaning } from './meaning.ts';
import { SHOWS } from './shows.ts';

/** What a machine wrote down may be misheard: picks and texts are read back or asked about before they count, digits have to be typed. */
export function doubtful(meaning: Meaning, open: Question | undefined): Meaning {
  if (meaning.kind === 'command') {
    const { command } = meaning;
    if (command.name === 'vote' && command.numbers && !command.card) return { kind: 'numbers', numbers: [...command.numbers] };
    return SHOWS.has(command.name) && !command.card ? meaning : { kind: 'near', command };
  }
  if (meaning.kind !== 'answer') return meaning;
  const { answer } = meaning;
  switch (answer.type) {
    case 'NUMBERS':
      return { kind: 'answer', answer: { type: 'NAMED', numbers: answer.numbers } };
    case 'CODE':
    case 'PHONE':
      return { kind: 'unknown' };
    case 'ACCOUNT': {
      if (open?.expects === 'account' && open.command === 'register') return meaning; // part of a request, which is read back whole and checked by a person
      const name = COMMANDS.find((one) => open?.expects === 'account' && one === open.command);
      return name && answer.text !== undefined ? { kind: 'near', command: { name, text: answer.text } } : meaning;
    }
    default:
      return meaning;
  }
}
