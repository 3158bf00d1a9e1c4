import type { CommunityRecord } from '../fund/communities/index.ts';
import { maskNumbers } from '../store/text.ts';
import { COMMANDS, type CommandName, type Intent } from './command.ts';
import { type Begun, beforeIt, readPart } from './conversation.ts';
import type { DialogDeps } from './deps.ts';
import type { Catalogue, FlowInput } from './flow.ts';
import type { Inbound, Interpretation, Understood } from './input.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Option, Question } from './question.ts';
import type { Recent } from './recent.ts';
import type { Talk } from './talk.ts';
import { letStandAlone, type Turn } from './turn.ts';
import { byEar, saidIn, withoutLead } from './understand/byEar.ts';
import { isForeign } from './understand/clauses.ts';
import { keywordIn, type Meaning, nearIn, SHOWS, wholeCommand } from './understand/commandIn.ts';
import { askedOfOne, asksOfWork } from './understand/followedUp.ts';
import { ABOUT_PROJECTS } from './understand/meant.ts';
import { mentionsIn } from './understand/mentions.ts';
import { beginningOf, normalise, withSigns } from './understand/normalise.ts';
import type { OwnAnswers } from './understand/ownAnswers.ts';
import { understand } from './understand/understand.ts';
import type { Vocabulary } from './understand/vocabulary.ts';

/** A message, its turn, and the conversation as the turn found it. */
export interface InTurn {
  readonly inbound: Inbound;
  readonly begun: Begun;
  readonly recent: Recent;
  readonly turn: Turn;
}

/** A question in SMS or chat stays open for 72 hours, counted from the end of the hour. */
const OPEN_MS = 72 * 60 * 60 * 1000;

/** What somebody quotes or passes on may be somebody else's: it is read back first. "回复 3 7" without a colon is what our texts ask for. */
const QUOTED = /^\s*(?:[>＞»「]|(?:回复|回覆|转发|轉發|引用|转|re|fwd?|fw)\s*[:：])/iu;

/**
 * What a message means, given what is open. A number answers a menu only if the menu was our last message; if not, the menu counts as
 * closed.
 */
export async function interpretInbound(
  deps: DialogDeps,
  { inbound, begun, recent, turn }: InTurn,
  ballot: readonly Option[],
  { community: { about }, talk }: { readonly community: Pick<CommunityRecord, 'about'>; readonly talk: Talk },
) {
  const input = 'text' in inbound.input ? { ...inbound.input, text: withSigns(inbound.input.text) } : inbound.input;
  const isQuoted = 'text' in input && QUOTED.test(input.text);
  const whole = 'text' in input && !isQuoted ? wholeCommand(input.text, ballot, deps.vocabulary) : undefined;
  if (whole) letStandAlone(turn);
  // a vote takes the place of whatever is open
  if (whole?.name === 'vote' && whole.numbers && !whole.card && 'text' in input && !input.isHeard)
    return { interpretation: { meaning: { kind: 'command', command: whole } as const } };
  const found = begun.open && isFresh(begun, inbound) ? readPart<OpenFlow>(deps.world, 'conversationOpen', begun, begun.open) : undefined;
  const open = found?.until && found.until <= inbound.at.getTime() ? undefined : found;
  if ('interpret' in input) {
    const interpretation = input.interpret(beforeIt(deps.world, begun, open), understoodOnCall(ballot, deps.vocabulary, about?.answers));
    return { open: interpretation.stands ? interpretation.stands.open : open, interpretation };
  }
  if (!('text' in input)) return { open, interpretation: { meaning: sure(input) } };
  const understood = understand(input.text, open?.asked, ballot, deps.vocabulary, about?.answers, talk);
  const meaning = await withProjects(deps, input.isHeard || isQuoted ? doubtful(understood, open?.asked) : understood, {
    text: input.text,
    turn,
    ballot,
    talk,
  });
  const isChoice = open?.asked.expects === 'choice' && meaning.kind === 'answer';
  const lastTurn = recent.at === undefined ? begun.at : new Date(recent.at);
  const isPast = isChoice && lastTurn !== undefined && (await deps.wroteSince(turn, lastTurn));
  return isPast
    ? { interpretation: { meaning: understand(input.text, undefined, ballot, deps.vocabulary, about?.answers, talk) } }
    : { open, interpretation: { meaning } };
}

/** How words on a call are understood. What was talked of before does not count, but for picks that are being read back: a number can be forged, and tells nothing of another call. */
export function understoodOnCall(ballot: readonly Option[], vocabulary: Vocabulary, answers: OwnAnswers | undefined): Understood {
  return {
    meaning: (said, asked) => {
      const text = withoutLead(said);
      const meaning = understand(text, asked, ballot, vocabulary, answers);
      return doubtful(isGuess(meaning, text, vocabulary) ? { kind: 'unknown' } : meaning, asked);
    },
    said: (text) => saidIn(text, vocabulary),
    like: (text, mayBeSaid) => byEar(text, mayBeSaid, vocabulary),
  };
}

/** Whether nothing is understood, or a command that changes something is only like what a machine may have misheard: it has to be named. */
function isGuess(meaning: Meaning, text: string, vocabulary: Vocabulary): boolean {
  if (meaning.kind !== 'near') return meaning.kind === 'unknown';
  const { name } = meaning.command;
  const plain = normalise(text);
  return !TELLS.has(name) && keywordIn(plain, vocabulary)?.keyword.name !== name && nearIn(plain, vocabulary) !== name;
}

/** Commands that record what is told next, and nothing by themselves. */
const TELLS: ReadonlySet<CommandName> = new Set(['propose', 'complain', 'ask', 'object']);

/** When a work is done, or how far it is. */
function ofWork(plain: string, numbers: readonly number[]): Meaning {
  const [number, another] = numbers;
  const isState = number !== undefined && another === undefined && !/好久|时候|哪天|几时|多久|选上|评上|\bwhen\b/.test(plain);
  return isState ? { kind: 'command', command: { name: 'progress', numbers: [number] } } : { kind: 'intent', intent: 'built', numbers };
}

/** What is asked of a work may be like what is asked of the vote: 食堂开始没有. */
const OF_STAGE: ReadonlySet<Intent> = new Set<Intent>(['until', 'chosen', 'resultsDue', 'lastYear']);

/** While voting is not open there is no ballot, but a project can be asked about by its name. */
async function withProjects(
  { projectsOf, vocabulary }: DialogDeps,
  meaning: Meaning,
  { text, turn, ballot, talk }: { text: string; turn: Turn; ballot: readonly Option[]; talk: Talk },
): Promise<Meaning> {
  const isState =
    (meaning.kind === 'unknown' || meaning.kind === 'near' || (meaning.kind === 'intent' && OF_STAGE.has(meaning.intent))) &&
    asksOfWork(normalise(text));
  const supposed = meaning.kind === 'unknown' && meaning.supposed && ABOUT_PROJECTS.has(meaning.supposed) ? meaning.supposed : undefined;
  const isOpen =
    meaning.kind === 'unknown' ||
    (meaning.kind === 'numbers' && /[呢喃咧]/.test(text)) ||
    (meaning.kind === 'near' && keywordIn(normalise(text), vocabulary) === undefined);
  if (ballot.length > 0 || !(isState || isOpen || (meaning.kind === 'intent' && meaning.numbers.length === 0))) return meaning;
  const plain = beginningOf(normalise(text));
  const projects = await projectsOf(turn.community, turn.at);
  const mentions = mentionsIn(plain, projects, vocabulary);
  if (isState) return mentions.all.length > 0 ? ofWork(normalise(text), mentions.all) : meaning;
  if (supposed && mentions.all.length > 0) return { kind: 'intent', intent: supposed, numbers: mentions.all };
  if (meaning.kind !== 'intent')
    return askedOfOne({ plain, mentionsOf: (part) => mentionsIn(part, projects, vocabulary) }, talk.topic?.intent) ?? meaning;
  if (mentions.all.length > 0) return { ...meaning, numbers: mentions.all };
  return ABOUT_PROJECTS.has(meaning.intent) && isForeign(plain, mentions, meaning.intent, vocabulary) ? { kind: 'unknown' } : meaning;
}

/**
 * What a message means if a machine wrote it down and may have misheard. Picks and texts are read back or asked about before they count;
 * digits have to be typed.
 */
function doubtful(meaning: Meaning, open: Question | undefined): Meaning {
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
    case 'FREE_TEXT': {
      if (open?.expects === 'freeText' && open.command === 'requestMembership') return meaning; // it is part of a request, which is read back in full and checked by a person
      const name = COMMANDS.find((one) => open?.expects === 'freeText' && one === open.command);
      return name && answer.text !== undefined ? { kind: 'near', command: { name, text: answer.text } } : meaning;
    }
    default:
      return meaning;
  }
}

function sure(input: Exclude<Inbound['input'], { text: string } | { interpret: unknown }>): Meaning {
  return 'answer' in input ? { kind: 'answer', answer: input.answer } : { kind: 'command', command: input.command };
}

/** What is asked without a command, for the flow that answers it. */
export function questionIn(meaning: Meaning): FlowInput | undefined {
  if (meaning.kind === 'ownAnswer') return { ownAnswer: meaning.answer };
  return meaning.kind === 'intent' ? { intent: meaning.intent, numbers: meaning.numbers } : undefined;
}

/** Whether a message may become a ballot. From an address that sends too much, only such a message is looked at. */
export function mayCast(interpretation: Interpretation | { meaning: Meaning }, open: OpenFlow | undefined, catalogue: Catalogue): boolean {
  if (!('meaning' in interpretation)) return false;
  const { meaning } = interpretation;
  if (meaning.kind === 'command') return meaning.command.name === 'vote' && meaning.command.numbers !== undefined;
  if (meaning.kind !== 'answer') return false;
  const { type } = meaning.answer;
  if (type === 'CODE' && open?.role === 'identify' && open.flowTarget) {
    const { flow, input } = open.flowTarget;
    return catalogue[flow]?.role === 'vote' && input.numbers !== undefined;
  }
  return open?.role === 'vote' && (type === 'NUMBERS' || type === 'YES');
}

function isFresh(begun: Begun, { at }: Inbound): boolean {
  return begun.at !== undefined && at.getTime() - begun.at.getTime() < OPEN_MS;
}

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

/** Words that nobody writes who does not read English. */
const ENGLISH =
  /\b(?:the|is|are|do|does|how|what|where|when|who|why|can|could|my|your|you|for|about|vote|help|join|register|propose|please|want|english)\b/i;
/** Two words or more, one of which is no command of ours, which a reader of Chinese may have copied, and no pinyin. */
const SENTENCE =
  /^(?=.*\b(?:the|is|are|do|does|did|don't|how|what|where|when|who|why|can|could|my|your|you|about|this|that|it|i|i'm|thanks|thank|hello|please|and|too|not|for|with|of|to|want|like|much|many|another)\b)\P{L}*[\p{L}']+(?:[^\p{L}']+[\p{L}']+)+/iu;

/**
 * The language of an answer to somebody who reads another one otherwise, but surely wrote this message in English; or wrote without a Chinese character
 * after an answer in another language (`before`): "3 5", "yes".
 */
export function languageIn(input: Inbound['input'], before: string | undefined): string | undefined {
  if (!('text' in input) || /\p{Script=Han}/u.test(input.text)) return undefined;
  return SENTENCE.test(input.text) ? 'en' : before;
}

/** The language in which somebody new surely reads, by their first message. */
export function writtenIn(input: Inbound['input']): string | undefined {
  const isEnglish = 'text' in input && !/\p{Script=Han}/u.test(input.text) && ENGLISH.test(input.text);
  return isEnglish ? 'en' : undefined;
}
