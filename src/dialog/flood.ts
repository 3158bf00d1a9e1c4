import type { Command, CommandName } from './command.ts';
import type { Catalogue } from './flow.ts';
import type { OpenFlow } from './openFlow.ts';
import { type Flood, type Recent, secondOfLast, seconds } from './recent.ts';
import type { Meaning } from './understand/commandIn.ts';

/** What is done with a message from an address that sends too much. */
export interface InFlood {
  readonly isTaken: boolean;
  /** It is done, but no longer answered. */
  readonly isUnsaid: boolean;
  /** The flood after this message. */
  readonly after: Flood;
}

const MOST = 30;
const WITHIN = 10 * 60;
const HOUR = 60 * 60;
/** How many answers an address gets during a flood, and how many of them to messages that do not defend its owner. */
const MOST_ANSWERS = 20;
const MOST_OTHERS = 10;
/** Commands by which owners defend themselves if somebody else writes in their name. Half of the answers are reserved for them. */
const DEFENCE: ReadonlySet<CommandName> = new Set(['disownBallot', 'delete', 'person']);
const TAKEN: ReadonlySet<CommandName> = new Set([...DEFENCE, 'stop', 'start', 'receipt', 'requestMembership', 'identify']);

/** The flood that an address is in, or that this message starts; undefined if there is none. */
export function floodAt(recent: Recent, at: Date): Flood | undefined {
  const second = seconds(at);
  if (recent.flood && second < recent.flood.until) return recent.flood;
  const since = secondOfLast(recent, MOST);
  return since !== undefined && since > second - WITHIN ? { until: second + HOUR, answers: 0, others: 0 } : undefined;
}

/**
 * What is done with a message during a flood, ballots aside. A sender can be forged, so commands that help the number's owner are still
 * taken, and so are answers to what these commands asked. When all answers are used up, only commands that change something without a
 * question are taken. `meaning` is undefined if a channel understood the message itself.
 */
export function acceptedInFlood(flood: Flood, meaning: Meaning | undefined, open: OpenFlow | undefined, catalogue: Catalogue): InFlood {
  const defends = meaning !== undefined && isDefence(meaning, open, catalogue);
  const isUnsaid = isSpent(flood, defends);
  const isTaken = meaning !== undefined && isOfUse(meaning, open, catalogue) && (!isUnsaid || isDoneUnsaid(meaning));
  return { isTaken, isUnsaid, after: isUnsaid ? flood : oneMoreAnswer(flood, defends) };
}

/** Whether a flooded address has got all its answers to a message of this kind. */
function isSpent({ answers, others }: Flood, defends: boolean): boolean {
  return answers >= MOST_ANSWERS || (!defends && others >= MOST_OTHERS);
}

function oneMoreAnswer(flood: Flood, defends: boolean): Flood {
  return { ...flood, answers: flood.answers + 1, others: flood.others + (defends ? 0 : 1) };
}

/** Whether a message defends the owner. A card counts too, if it is asked for on the way to such a command. */
function isDefence(meaning: Meaning, open: OpenFlow | undefined, catalogue: Catalogue): boolean {
  if (meaning.kind === 'command') return DEFENCE.has(meaning.command.name);
  if (meaning.kind !== 'answer' || !open) return false;
  const { commands = [] } = (open.flowTarget && catalogue[open.flowTarget.flow]) ?? {};
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
  return meaning.kind === 'answer' && (meaning.answer.type === 'CODE' || meaning.answer.type === 'FREE_TEXT');
}

function asksNothing({ name, text, card }: Command): boolean {
  if (name === 'requestMembership') return text !== undefined;
  if (name === 'identify') return card !== undefined;
  return name === 'stop' || name === 'start' || name === 'person';
}
