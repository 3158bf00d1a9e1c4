import type { CommandName } from '../command.ts';
import type { Meaning } from './commandIn.ts';
import type { Outcome } from './judgement.ts';

/** What comes of a meaning. */
export function outcomeOf(meaning: Meaning): Outcome {
  switch (meaning.kind) {
    case 'named':
    case 'numbers':
      return 'picks';
    case 'intent':
      return meaning.intent;
    case 'ownAnswer':
      return 'own';
    case 'unknown':
      return 'nothing';
    case 'answer': {
      const { type } = meaning.answer;
      return type === 'YES' ? 'yes' : type === 'NO' ? 'left' : type === 'NUMBERS' || type === 'NAMED' ? 'picks' : 'given';
    }
    case 'command':
    case 'near': {
      const { name, numbers } = meaning.command;
      if (name === 'vote') return numbers?.length ? 'picks' : 'list';
      if (name === 'projects') return numbers?.length ? 'project' : 'list';
      return OF_COMMAND[name] ?? name;
    }
  }
}

/** What comes of a command, where that is not called as it is. */
export const OF_COMMAND: Partial<Record<CommandName, Outcome>> = {
  complain: 'passes',
  ask: 'passes',
  propose: 'proposes',
  stop: 'stops',
  start: 'starts',
  report: 'reports',
  disownBallot: 'disowns',
  requestMembership: 'register',
  identify: 'card',
  repeat: 'again',
  menu: 'help',
};
