import type { CommandName } from './command.ts';
import type { Catalogue } from './flowEntry.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Meaning } from './understand/meaning.ts';

/** A sender can be forged: what lets the number's owner defend themselves is taken from an address that sends too much, too. */
const TAKEN: ReadonlySet<CommandName> = new Set(['notMe', 'stop', 'start', 'delete', 'receipt', 'register', 'join', 'person']);
/** Of use without an answer. */
const UNANSWERED: ReadonlySet<CommandName> = new Set(['stop', 'start']);

/** Whether this is taken, ballots aside, from an address that sends too much; `isSpent`: it is not answered any more. What these commands asked may be answered. */
export function takenInFlood(meaning: Meaning, open: OpenFlow | undefined, catalogue: Catalogue, isSpent: boolean): boolean {
  if (meaning.kind === 'command') return (isSpent ? UNANSWERED : TAKEN).has(meaning.command.name);
  if (meaning.kind !== 'answer' || !open) return false;
  const { role, commands = [] } = catalogue[open.flow] ?? {};
  const isAsked = role === 'prove' || commands.some((name) => TAKEN.has(name));
  return isAsked && (!isSpent || meaning.answer.type === 'CODE');
}
