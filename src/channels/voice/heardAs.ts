import type { Interpretation, Understood } from '../../dialog/input.ts';
import type { Answer, Question } from '../../dialog/question.ts';
import type { MayBeSaid } from '../../dialog/understand/byEar.ts';
import type { Meaning } from '../../dialog/understand/commandIn.ts';
import type { SaidRole } from '../../dialog/understand/vocabulary.ts';
import type { Alternative, Heard, Here, Own } from './callState.ts';
import { numbersOf, optionsOf } from './callState.ts';
import { MOST_UNHEARD } from './listening.ts';
import { goOnKeyed, hashed, numbersAt, read, readingKeyed, readingTaken, readsBack } from './numberKeys.ts';
import { answered, aside, asks, command, meant, repeat, spoken } from './stepReply.ts';

/** Below it, a way to write it down is not looked at; together those of one meaning need more, and a yes that casts still more. */
const [LEAST, TOGETHER, SURE] = [0.05, 0.3, 0.4];
/** A yes casts only if it is so many times likelier than a no, and one way to write it is so likely by itself: the ways to say yes are many. */
const [CLEARLY, ONE_WAY] = [3, 0.25];
/** Nobody says so many characters on a phone to a machine that asks; a television does. Of more than some it has to be surer that somebody says them to us. */
const [MOST_CHARACTERS, SOME_CHARACTERS, SURE_OF_MORE] = [24, 14, 0.5];

/**
 * What somebody said on a line that hears words, by the likeliest way to write it down that means something here. Picks are always read back as a whole, and
 * count after a key or a yes. Nothing is cast, stopped or deleted by it alone.
 */
export function heardAs(here: Here, heard: Heard, understood: Understood): Interpretation {
  if (heard === 'failed') return unheard(here, MOST_UNHEARD);
  const { unheard: before = 0, ...rest } = here.callState;
  const at = { ...here, callState: { ...rest, silences: 0 } };
  const meant = weightiest(heard.filter(isLikely).flatMap((one) => meantBy(at, one, understood) ?? []));
  return meant ?? unheard(here, before + 1);
}

/** What one way to write it down means, and what that is worth. */
interface Meant {
  readonly interpretation: Interpretation;
  readonly worth: number;
}

/** By its words, else by what they sound like. */
function meantBy(here: Here, one: Alternative, understood: Understood): Meant | undefined {
  const { confidence = 1 } = one;
  const exact = saidAs(here, one, understood);
  if (exact) return { interpretation: exact, worth: confidence };
  const like = understood.like(one.text, mayBeSaid(here));
  const guessed = like && saidAs(here, { ...one, text: like.text, ...(like.off > 0 && { isGuess: true }) }, understood);
  return guessed && { interpretation: guessed, worth: confidence * (1 - like.off) };
}

/** What most ways to write it down come to; undefined if they are not worth enough together, or it is a yes that is not clearly likelier than a no. */
function weightiest(meant: readonly Meant[]): Interpretation | undefined {
  const sums = new Map<string, number>();
  const kindOf = ({ interpretation }: Meant) => JSON.stringify('meaning' in interpretation ? interpretation.meaning : interpretation.reply);
  const sumOf = (one: Meant) => sums.get(kindOf(one)) ?? 0;
  for (const one of meant) sums.set(kindOf(one), sumOf(one) + one.worth);
  const [best] = meant.toSorted((one, other) => sumOf(other) - sumOf(one));
  if (!best || sumOf(best) < TOGETHER) return undefined;
  const [no] = meant.filter(isAnswer('NO'));
  const isCertain =
    sumOf(best) >= SURE &&
    best.worth >= ONE_WAY &&
    !meant.some((one) => isAnswer('NO')(one) && one.worth >= TOGETHER) &&
    (!no || sumOf(best) > CLEARLY * sumOf(no));
  return isAnswer('YES')(best) && !isCertain ? undefined : best.interpretation;
}

function isAnswer(type: 'YES' | 'NO') {
  return ({ interpretation }: Meant) =>
    'meaning' in interpretation && interpretation.meaning.kind === 'answer' && interpretation.meaning.answer.type === type;
}

/** Of what was heard, what is looked at: as it was written down, or what that sounds like. */
interface Said extends Alternative {
  readonly isGuess?: true;
}

function isLikely({ text, confidence = 1 }: Alternative): boolean {
  const characters = text.match(/\p{Script=Han}|[\p{Script=Latin}\p{N}']+/gu)?.length ?? 0;
  return characters <= MOST_CHARACTERS && confidence >= (characters > SOME_CHARACTERS ? SURE_OF_MORE : LEAST);
}

/** Asks again, and after the second time for keys, without blame. */
function unheard(here: Here, times: number): Interpretation {
  const why = times >= MOST_UNHEARD ? 'heard.byKeys' : 'heard.again';
  return asks({ ...here, callState: { ...here.callState, unheard: times } }, [{ key: why }], 'Missed');
}

/** What these words mean here; undefined if nothing. */
function saidAs(here: Here, one: Said, understood: Understood): Interpretation | undefined {
  const said = understood.said(one.text);
  if (said === 'saidPerson') return command(here, 'person');
  if (said === 'saidRepeat') return repeat(here);
  if (said === 'saidMenu') return command(here, 'menu');
  const own = here.callState.asked;
  const asked = here.open?.asked;
  const bySelf = own ? toOwn(here, own, said) : asked && said && toFlow(here, asked, said, one);
  if (bySelf) return bySelf;
  const meaning = understood.meaning(one.text, asked);
  return byMeaning(here, meaning, one);
}

/** Words in the place of a key, for what this machine asks by itself. */
function toOwn(here: Here, own: Own, said: SaidRole | undefined): Interpretation | undefined {
  const hasPicks = numbersOf(here).picks.length > 0;
  const isYes = said === 'saidYes' || said === 'saidTake';
  const isNo = said === 'saidNo' || said === 'saidNext';
  if (own === 'afterCast' || own === 'after') {
    if (own === 'afterCast' && said === 'saidChange') return command(here, 'vote');
    return isNo || said === 'saidDone' ? spoken({ says: [{ key: 'voice.bye' }] }, here.callState) : undefined;
  }
  if (own === 'goOn') return isYes ? goOnKeyed(here, '1') : isNo ? goOnKeyed(here, '2') : undefined;
  if (own === 'speakAgain') return undefined; // a recording is asked for
  if (said === 'saidDone') return hasPicks ? readsBack(here, []) : hashed(here);
  if (said === 'saidListen') return read(here);
  if (own === 'project') return isYes ? readingTaken(here) : isNo ? readingKeyed(here, '2') : undefined;
  return own === 'listEnd' && said === 'saidNext' ? readingKeyed(here, '2') : undefined;
}

/** Words in the place of a key, for what a flow asks. */
function toFlow(here: Here, asked: Question, said: SaidRole, one: Said): Interpretation | undefined {
  if (asked.expects === 'confirmation') {
    if (said === 'saidYes' || said === 'saidDone' || said === 'saidTake') return isSureYes(one) ? answered(here, { type: 'YES' }) : undefined;
    if (said === 'saidNo') return answered(here, { type: 'NO' });
  }
  if (asked.expects !== 'numbers') return undefined;
  if (said === 'saidListen') return read(here);
  return said === 'saidNumber' ? asks(numbersAt(here, { picks: [] }, 'number'), []) : undefined;
}

/** A yes that may cast. No more may have been said than the word: 不对, of which only 对 was heard. */
function isSureYes({ isLonger, isGuess }: Said): boolean {
  return !isLonger && !isGuess;
}

/** What may be said here in the place of a key, in groups that count as the same, and what can be picked. */
function mayBeSaid({ callState: { asked: own }, open }: Here): MayBeSaid {
  const asked = open?.asked;
  const options =
    optionsOf(open).length > 0 ? optionsOf(open) : asked && 'options' in asked && asked.expects === 'confirmation' ? (asked.options ?? []) : [];
  return { roles: [...ALWAYS, ...(own ? BY_SELF[own] : asked ? (BY_FLOW[asked.expects] ?? []) : [])], options: own === 'speakAgain' ? [] : options };
}

type Roles = MayBeSaid['roles'];
const ALWAYS: Roles = [['saidPerson'], ['saidRepeat'], ['saidMenu']];
const [YES_NO, PICKING]: [Roles, Roles] = [
  [
    ['saidYes', 'saidTake'],
    ['saidNo', 'saidNext'],
  ],
  [['saidDone'], ['saidListen']],
];
const BY_SELF: Readonly<Record<Own, Roles>> = {
  ...{ number: PICKING, more: PICKING, last: PICKING, speakAgain: [], project: YES_NO, goOn: YES_NO },
  listEnd: [...PICKING, ['saidNext']],
  afterCast: [['saidChange'], ['saidNo', 'saidDone']],
  after: [['saidNo', 'saidDone']],
};
const BY_FLOW: Partial<Record<Question['expects'], Roles>> = {
  confirmation: [['saidYes', 'saidDone', 'saidTake'], ['saidNo']],
  numbers: [['saidListen'], ['saidNumber']],
};

function byMeaning(here: Here, meaning: Meaning, one: Said): Interpretation | undefined {
  switch (meaning.kind) {
    case 'unknown':
      return undefined;
    case 'intent':
    case 'ownAnswer':
      return (one.confidence ?? 1) >= SURE_OF_MORE ? aside(here, meaning) : undefined;
    case 'numbers':
    case 'named':
      return optionsOf(here.open).length > 0 ? readsBack(here, meaning.numbers) : meant(here, meaning);
    case 'near':
      return meant(here, { kind: meaning.command.text === undefined ? 'near' : 'command', command: withoutText(meaning.command) });
    case 'command':
      return meaning.command.name === 'repeat' ? repeat(here) : meant(here, { kind: 'command', command: withoutText(meaning.command) });
    case 'answer':
      return byAnswer(here, meaning.answer, one);
  }
}

/** What a text would carry is spoken after a tone: a machine's words are a draft, not the person's. */
function withoutText<Carrying extends { readonly text?: string }>({ text: _, ...command }: Carrying): Omit<Carrying, 'text'> {
  return command;
}

function byAnswer(here: Here, answer: Answer, one: Said): Interpretation | undefined {
  const asked = here.open?.asked;
  switch (answer.type) {
    case 'NAMED':
    case 'NUMBERS':
      if (here.callState.asked || asked?.expects === 'numbers') return readsBack(here, answer.numbers);
      return answered(here, { ...answer, type: 'NAMED', numbers: withShown(asked, answer, one.text) });
    case 'YES':
      return isSureYes(one) && !here.callState.asked ? answered(here, answer) : undefined;
    case 'CHOSE':
      return asked?.expects === 'choice' && !asked.bindsAtOnce && !here.callState.asked ? answered(here, answer) : undefined;
    case 'NO':
      return here.callState.asked ? undefined : answered(here, answer);
    default:
      return undefined;
  }
}

/** While picks are read back, of which more are allowed, another title is one more. What denies or changes them is not. */
function withShown(asked: Question | undefined, answer: Extract<Answer, { numbers: number[] }>, text: string): number[] {
  const { picks, max } = asked?.params ?? {};
  const shown = Array.isArray(picks) ? picks.flatMap((pick) => (typeof pick === 'object' ? [pick.number] : [])) : [];
  const together = [...new Set([...shown, ...answer.numbers])];
  const isChange = ('change' in answer && answer.change !== undefined) || /[不没错换改只]|\b(?:no|not|wrong|only|change)\b/i.test(text);
  return isChange || typeof max !== 'number' || together.length > max ? answer.numbers : together;
}
