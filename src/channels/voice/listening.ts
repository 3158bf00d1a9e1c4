import type { Flowed, Interpretation, Spoken } from '../../dialog/input.ts';
import type { OpenFlow } from '../../dialog/openFlow.ts';
import type { Expected, Option, Question, Reply } from '../../dialog/question.ts';
import { numeralOf } from '../../dialog/understand/numerals.ts';
import { type CallState, optionsOf } from './callState.ts';

/** What is asked where words may answer, in the place of what is asked for keys alone. The same in other words goes by its own key. */
export const IN_WORDS: Readonly<Record<string, string>> = {
  'menu.top': 'heard.top',
  'vote.pick': 'heard.pick',
  'vote.pickMore': 'heard.pick',
  'vote.pickAgain': 'heard.pick',
  'vote.confirm': 'heard.confirm',
  'voice.number': 'heard.number',
  'voice.more': 'heard.more',
};

/** Adds, on a line that hears words, what may be said and what may be expected; not where digits prove something, nor where a choice records at once. */
export function listening(interpretation: Interpretation, open: OpenFlow | undefined): Interpretation {
  if (!('meaning' in interpretation)) return { ...interpretation, ...listensIn(interpretation, { open }) };
  return { ...interpretation, finish: (result) => listensIn(interpretation.finish(result), result) };
}

function listensIn(spoken: Spoken, { open }: Partial<Flowed>): Spoken {
  const { reply, callState: stored } = spoken;
  const { asks } = reply;
  if (!stored?.includes(HEARS) || !asks || isKeyed(asks)) return spoken; // a line that hears none reads nothing here
  const callState: CallState = JSON.parse(stored);
  if (isDeaf(callState)) return spoken;
  return { ...spoken, reply: { ...reply, ...inWords(asks), listensFor: expected(asks, open, callState) } };
}

/** In the state of a call on a line that hears words, as it is stored. */
const HEARS = '"hears":true';

/** Whether a question takes keys alone, or a recording. */
function isKeyed(asked: Question): boolean {
  return asked.expects === 'code' || asked.expects === 'freeText' || (asked.expects === 'choice' && asked.bindsAtOnce === true);
}

/** After words were not understood so often in a row, the call goes on with keys. */
export const MOST_UNHEARD = 2;

/** Whether the call goes on with keys alone. */
export function isDeaf({ unheard = 0 }: CallState): boolean {
  return unheard >= MOST_UNHEARD;
}

function inWords(asks: Question): Pick<Reply, 'asks'> {
  const key = asks.outcome === 'askConfirmation' && !mayAdd(asks) ? undefined : IN_WORDS[asks.key];
  return { asks: key ? { ...asks, key } : asks };
}

/** Whether more picks are allowed than those that are read back. */
function mayAdd({ params: { picks, max } = {} }: Question): boolean {
  return Array.isArray(picks) && typeof max === 'number' && picks.length < max;
}

type Words = readonly string[];
/** Words for keys, which a recogniser may expect at any time, and by what is asked; the likeliest group last: who calls mostly wants to vote. */
const EXPECTED: Readonly<Record<'zh' | 'en', { readonly always: Words } & Partial<Record<Question['expects'], readonly Words[]>>>> = {
  zh: {
    always: ['人工', '没听清', '再说一遍', '找人'],
    confirmation: [['就这些', '要得', '好', '是', '没错', '对头', '是的', '对的', '不', '不对头', '错了', '不是的', '不要', '不是', '对', '不对']],
    numbers: [['念给我听', '选完了', '没有了', '选好了', '就这些']],
    choice: [['提议', '进度', '查票'], ['投票']],
  },
  en: { always: ['repeat', 'a person'], confirmation: [['yes', 'no']], numbers: [["that's all"]], choice: [['vote']] },
};

/**
 * What may be expected: words, and what can be picked: by its number, what it is called as well and for short, its title. What stands last is heard most
 * readily: picks where they are asked for, words where some are there already, yes and no where they are read back, without numbers there; first stands what may
 * be said at any time. All numbers, because one alone would be heard for the others.
 */
function expected(asks: Question, open: OpenFlow | undefined, { language, numbers }: CallState): Expected[] {
  const isEnglish = language?.startsWith('en') === true;
  const { always, ...about } = EXPECTED[isEnglish ? 'en' : 'zh'];
  const options = asks.expects === 'choice' ? [] : 'options' in asks && asks.options && asks.options.length > 0 ? asks.options : optionsOf(open);
  const labels = options.map(({ label }: Option) => label);
  const titles = [...options.flatMap(({ also = [] }: Option) => also), ...(isEnglish ? [] : endsOf(labels)), ...labels];
  const anyTime: Expected = { words: always };
  const own = (about[asks.expects] ?? []).map((words): Expected => ({ words }));
  const picks: Expected = { words: [...(asks.expects === 'confirmation' ? [] : numbersOf(options, isEnglish)), ...titles], several: true };
  const isPicking = asks.expects === 'numbers' && (numbers?.picks ?? []).length === 0; // where some are there already, as many people are done
  const asked = isPicking ? [...own, picks] : [picks, ...own];
  return [anyTime, ...asked].filter(({ words }) => words.length > 0);
}

function numbersOf(options: readonly Option[], isEnglish: boolean): string[] {
  return options.map(({ number }) => (isEnglish ? `number ${number}` : `${numeralOf(number)}号`));
}

/** How titles are called for short: by their last two characters, if no other ends on them. */
function endsOf(labels: readonly string[]): string[] {
  const ends = labels.map((label) => label.match(/\p{Script=Han}(\p{Script=Han}{2})$/u)?.[1] ?? '');
  return ends.filter((end) => end !== '' && labels.filter((label) => label.endsWith(end)).length === 1);
}
