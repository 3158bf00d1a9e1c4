import { type CommandName, INTENTS, type Intent } from '../command.ts';
import { type Talk, toldProject } from '../talk.ts';
import { consistsOf, takesPicks } from './answerTo.ts';
import { believedOf } from './believed.ts';
import { areSame } from './changes.ts';
import { keywordIn, type Meaning, wholeCommandIn } from './commandIn.ts';
import type { Outcome } from './judgement.ts';
import { ABOUT_PROJECTS, AT_ONCE, passedOn, TELLS_NOTHING } from './meant.ts';
import type { Mentions } from './mentions.ts';
import { beginningOf } from './normalise.ts';
import { type Situation, situationOf } from './outcome.ts';
import { outcomeOf } from './outcomeOf.ts';
import { GIVEN_UP, isMoreNamed, picksAfter } from './picksAfter.ts';
import { picksIn, type ReadBack, shownIn } from './readBack.ts';
import { asksOwn } from './safety.ts';
import { NOISE, type Said, saidInPart } from './said.ts';
import { agreesOnly, saysYes, YES } from './saysYes.ts';
import { INSULTS, leaves, STOPS_NOT } from './unsaid.ts';

/**
 * Where the patterns found nothing, or what is hardly believed where it stands in the conversation, what was learnt from conversations is told, asked about or
 * read back; else what was found is dropped. So are picks read back where a proposal was found in a message that names a project of the ballot. What is exact stays:
 * a command, digits, numbers with the word for voting, a yes, a no. Recorded by it is a yes to what is asked (`saysYes`), and what is nearly surely danger.
 */
export function weighed(meaning: Meaning, said: Said, talk: Talk): Meaning {
  const { judgement } = said.vocabulary;
  const plain = beginningOf(said.plain);
  const mentions = said.mentionsOf(plain);
  const read = picksIn(meaning)?.length ?? 0; // more than by their names: 3号和食堂 on a ballot with two of them
  if (isReadBack(meaning) && read <= mentions.all.length && isMoreNamed(mentions, plain)) return UNKNOWN;
  if (givesUpOne(meaning, mentions, said)) return weighed(UNKNOWN, said, talk);
  if (isToldAgain(meaning, said) && agreesOnly(mentions.masked, said)) return YES;
  const least = mayBeOther(meaning, mentions) ? 1 : leastTrust(meaning, mentions, said, talk);
  if (least === undefined || judgement.outcomes.length === 0 || plain !== said.plain || isNoWish(said)) return meaning;
  const situation = situationOf(said, plain, mentions, talk);
  const believed = believedOf(judgement, meaning, situation);
  const trust = judgement.trustIn(believed);
  const found = outcomeOf(meaning);
  const danger = trust[believed.findIndex(({ outcome }) => outcome === 'reports')] ?? 0;
  if (danger >= REPORTED && found !== 'reports' && !asksOwn(plain)) return { kind: 'command', command: { name: 'report', text: said.text.trim() } };
  const trusted = trust[believed.findIndex(({ outcome }) => outcome === found)] ?? 0;
  const isOutOfTheBlue = Object.keys(talk).length === 0;
  if (trusted >= (isOutOfTheBlue && !isReadBack(meaning) ? DOUBTED : least)) return meaning;
  const most = Math.max(...trust);
  const outcome = believed[trust.indexOf(most)]?.outcome ?? 'nothing';
  if (isOutOfTheBlue && most < SURE && !tellsFact(meaning) && !isReadBack(meaning)) return meaning;
  const isKept = mayBeOther(meaning, mentions) || (meaning.kind === 'intent' && isPlain(meaning.intent, mentions, said));
  const otherwise = isKept || !mayBeDropped(meaning, found, outcome, trusted, situation) ? meaning : UNKNOWN;
  if (outcome === 'nothing' || (outcome === found && outcome !== 'picks') || most < BELIEVED) return otherwise;
  if (isProposal(meaning, mentions) && outcome !== 'picks') return meaning;
  if (meaning.kind === 'unknown' && meaning.supposed && meaning.supposed !== outcome) return meaning; // they disagree: it is asked about
  return meaningOf(outcome, most, situation, said, meaning) ?? otherwise;
}

const UNKNOWN: Meaning = { kind: 'unknown' };
/** So far an outcome has to be believed to take the place of what was found, which has to be believed less. Chosen by writers of whom nothing was learnt (docs/understanding.md). */
const BELIEVED = 0.45;
/** Out of the blue it takes so much, but where an answer would be told. */
const SURE = 0.7;
/** Out of the blue, what was found stays down to here. */
const DOUBTED = 0.15;
/** Below it, what was found is dropped even if nothing takes its place. */
const DROPPED = 0.25;

/** A message that was not understood, or a proposal that names a project of the ballot. */
function mayBeOther(meaning: Meaning, mentions: Mentions): boolean {
  return meaning.kind === 'unknown' || isProposal(meaning, mentions);
}

/** What is asked about is said once more: 对,请您帮我报上去. */
function isToldAgain(meaning: Meaning, { open }: Said): boolean {
  return meaning.kind === 'near' && open?.expects === 'confirmation' && open.command === meaning.command.name;
}

/**
 * What is hardly believed, and would be told or read back. What tells nothing harms nobody, nor does the list, nor the question whether somebody shall call; and a
 * complaint is not lost, unless it is likely about the picks. Out of the blue only picks are dropped, and of English too little was learnt.
 */
function mayBeDropped(meaning: Meaning, found: Outcome, likeliest: Outcome, trusted: number, { plain, talk }: Situation): boolean {
  if (found === 'list' || found === 'left' || (hanIn(plain) === 0 && meaning.kind !== 'command')) return false;
  if (isReadBack(meaning)) return trusted < BELIEVED;
  if (Object.keys(talk).length === 0 || trusted >= DROPPED) return false;
  if (meaning.kind === 'near') return meaning.command.name !== 'person' && (meaning.command.name !== 'complain' || likeliest === 'picks');
  return meaning.kind !== 'intent' || tellsFact(meaning);
}

function tellsFact(meaning: Meaning): boolean {
  return meaning.kind === 'intent' && !TELLS_NOTHING.has(meaning.intent);
}

/** Out of the blue, picks with so few signs beside them are picks; of English too little was learnt. */
const TELLS_MORE = 4;
/** Words that only choose, count or are polite. */
const ONLY_PICKS = /麻烦|[您你]们?好|谢谢|拜托|投票|[投选要想请给我就这那个样号项和跟与还有吧啊哦嘛哈啦了的是票]|[一二两三四五六七八九十百千零]/gu;

/** 我投 3, 就投这个: a vote, whatever is believed. */
const I_VOTE = /我(?:要|想|就|来)?[投选]\s*\d|^就[投选][这那它]/;

function hanIn(text: string): number {
  return text.replace(/[^\p{Script=Han}]/gu, '').length;
}

/** How far what was found has to be believed to stay; undefined if it stays anyway. */
function leastTrust(meaning: Meaning, mentions: Mentions, said: Said, talk: Talk): number | undefined {
  if (meaning.kind === 'answer' && meaning.answer.type === 'NO') return consistsOf(said.plain, said.vocabulary, 'no') ? undefined : BELIEVED;
  if (isReadBack(meaning)) {
    if (Object.keys(talk).length === 0 && hanIn(mentions.masked.replace(ONLY_PICKS, '')) < TELLS_MORE) return undefined;
    if (picksIn(meaning)?.some((number) => !said.ballot.some((option) => option.number === number))) return undefined;
    if (I_VOTE.test(said.plain)) return undefined;
    const isShownAgain = areSame(picksIn(meaning) ?? [], shownIn(said)?.numbers ?? []); // 是, after what was not understood
    return isShownAgain || (meaning.asked && !meaning.asked.isLater) ? undefined : BELIEVED;
  }
  if (meaning.kind === 'intent') {
    if (meaning.intent === talk.supposed?.intent || saidInPart(leaves, said)) return undefined;
    if (!isPlain(meaning.intent, mentions, said)) return BELIEVED;
    return hanIn(said.plain) === 0 ? undefined : DOUBTED;
  }
  if (meaning.kind === 'near')
    return keywordIn(said.plain, said.vocabulary) === undefined && !meaning.command.card && !meaning.command.numbers ? BELIEVED : undefined;
  const isShown =
    meaning.kind === 'command' && (AT_ONCE.has(meaning.command.name) || meaning.command.name === 'disownBallot') && !meaning.command.card;
  return isShown && keywordIn(said.plain, said.vocabulary) === undefined && wholeCommandIn(said, undefined) === undefined ? BELIEVED : undefined;
}

/** Nearly one of the wordings of a kind is said. */
function isPlain(intent: Intent, { masked }: Mentions, said: Said): boolean {
  return said.vocabulary.book.kindsOf(masked).some(({ kind, closest }) => kind === intent && closest >= PLAIN);
}

const PLAIN = 0.6;

/** A proposal in a message that names a project of the ballot. */
function isProposal(meaning: Meaning, { all }: Mentions): boolean {
  return meaning.kind === 'near' && meaning.command.name === 'propose' && all.length > 0;
}

/** An answer to what is no ballot and no yes or no, digits that were not understood, or a keyword alone. A card's digits are nobody's words. */
function isNoWish({ open, plain, vocabulary }: Said): boolean {
  if (open && open.expects !== 'confirmation' && !takesPicks(open)) return true;
  const found = keywordIn(plain, vocabulary);
  return /^[\s\d\p{P}\p{Sm}]*$|\d{6}/u.test(plain) || (found?.isWhole === true && !found.keyword.isNear);
}

function isReadBack(meaning: Meaning): meaning is ReadBack {
  return meaning.kind === 'named' || (meaning.kind === 'answer' && meaning.answer.type === 'NAMED');
}

/** 空调莫要,电费哪个给: one of the picks that are read back is given up, and nothing of that was found. */
function givesUpOne(meaning: Meaning, { all, masked }: Mentions, said: Said): boolean {
  const isTold = meaning.kind === 'intent' || (meaning.kind === 'command' && meaning.command.name === 'projects');
  const shown = shownIn(said)?.numbers ?? [];
  return isTold && all.some((number) => shown.includes(number)) && GIVEN_UP.test(masked);
}

/** What is done for an outcome that the patterns have not found; undefined if nothing can be done for it without a word that is exact. */
function meaningOf(outcome: Outcome, trust: number, situation: Situation, said: Said, found: Meaning): Meaning | undefined {
  const { plain, text, open } = said;
  const { mentions, talk } = situation;
  const isAgain = talk.meant?.outcome === outcome && mentions.all.length === 0; // why these? is no list
  const told = toldProject(talk);
  const of = mentions.all.length > 0 ? [...mentions.all] : told === undefined ? [] : [told];
  if (outcome === 'picks') {
    const mayTake = !open || takesPicks(open) || open.expects === 'choice' || open.expects === 'confirmation';
    return situation.isVoting && mayTake ? picksAfter(situation, said, found) : undefined;
  }
  if (NOISE.test(plain) || INSULTS.test(plain)) return undefined;
  const intent = INTENTS.find((each) => each === outcome);
  if (intent && found.kind === 'unknown' && Object.keys(talk).length === 0 && ABOUT_PROJECTS.has(intent) && of.length) return undefined;
  if (intent) return { kind: 'intent', intent, numbers: ABOUT_PROJECTS.has(intent) ? of : [] };
  const shown = SHOWN[outcome];
  if (outcome === 'disowns' && !DISOWNS.test(plain)) return undefined; // 对,是我投的
  if (shown) return { kind: 'command', command: { name: shown } };
  const confirmed = outcome === 'stops' && STOPS_NOT.test(plain) ? undefined : CONFIRMED[outcome];
  if (confirmed) return { kind: 'near', command: { name: confirmed } };
  switch (outcome) {
    case 'yes':
      return saysYes(situation, trust, said);
    case 'left':
      return open?.expects === 'confirmation' ? { kind: 'answer', answer: { type: 'NO' } } : { kind: 'intent', intent: 'pause', numbers: [] };
    case 'project':
      return of.length === 1 && !isAgain ? { kind: 'command', command: { name: 'projects', numbers: of } } : undefined;
    case 'list':
      return isAgain ? undefined : { kind: 'command', command: { name: 'projects' } };
    case 'progress':
      return isAgain && trust < SURE
        ? undefined
        : { kind: 'command', command: { name: 'progress', ...(mentions.all.length > 0 && { numbers: mentions.all }) } };
    case 'passes':
    case 'reports':
    case 'proposes': {
      if (outcome === 'reports' && asksOwn(plain)) return undefined;
      const passed = passedOn(text, plain, outcome === 'proposes' ? 'propose' : 'complain');
      const isToldAnew = 'command' in passed && passed.command.text !== undefined && open?.expects !== 'confirmation'; // 对,记上 is no text
      return isToldAnew ? passed : undefined;
    }
    default:
      return undefined;
  }
}

/** So far what may be danger has to be believed to go to the supervisors at once. */
const REPORTED = 0.5;
/** What only shows something, or asks for digits first. */
const SHOWN: Partial<Record<Outcome, CommandName>> = { receipt: 'receipt', again: 'repeat', help: 'help', disowns: 'disownBallot' };
const DISOWNS = /[不没莫谁别]|冒|\b(?:not|didn't|never|who|someone|somebody)\b/;
/** What is asked about before it is done. */
const CONFIRMED: Partial<Record<Outcome, CommandName>> = { stops: 'stop', starts: 'start', person: 'person', register: 'requestMembership' };
