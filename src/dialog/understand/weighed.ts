import { INTENTS } from '../command.ts';
import type { Talk } from '../talk.ts';
import { takesPicks } from './answerTo.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { hashed } from './guess.ts';
import { itemsOf } from './inOrOut.ts';
import { type Believed, type Judgement, TRUST_FEATURES } from './judgement.ts';
import { ABOUT_PROJECTS, passedOn } from './meant.ts';
import type { Mentions } from './mentions.ts';
import { beginningOf } from './normalise.ts';
import { foldedTo, type Outcome, outcomeFeatures, outcomeOf, placeOf, type Situation, situationOf, standingIn } from './outcome.ts';
import { readBack, shownIn } from './readBack.ts';
import { asksAtAll, NOISE, type Said, weight } from './said.ts';
import { INSULTS } from './unsaid.ts';

/**
 * Where the patterns found nothing in a message that follows another one, what was learnt from conversations is told, asked about or read back. So are picks
 * where a proposal was found in a message that names a project of the ballot. Nothing is recorded by it: picks are read back, the rest is asked about.
 */
export function weighed(meaning: Meaning, said: Said, talk: Talk): Meaning {
  const { open, vocabulary, ballot } = said;
  const { judgement } = vocabulary;
  const plain = beginningOf(said.plain);
  const mentions = said.mentionsOf(plain);
  if (isReadBack(meaning) && isMoreNamed(mentions, plain)) return UNKNOWN;
  if (givesUpOne(meaning, mentions, said)) return weighed(UNKNOWN, said, talk);
  const isProposal = meaning.kind === 'near' && meaning.command.name === 'propose' && ballot.length > 0 && mentions.all.length > 0;
  if (
    (meaning.kind !== 'unknown' && !isProposal) ||
    talk.unclear ||
    Object.keys(talk).length === 0 ||
    judgement.outcomes.length === 0 ||
    open?.expects === 'code' ||
    open?.expects === 'freeText' ||
    saysNoWords(said)
  )
    return meaning;
  const situation = situationOf(said, plain, mentions, talk);
  const believed = believedOf(judgement.chancesOf(outcomeFeatures(situation)), judgement.outcomes, meaning, situation);
  const trust = judgement.trustIn(believed);
  const best = trust.indexOf(Math.max(...trust));
  const outcome = believed[best]?.outcome;
  if (outcome === undefined || outcome === 'nothing' || (trust[best] ?? 0) < BELIEVED) return meaning;
  if (isProposal && outcome !== 'picks') return meaning;
  if (meaning.kind === 'unknown' && meaning.supposed && meaning.supposed !== outcome) return meaning; // they disagree: it is asked about
  return meaningOf(outcome, situation, said, isProposal) ?? meaning;
}

const UNKNOWN: Meaning = { kind: 'unknown' };
/** Chosen by writers of whom nothing was learnt (docs/understanding.md). */
const BELIEVED = 0.5;

/** Digits that were not understood, or a keyword alone. A card's digits are nobody's words. */
function saysNoWords({ plain, vocabulary }: Said): boolean {
  const found = keywordIn(plain, vocabulary);
  return /^[\s\d\p{P}]*$|\d{6}/u.test(plain) || (found?.isWhole === true && !found.keyword.isNear);
}

function isReadBack(meaning: Meaning): boolean {
  return meaning.kind === 'named' || (meaning.kind === 'answer' && meaning.answer.type === 'NAMED');
}

/** 监控那个还有◇, ◇还有那个天王, 头一个是…第二个是…: beside what was found something else is named that was not. */
function isMoreNamed({ masked }: Mentions, plain: string): boolean {
  return MORE_NAMED.test(masked) || LISTS.test(plain);
}

/** 空调莫要,电费哪个给: one of the picks that are read back is given up, and nothing of that was found. */
function givesUpOne(meaning: Meaning, { all, masked }: Mentions, said: Said): boolean {
  const isTold = meaning.kind === 'intent' || (meaning.kind === 'command' && meaning.command.name === 'projects');
  const shown = shownIn(said)?.numbers ?? [];
  return isTold && all.some((number) => shown.includes(number)) && GIVEN_UP.test(masked);
}

const GIVEN_UP = /◇(?:就|我|那个)*(?:莫要|不要|莫投|不投|不选)/;
const LISTS = /(?:头一|第一)个是.+第二个是/;

const MORE_NAMED = /(?:的|那个)[\s,，]*(?:还有|再加|外加)(?:那个)?◇|◇[\s,，]*(?:还有|外加)那个(?![^◇]*◇)|的加[^◇,，。]{2,8}的?再?加◇/u;

/** The likeliest outcomes, the one that was found and none at all, each with what speaks for it. */
export function believedOf(chances: Float64Array, outcomes: Judgement['outcomes'], meaning: Meaning, situation: Situation): Believed[] {
  const found = outcomeOf(meaning);
  const order = outcomes.map((_, at) => at).sort((one, other) => (chances[other] ?? 0) - (chances[one] ?? 0));
  const likeliest = order.slice(0, LIKELIEST).flatMap((at) => outcomes[at] ?? []);
  const place = placeOf(situation);
  const asks = asksAtAll(situation.plain);
  const length = Math.min(5, Math.floor(weight(situation.plain) / 6));
  const isNone = found === 'nothing';
  return [...new Set<Outcome>([...likeliest, found, 'nothing'])].map((outcome) => {
    const chance = Math.log((chances[outcomes.indexOf(outcome)] ?? 0) + LEAST_CHANCE);
    const signs: [number, number][] = [];
    const add = (name: string, amount = 1) => signs.push([foldedTo(TRUST_FEATURES, hashed(name)), amount]);
    add('chance', chance);
    add(`chance|${outcome === 'nothing'}`, chance);
    add(`chance||${isNone}`, chance);
    add(`outcome${outcome}`);
    if (outcome === found) {
      for (const name of [
        '',
        found,
        found + meaning.kind,
        place,
        found + place,
        `asks${asks}${isNone}`,
        `length${length}${isNone}`,
        `${likeliest[0]}|${found}`,
        meaning.kind,
      ])
        add(`found${name}`);
      add('found', chance);
    } else {
      add(`other${found}`);
      add(`chance${found}`, chance / 3);
      add(`other${outcome}|${found}`);
      if (outcome === 'nothing') {
        add(`none${place}`);
        add(`none|${likeliest[0]}`);
      }
    }
    return { outcome, signs };
  });
}

const LIKELIEST = 4;
const LEAST_CHANCE = 1e-3;

/**
 * The projects that are likely picks after a message, read back if that is sure of all of them together; undefined if it is not, or if the message does not say
 * what would change: each one that comes is wanted, each one that goes is named with a word that takes it away. Where a proposal was found, picks only come (`isOnlyMore`).
 */
function picksAfter(situation: Situation, said: Said, isOnlyMore: boolean): Meaning | undefined {
  const { vocabulary, ballot } = said;
  const { mentions, talk, plain } = situation;
  if (isMoreNamed(mentions, plain) || UNCERTAIN.test(mentions.masked)) return undefined;
  const items = itemsOf(situation, UNKNOWN).map(({ number, features }) => ({ number, chance: vocabulary.judgement.isIn(features) }));
  const numbers = items.filter(({ number, chance }) => chance > 0.5 && ballot.some((option) => option.number === number)).map(({ number }) => number);
  const sure = items.reduce((all, { number, chance }) => all * (numbers.includes(number) ? chance : 1 - chance), 1);
  if (numbers.length === 0 || sure < READ_BACK) return undefined;
  const standing = standingIn(situation);
  if (standing.length === 0 && asksAtAll(plain)) return undefined;
  if (areSame(numbers, standing) && (talk.picks?.isCast || shownIn(said))) return undefined;
  const added = numbers.filter((number) => !standing.includes(number));
  const dropped = standing.filter((number) => !numbers.includes(number));
  const areWanted = added.every((number) => !mentions.all.includes(number) || mentions.wanted.includes(number));
  const areAllIn = mentions.all.every((number) => standing.includes(number) || numbers.includes(number));
  const areNamed = dropped.every((number) => mentions.all.includes(number)) || dropped.length === standing.length;
  const isTaken =
    dropped.length === 0 ||
    (!isOnlyMore && TAKES_AWAY.test(mentions.masked) && (added.length > 0 || !asksAtAll(plain) || GIVEN_UP.test(mentions.masked)));
  if (added.length === 0 && WANTS_ANOTHER.test(mentions.masked)) return undefined;
  return areWanted && areAllIn && areNamed && isTaken ? changedTo(numbers, situation, said) : undefined;
}

const READ_BACK = 0.75;
/** 把7换成11, 投3还是7. */
const UNCERTAIN = /\d(?!个)|还是|或者|要么|\bor\b/;
/** 不要◇,要另一个: what comes for it was not found. */
const WANTS_ANOTHER = /另|换|改|(?<![不莫别])要(?!了)|\b(?:replace|swap|change|switch|instead|with|for)\b/;
const TAKES_AWAY =
  /[不减少舍换改让删撤倒错]|(?<![进上出])去|看成|算了|[别莫]|\b(?:not?|don't|drop|remove|without|instead|swap|change|replace|switch|for|out|off|rather)\b/;

function changedTo(numbers: readonly number[], situation: Situation, said: Said): Meaning {
  const standing = standingIn(situation);
  const added = numbers.filter((number) => !standing.includes(number));
  const dropped = standing.filter((number) => !numbers.includes(number));
  const isChange = standing.length > 0 && dropped.length + added.length > 0;
  return readBack(said, numbers, isChange ? { change: { added, dropped } } : {});
}

/** What is done for an outcome that the patterns have not found; undefined if nothing can be done for it without a word that is exact. */
function meaningOf(outcome: Outcome, situation: Situation, said: Said, isOnlyMore: boolean): Meaning | undefined {
  const { plain, text, open } = said;
  const { mentions, talk } = situation;
  const isAgain = talk.meant?.outcome === outcome && mentions.all.length === 0; // why these? is no list
  const of =
    mentions.all.length > 0 ? [...mentions.all] : talk.topic?.about === 'project' && talk.topic.number !== undefined ? [talk.topic.number] : [];
  if (outcome === 'picks') {
    const mayTake = !open || takesPicks(open) || open.expects === 'choice' || open.expects === 'confirmation';
    return situation.isVoting && mayTake ? picksAfter(situation, said, isOnlyMore) : undefined;
  }
  if (NOISE.test(plain) || INSULTS.test(plain)) return undefined;
  const intent = INTENTS.find((each) => each === outcome);
  if (intent) return { kind: 'intent', intent, numbers: ABOUT_PROJECTS.has(intent) ? of : [] };
  switch (outcome) {
    case 'left':
      return open?.expects === 'confirmation' ? { kind: 'answer', answer: { type: 'NO' } } : { kind: 'intent', intent: 'pause', numbers: [] };
    case 'project':
      return of.length === 1 && !isAgain ? { kind: 'command', command: { name: 'projects', numbers: of } } : undefined;
    case 'list':
      return isAgain ? undefined : { kind: 'command', command: { name: 'projects' } };
    case 'progress':
      return isAgain ? undefined : { kind: 'command', command: { name: 'progress', ...(mentions.all.length > 0 && { numbers: mentions.all }) } };
    case 'receipt':
      return { kind: 'command', command: { name: 'receipt' } };
    case 'again':
      return { kind: 'command', command: { name: 'repeat' } };
    case 'help':
      return { kind: 'command', command: { name: 'help' } };
    case 'passes':
    case 'reports':
    case 'proposes': {
      const passed = passedOn(text, plain, outcome === 'proposes' ? 'propose' : 'complain');
      const isToldAnew = 'command' in passed && passed.command.text !== undefined && open?.expects !== 'confirmation'; // 对,记上 is no text
      return isToldAnew ? passed : undefined;
    }
    case 'stops':
      return { kind: 'near', command: { name: 'stop' } };
    case 'starts':
      return { kind: 'near', command: { name: 'start' } };
    case 'person':
      return { kind: 'near', command: { name: 'person' } };
    case 'register':
      return { kind: 'near', command: { name: 'requestMembership' } };
    case 'disowns':
      return { kind: 'command', command: { name: 'disownBallot' } }; // digits are asked for
    default:
      return undefined;
  }
}

function areSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((number) => others.includes(number));
}
