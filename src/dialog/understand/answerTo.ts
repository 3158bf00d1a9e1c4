import { digitsOf } from '../../store/numerals.ts';
import type { Answer, Question } from '../question.ts';
import { normalise } from './normalise.ts';
import { gapEnd, type Picks, picksIn, scan, trimmed } from './scan.ts';
import type { TitleAt } from './titleAt.ts';
import type { Role, Vocabulary } from './vocabulary.ts';

type Asked<Expects extends Question['expects']> = Extract<Question, { expects: Expects }>;

/** How many other characters an answer may have beside a title: 那个花园好一点. */
const TOLERANCE = 6;
/**
 * A phone number, whatever is written around it: "+86 138 0000 0001", "138-0000-0001". Shorter numbers are cards, or the carrier's own
 * services.
 */
const PHONE = /(?<![\d+])(?:\+\d(?:[ -]?\d){8,14}|\d(?:[ -]?\d){9,14})(?![\d])/;
/** What may stand between a "no" and the new pick that follows it: "不对,3 7". */
const PAUSE = /[,;.!。、]|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/u;

/** Whether picks are an answer to this question. */
export function takesPicks(question: Question | undefined): boolean {
  return question?.expects === 'numbers' || (question?.expects === 'confirmation' && question.options !== undefined);
}

/**
 * What a normalised message means as the answer to this question; undefined if it does not fit. While voting is open (`isVoting`), a number answers a
 * menu only alone and bare: 2号 is about projects.
 */
export function answerTo(
  question: Exclude<Question, Asked<'freeText'>>,
  plain: string,
  vocabulary: Vocabulary,
  titleAt: TitleAt,
  isVoting: boolean,
): Answer | undefined {
  switch (question.expects) {
    case 'choice':
      return chosen(question, plain, vocabulary, titleAt, isVoting) ?? (consistsOf(plain, vocabulary, 'more') ? { type: 'MORE' } : undefined);
    case 'numbers':
      if (consistsOf(plain, vocabulary, 'afresh')) return { type: 'AFRESH' };
      return consistsOf(plain, vocabulary, 'more') ? { type: 'MORE' } : picked(plain, vocabulary, titleAt);
    case 'confirmation':
      return confirmed(question, plain, vocabulary, titleAt);
    case 'code':
      return keyed(question, plain, vocabulary);
  }
}

function chosen({ options }: Asked<'choice'>, plain: string, vocabulary: Vocabulary, titleAt: TitleAt, isVoting: boolean): Answer | undefined {
  const labelled = options.find(({ number, label }) => saysLabel(plain, number, normalise(label), vocabulary));
  if (labelled) return { type: 'CHOSE', number: labelled.number };
  if (isVoting && isNumbered(plain, vocabulary)) return undefined;
  const picks = picksIn(plain, 0, vocabulary) ?? picksIn(plain, 0, vocabulary, titleAt);
  const [number, another] = picks && !picks.card ? picks.numbers : [];
  const isOne = number !== undefined && another === undefined && options.some((option) => option.number === number);
  return isOne ? { type: 'CHOSE', number } : undefined;
}

/** 1投票; 选1,投票,谢谢: a menu's number and what stands behind it, with nothing else but polite words. */
function saysLabel(plain: string, number: number, label: string, vocabulary: Vocabulary): boolean {
  const { core } = trimmed(plain);
  const said = core.replace(/^我?选/, '');
  const written = [String(number), numeralOf(number)].find((each) => said.startsWith(each)) ?? '';
  const at = written ? gapEnd(said, written.length) : said.length;
  const isPart = label.length > SHORTEST_LABEL && label.startsWith(trimmed(said.slice(at)).core) && said.length - at >= SHORTEST_LABEL; // 3 项目
  if (isPart) return true;
  if (!said.startsWith(label, at)) return false;
  const rest = said.slice(at + label.length);
  return gapEnd(rest, 0) === rest.length || consistsOf(rest, vocabulary, 'polite');
}

const SHORTEST_LABEL = 2;

function numeralOf(number: number): string {
  return '零一二三四五六七八九'.charAt(number) || String(number);
}

/** Whether there is a number with other words than polite ones: 选3, 2号, 第二个. */
function isNumbered(plain: string, vocabulary: Vocabulary): boolean {
  const tokens = [...scan(plain, 0, vocabulary)].filter(({ kind }) => kind !== 'gap');
  const isBare = tokens.every((token) =>
    token.kind === 'number' ? !token.text.startsWith('第') : token.kind === 'word' && token.roles.has('polite'),
  );
  return !isBare && tokens.some(({ kind }) => kind === 'number');
}

function picked(plain: string, vocabulary: Vocabulary, titleAt: TitleAt): Answer | undefined {
  const picks = picksIn(plain, 0, vocabulary) ?? picksIn(plain, 0, vocabulary, titleAt, TOLERANCE);
  return picks && asPicks(picks);
}

function asPicks({ numbers, card, isSure }: Picks): Answer | undefined {
  const isNumbered = numbers.length > 0 && !numbers.includes(0); // no project has the number 0
  return isNumbered && card === undefined ? { type: isSure ? 'NUMBERS' : 'NAMED', numbers } : undefined;
}

function confirmed({ options }: Asked<'confirmation'>, plain: string, vocabulary: Vocabulary, titleAt: TitleAt): Answer | undefined {
  if (consistsOf(plain, vocabulary, 'yes')) return { type: 'YES' };
  if (consistsOf(plain, vocabulary, 'no')) return { type: 'NO' };
  if (!options) return saysNoFirst(plain, vocabulary) ? { type: 'NO' } : undefined;
  const answer = picked(plain, vocabulary, titleAt) ?? correction(plain, vocabulary, titleAt);
  return answer?.type === 'NUMBERS' && CHANGES.test(plain) ? { ...answer, type: 'NAMED' } : answer;
}

/** 改一下,1和7: picks that change others are read back like those behind a no. */
const CHANGES = /[改换]|\bchange\b/;

/** "不是,我是说投票的事": what was asked is denied, whatever follows. */
function saysNoFirst(plain: string, vocabulary: Vocabulary): boolean {
  const pause = plain.search(PAUSE);
  return pause > 0 && consistsOf(plain.slice(0, pause), vocabulary, 'no');
}

/** "不对,3 7": a no, a pause, and the picks that were meant. They are read back, because a no stands beside them. */
function correction(plain: string, vocabulary: Vocabulary, titleAt: TitleAt): Answer | undefined {
  const pause = plain.search(PAUSE);
  if (pause < 0 || !consistsOf(plain.slice(0, pause), vocabulary, 'no')) return undefined;
  const picks = picksIn(plain, gapEnd(plain, pause), vocabulary, titleAt);
  return picks && asPicks({ ...picks, isSure: false });
}

function keyed({ length, orPhone }: Asked<'code'>, plain: string, vocabulary: Vocabulary): Answer | undefined {
  const phone = orPhone && PHONE.exec(plain)?.[0];
  if (phone) return { type: 'PHONE', phone };
  let digits = '';
  for (const token of scan(plain, 0, vocabulary)) {
    if (token.kind === 'gap') continue;
    if (token.kind === 'card') digits += token.digits;
    else if (token.kind === 'number') digits += digitsIn(token.text, token.values);
    else if (token.kind === 'foreign' && /^\d+$/.test(token.text)) digits += token.text;
    else if (token.kind !== 'word' || !(token.roles.has('polite') || token.roles.has('lead'))) return undefined;
  }
  return digits.length === length ? { type: 'CODE', digits } : undefined;
}

/** The digits as they were written, because a code may begin with 0; number words by their value. */
function digitsIn(text: string, values: readonly number[]): string {
  return /^\d+$/.test(text) ? text : (digitsOf(text) ?? values.join(''));
}

/** Whether the text has only words of this role, and polite words beside them. */
export function consistsOf(plain: string, vocabulary: Vocabulary, role: Role): boolean {
  let has = false;
  for (const token of scan(plain, 0, vocabulary)) {
    if (token.kind === 'gap') continue;
    if (token.kind !== 'word' || !(token.roles.has(role) || token.roles.has('polite'))) return false;
    has ||= token.roles.has(role);
  }
  return has;
}
