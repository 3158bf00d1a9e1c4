import type { Command, CommandName } from './command.ts';
import type { Catalogue } from './flowEntry.ts';
import type { OpenFlow } from './openFlow.ts';
import { type Flood, isSpent, oneMoreAnswer } from './recent.ts';
import type { Meaning } from './understand/meaning.ts';

/** What a message comes to from an address that sends too much. */
export interface InFlood {
  readonly isTaken: boolean;
  /** What is done is not answered any more. */
  readonly isUnsaid: boolean;
  /** The flood once this message is done. */
  readonly after: Flood;
}

/** With these somebody in whose name others write defends themselves: half of the answers are kept for them. */
const DEFENCE: ReadonlySet<CommandName> = new Set(['notMe', 'delete', 'person']);
const TAKEN: ReadonlySet<CommandName> = new Set([...DEFENCE, 'stop', 'start', 'receipt', 'register', 'join']);

/**
 * What a message comes to in a flood, ballots aside. A sender can be forged: what is of use to the number's owner is taken in a flood, too, and
 * what these commands asked may be answered; once the answers are spent, what changes something without asking back. `meaning`: undefined where a
 * channel understood it itself.
 */
export function takenInFlood(flood: Flood, meaning: Meaning | undefined, open: OpenFlow | undefined, catalogue: Catalogue): InFlood {
  const defends = meaning !== undefined && isDefence(meaning, open, catalogue);
  const isUnsaid = isSpent(flood, defends);
  const isTaken = meaning !== undefined && isOfUse(meaning, open, catalogue) && (!isUnsaid || isDoneUnsaid(meaning));
  return { isTaken, isUnsaid, after: isUnsaid ? flood : oneMoreAnswer(flood, defends) };
}

/** A card counts, too, where it is asked for on the way to leaving. */
function isDefence(meaning: Meaning, open: OpenFlow | undefined, catalogue: Catalogue): boolean {
  if (meaning.kind === 'command') return DEFENCE.has(meaning.command.name);
  if (meaning.kind !== 'answer' || !open) return false;
  const { commands = [] } = (open.heading && catalogue[open.heading.flow]) ?? {};
  return catalogue[open.flow]?.role === 'prove' || commands.some((name) => DEFENCE.has(name));
}

function isOfUse(meaning: Meaning, open: OpenFlow | undefined, catalogue: Catalogue): boolean {
  if (meaning.kind === 'command') return TAKEN.has(meaning.command.name);
  if (meaning.kind !== 'answer' || !open) return false;
  const { role, commands = [] } = catalogue[open.flow] ?? {};
  return role === 'prove' || commands.some((name) => TAKEN.has(name));
}

function isDoneUnsaid(meaning: Meaning): boolean {
  if (meaning.kind === 'command') return asksNothing(meaning.command);
  return meaning.kind === 'answer' && (meaning.answer.type === 'CODE' || meaning.answer.type === 'ACCOUNT');
}

function asksNothing({ name, text, card }: Command): boolean {
  if (name === 'register') return text !== undefined;
  if (name === 'join') return card !== undefined;
  return name === 'stop' || name === 'start' || name === 'person';
}
