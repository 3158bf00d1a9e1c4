import type { Talk } from '../talk.ts';
import { takesPicks } from './answerTo.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { guessOf } from './guessed.ts';
import type { Said } from './said.ts';
import { picksIn } from './scan.ts';

/**
 * A ballot is cast at once only by the word for voting and numbers, or by numbers where picks were asked for: 投 3 7. Where any other word stands beside
 * them the picks are read back, whatever it says: nobody is understood so well that a ballot may follow unseen. Whoever has said no to a read-back is
 * read back the next ones, too.
 */
export function readBackUnlessBare(meaning: Meaning, { open, plain, ballot }: Said, { picks }: Talk): Meaning {
  if (meaning.kind === 'answer' && meaning.answer.type === 'NUMBERS')
    return RELATIVE.test(plain) || (open?.expects === 'numbers' && (CORRECTS.test(plain) || picks?.isLeft))
      ? { kind: 'answer', answer: { ...meaning.answer, type: 'NAMED' } }
      : meaning;
  if (meaning.kind !== 'command' || meaning.command.name !== 'vote' || !meaning.command.numbers?.length || BARE.test(plain)) return meaning;
  const { numbers, card } = meaning.command;
  if (card) return { kind: 'command', command: { ...meaning.command, unsure: true } };
  if (ballot.length === 0) return meaning; // it is told that voting is not open
  return takesPicks(open)
    ? { kind: 'answer', answer: { type: 'NAMED', numbers: [...numbers] } }
    : { kind: 'named', numbers: [...numbers], isVote: true };
}

const NUMBER =
  '(?:第?(?:\\d+|[零〇一二三四五六七八九十百两廿卅壹贰叁肆伍陆柒捌玖拾]+)[号项]?|(?:one|two|three|four|five|six|seven|eight|nine|ten)\\b)';
const BARE = new RegExp(`^(?:[\\s\\p{P}\\p{S}]*(?:投票?给?|v|vote))?(?:${NUMBER}|和|跟|与|and\\b|[\\s\\p{P}\\p{S}])*$`, 'u');

/** What is said relative to other picks: they are not known for certain. */
const RELATIVE = /[改换再还加补添去掉减不]|\b(?:also|add|too|change|instead|not)\b/;
/** 是8 4, after something else was read back. */
const CORRECTS = /^\s*(?:应该)?是/;

/**
 * The picks of a vote that has something told beside it, if it is outright: one part of the message says it in whole, with the
 * word for voting (or as the answer to the ballot), and the rest is known to take nothing of it back: a plea, thanks, an age. So is a yes to the
 * picks that were read back. Words that are not understood are asked about.
 */
export function castOutright(meaning: Meaning, said: Said): Meaning {
  const { open } = said;
  if (open?.expects === 'confirmation')
    return ASKED_ABOUT.has(meaning.kind) && agreesOutright(said) ? { kind: 'answer', answer: { type: 'YES' } } : meaning;
  const numbers = readBackIn(meaning);
  const isThanks = meaning.kind === 'intent' && meaning.intent === 'manners'; // 投2和7,辛苦你们了
  if (!(numbers || isThanks) || (open && open.expects !== 'numbers' && open.expects !== 'choice')) return meaning;
  const outright = picksOutright(said);
  if (!outright || (numbers && (outright.length !== numbers.length || !numbers.every((number) => outright.includes(number))))) return meaning;
  return takesPicks(open)
    ? { kind: 'answer', answer: { type: 'NUMBERS', numbers: outright } }
    : { kind: 'command', command: { name: 'vote', numbers: outright } };
}

const ASKED_ABOUT: ReadonlySet<Meaning['kind']> = new Set<Meaning['kind']>(['unknown', 'near', 'intent']);

function readBackIn(meaning: Meaning): readonly number[] | undefined {
  if (meaning.kind === 'named' || meaning.kind === 'numbers') return meaning.numbers;
  return meaning.kind === 'answer' && meaning.answer.type === 'NAMED' ? meaning.answer.numbers : undefined;
}

/** With more parts there is too much that could be meant by it. */
const MOST_PARTS = 9;
/** How likely the whole message has to be a yes. */
const SURELY = 0.8;

function partsOf(plain: string): string[] {
  return plain.split(PAUSE).filter(Boolean);
}

/** Behind a sign, or a blank between Chinese characters. */
const PAUSE = /(?<=[,，。.!！;；:：~…、\n])(?![,，。.!！;；:：~…、\n\d])|(?<=\p{Script=Han})(?=\s+\p{Script=Han})/u;

function picksOutright(said: Said): number[] | undefined {
  if (IN_PINYIN.test(said.plain)) return [...new Set((said.plain.match(/\d+/g) ?? []).map(Number))];
  const parts = partsOf(said.plain);
  if (parts.length < 2 || parts.length > MOST_PARTS) return undefined;
  const first = parts.findIndex((part) => pickedBy(part, said) !== undefined);
  if (first < 0) return undefined;
  let end = first + 1;
  while (end < parts.length && pickedBy(parts.slice(first, end + 1).join(''), said)) end++;
  const picked = parts.slice(first, end).join('');
  const numbers = pickedBy(picked, said);
  const before = parts.slice(0, first).join('');
  const beside = before + parts.slice(end).join('');
  if (!numbers || !isHarmless(beside, numbers)) return undefined;
  if (before && saysToVote(picked, said) === undefined && /[那这]/.test(picked)) return undefined; // 我喜欢花,三号那个
  return numbers;
}

/** wo tou 1 he 2: who votes, and the digits, typed without Chinese characters. What is left out there is read back. */
const IN_PINYIN = /^\s*wo (?:jiu )?(?:yao |xiang )?(?:tou|xuan) ?(?:gei )?\d{1,2}(?:(?: he | gen |[\s,，、]+)\d{1,2})*\s*[.!。！]?\s*$/;

/** 是的是的,麻烦你了: a plain yes, and beside it only what is known to take nothing of it back. */
function agreesOutright(said: Said): boolean {
  const [yes = '', ...rest] = partsOf(said.plain);
  if (rest.length === 0 || rest.length > MOST_PARTS || !AGREES.test(yes) || !isHarmless(rest.join(''), [])) return false;
  const { kind, chance } = guessOf(said);
  return said.open?.expects === 'confirmation' && said.open.options !== undefined && kind === 'yes' && chance >= SURELY;
}

const AGREES = /^\s*(?:(?:对头?|是|嗯|恩|没错|莫错|正确)(?:的|嘛|啊|哈|噻|呀)*|(?:yes|yeah|yep|correct))+[\s\p{P}]*$/u;

/** The numbers of the ballot that a part says for certain, each once; undefined if it says anything else. */
function pickedBy(part: string, said: Said): number[] | undefined {
  const { open, ballot, vocabulary } = said;
  const from = saysToVote(part, said);
  if (from === undefined && !takesPicks(open)) return undefined;
  const picks = picksIn(part, from ?? 0, vocabulary);
  const isOfBallot = picks?.numbers.length && picks.numbers.every((number) => ballot.some((option) => option.number === number));
  return picks?.isSure && isOfBallot && picks.card === undefined && !CHANGES.test(part) ? [...new Set(picks.numbers)] : undefined;
}

/** Where the picks begin behind the word for voting; undefined if it is not there. */
function saysToVote(part: string, { vocabulary }: Said): number | undefined {
  const found = keywordIn(part, vocabulary);
  if (found?.keyword.name === 'vote' && !found.keyword.isNear && !found.isWhole) return found.end;
  return CHOOSES.test(part) ? 0 : undefined;
}

const CHOOSES = /^\s*(?:(?:我们?|咱们?|俺)(?:就|只|要|想)*选|i (?:choose|pick|vote))/;
const CHANGES = /[改换]|重新|还是|\bchange\b/;

/** Whether all that stands beside the picks is known to change nothing: a plea, thanks, an age, or that nothing else is wanted. Any other word is not understood. */
function isHarmless(beside: string, numbers: readonly number[]): boolean {
  const told = beside.replace(CHANGES_NOTHING, '');
  const isOther = (number: number) => !numbers.includes(number);
  return !/\p{L}/u.test(told) && !(told.match(/\d+/g) ?? []).map(Number).some(isOther);
}

const CHANGES_NOTHING = new RegExp(
  [
    '谢+|多谢|感谢|辛苦|麻烦|拜托|劳烦|请|您们?|你们|同志|老师|美女|帅哥|小伙子|妹儿',
    '(?:莫|别|不要|莫要)(?:再)?(?:给?我)?(?:搞|弄|整|记|写|打|听|看)(?:错|反|混|掉|漏)了?',
    '(?:其[他它]|别|其余)的?(?:都|就|我|一概)*(?:不(?:要|选|投|考虑)|[莫没]得)了?|(?:不(?:要|选|投)|没有|[莫没]得)(?:其[他它]|别|其余)的?了?',
    '(?:帮我|给我)?(?:登?记|投)(?:的|上|到|起|好|一?下)',
    '(?:跟|和)?我(?:跟|和)?(?:屋头|家里)?(?:那个|老伴|老头子?|老婆|老公)?商量(?:过|好)了?的?',
    '我?(?:今年|都)?\\d{1,3}岁',
    '就?(?:这|那)(?:一|两|三)?个|就(?:是|这么|这样)|[啊呀嘛哈哦噢噻咯啦了的吧嗯好]',
    '\\b(?:please|thanks?|thank you|ok|okay|for me|number|only|just|that is all|from me)\\b',
  ].join('|'),
  'gu',
);
