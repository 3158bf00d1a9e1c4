import { INTENTS } from '../command.ts';
import type { Talk } from '../talk.ts';
import { answerTo, takesPicks } from './answerTo.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { hashed } from './guess.ts';
import { itemsOf } from './inOrOut.ts';
import { type Believed, type Judgement, TRUST_FEATURES } from './judgement.ts';
import { ABOUT_PROJECTS, passedOn } from './meant.ts';
import { beginningOf } from './normalise.ts';
import { foldedTo, type Outcome, outcomeFeatures, outcomeOf, placeOf, type Situation, situationOf, standingIn } from './outcome.ts';
import { picksIn, readBack, shownIn } from './readBack.ts';
import { asksAtAll, NOISE, type Said, weight } from './said.ts';
import { titleAt } from './titleAt.ts';
import { INSULTS } from './unsaid.ts';
import { yesBeside } from './yesBeside.ts';

/**
 * What the patterns found (`meaning`) is weighed against what was learnt from conversations: what is unlikely is not done, what is likely and was not found is told,
 * asked about or read back. Commands, numbers and answers that are exact stand. Nothing is recorded by it: picks are read back, the rest is asked about.
 */
export function weighed(meaning: Meaning, said: Said, talk: Talk): Meaning {
  const { open, vocabulary } = said;
  const { judgement } = vocabulary;
  if (
    meaning.kind !== 'unknown' ||
    talk.unclear ||
    Object.keys(talk).length === 0 ||
    judgement.outcomes.length === 0 ||
    open?.expects === 'code' ||
    open?.expects === 'freeText' ||
    isExact(meaning, said)
  )
    return meaning;
  const plain = beginningOf(said.plain);
  const situation = situationOf(said, plain, said.mentionsOf(plain), talk);
  const chances = judgement.chancesOf(outcomeFeatures(situation));
  const chanceOf = (outcome: Outcome) => chances[judgement.outcomes.indexOf(outcome)] ?? 0;
  const found = outcomeOf(meaning);
  const shown = shownIn(said)?.numbers;
  if (shown && found === 'nothing' && !talk.unclear && chanceOf('yes') >= SURELY_YES && yesBeside(situation.mentions, shown))
    return { kind: 'answer', answer: { type: 'YES' } };
  const believed = believedOf(chances, judgement.outcomes, meaning, situation);
  const trust = judgement.trustIn(believed);
  const best = trust.indexOf(Math.max(...trust));
  const outcome = believed[best]?.outcome ?? found;
  const share = trust[best] ?? 0;
  const ofFound = trust[believed.findIndex((each) => each.outcome === found)] ?? 0;
  const isKept = ofFound >= (OF_PICKS.has(found) ? KEPT_PICKS : KEPT);
  if (found === 'reports' && (outcome === found || chanceOf(found) > NO_DANGER)) return meaning;
  if (outcome === found) return isKept || found === 'nothing' ? ofPicks(meaning, situation, said) : UNKNOWN;
  if (outcome !== 'nothing' && share < (ASKED_ABOUT.has(outcome) ? ASKED : TOLD)) return isKept ? ofPicks(meaning, situation, said) : UNKNOWN;
  return outcome === 'nothing' ? UNKNOWN : (meaningOf(outcome, situation, said) ?? (found === 'nothing' ? meaning : UNKNOWN));
}

const UNKNOWN: Meaning = { kind: 'unknown' };
/** Chosen by writers of whom nothing was learnt (docs/understanding.md). */
const SURELY_YES = 0.9;
const KEPT = 0.4;
const KEPT_PICKS = 0.5;
const TOLD = 0.5;
const ASKED = 0.5;
const NO_DANGER = 0.02;
const OF_PICKS: ReadonlySet<Outcome> = new Set<Outcome>(['picks', 'yes']);

/** What is said in whole: a command, digits, a bare answer, two wishes that were both understood. */
function isExact(meaning: Meaning, { plain, open, ballot, vocabulary }: Said): boolean {
  if (/^[\s\d\p{P}]*$/u.test(plain) || ('asked' in meaning && meaning.asked)) return true;
  const found = keywordIn(plain, vocabulary);
  if (found?.isWhole && !found.keyword.isNear) return true;
  if (meaning.kind === 'command') return meaning.command.name === 'vote' || meaning.command.card !== undefined;
  if (meaning.kind !== 'answer') return false;
  const { type } = meaning.answer;
  if (type !== 'YES' && type !== 'NO') return type !== 'NAMED' && type !== 'NUMBERS';
  return (
    open !== undefined &&
    open.expects !== 'freeText' &&
    answerTo(open, plain, vocabulary, titleAt([], vocabulary.book.isCommon), ballot.length > 0)?.type === type
  );
}

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

/** Picks that the patterns found stand if each of them is likely in, and all else out; else those are read back that are. */
function ofPicks(meaning: Meaning, situation: Situation, said: Said): Meaning {
  if (outcomeOf(meaning) !== 'picks' || !situation.isVoting) return meaning;
  const { numbers, sure, of } = picksAfter(situation, meaning, said);
  const read = picksIn(meaning) ?? [];
  if (areSame(read, numbers) || (new Set(read).size > MOST_PICKS && numbers.length !== MOST_PICKS)) return meaning;
  if (numbers.length > 0 && sure >= READ_INSTEAD) return changedTo(numbers, situation, said);
  return of(read) >= READ_AT_ALL ? meaning : UNKNOWN;
}

/** More than so many are refused anyway in most cycles: what was taken for them is not put right. */
const MOST_PICKS = 3;
const READ_INSTEAD = 0.6;
const READ_AT_ALL = 0.1;
const READ_ANEW = 0.7;

/** The projects that are likely picks after a message, how sure that is of all of them together, and the same of any others. */
function picksAfter(situation: Situation, meaning: Meaning, { vocabulary, ballot }: Said) {
  const items = itemsOf(situation, meaning).map(({ number, features }) => ({ number, chance: vocabulary.judgement.isIn(features) }));
  const of = (numbers: readonly number[]) => items.reduce((all, { number, chance }) => all * (numbers.includes(number) ? chance : 1 - chance), 1);
  const numbers = items.filter(({ number, chance }) => chance > 0.5 && ballot.some((option) => option.number === number)).map(({ number }) => number);
  return { numbers, of, sure: of(numbers) };
}

function changedTo(numbers: readonly number[], situation: Situation, said: Said): Meaning {
  const standing = standingIn(situation);
  const added = numbers.filter((number) => !standing.includes(number));
  const dropped = standing.filter((number) => !numbers.includes(number));
  const isChange = standing.length > 0 && dropped.length + added.length > 0;
  return readBack(said, numbers, isChange ? { change: { added, dropped } } : {});
}

/** What is done for an outcome that the patterns have not found; undefined if nothing can be done for it without a word that is exact. */
function meaningOf(outcome: Outcome, situation: Situation, said: Said): Meaning | undefined {
  const { plain, text, open } = said;
  const { mentions, talk } = situation;
  const of =
    mentions.all.length > 0 ? [...mentions.all] : talk.topic?.about === 'project' && talk.topic.number !== undefined ? [talk.topic.number] : [];
  if (outcome === 'picks') {
    if (!situation.isVoting || (open && !takesPicks(open) && open.expects !== 'choice' && open.expects !== 'confirmation')) return undefined;
    const { numbers, sure } = picksAfter(situation, UNKNOWN, said);
    const isAsItIs = areSame(numbers, standingIn(situation)) && (talk.picks?.isCast || shownIn(said));
    return numbers.length > 0 && !isAsItIs && sure >= READ_ANEW ? changedTo(numbers, situation, said) : undefined;
  }
  if (NOISE.test(plain) || INSULTS.test(plain)) return undefined;
  const intent = INTENTS.find((each) => each === outcome);
  if (intent) return { kind: 'intent', intent, numbers: ABOUT_PROJECTS.has(intent) ? of : [] };
  switch (outcome) {
    case 'left':
      return open?.expects === 'confirmation' ? { kind: 'answer', answer: { type: 'NO' } } : { kind: 'intent', intent: 'pause', numbers: [] };
    case 'project':
      return of.length === 1 ? { kind: 'command', command: { name: 'projects', numbers: of } } : undefined;
    case 'list':
      return { kind: 'command', command: { name: 'projects' } };
    case 'progress':
      return { kind: 'command', command: { name: 'progress', ...(mentions.all.length > 0 && { numbers: mentions.all }) } };
    case 'receipt':
      return { kind: 'command', command: { name: 'receipt' } };
    case 'again':
      return { kind: 'command', command: { name: 'repeat' } };
    case 'help':
      return { kind: 'command', command: { name: 'help' } };
    case 'passes':
    case 'reports':
      return passedOn(text, plain, 'complain');
    case 'proposes':
      return passedOn(text, plain, 'propose');
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

/** What is asked about before it is done. */
const ASKED_ABOUT: ReadonlySet<Outcome> = new Set<Outcome>([
  'passes',
  'reports',
  'proposes',
  'stops',
  'starts',
  'person',
  'register',
  'picks',
  'left',
  'pause',
  'manners',
]);

function areSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((number) => others.includes(number));
}
