import { NUMERAL_CHARACTERS } from '../../store/numerals.ts';
import type { Option } from '../question.ts';
import type { IntentBook } from './intentBook.ts';
import { picksIn } from './scan.ts';
import { type TitleAt, titleAt } from './titleAt.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How many other characters may stand beside a title. */
const TOLERANCE = 6;

/**
 * The picks of a normalised vote in which dictation heard one word for another: 头三号和七号, 偷3, 投散七, "tou 3 he 7". Only numbers of the ballot count, and
 * nothing else may stand beside them. Undefined if there is no such slip.
 */
export function slippedPicks(plain: string, ballot: readonly Option[], vocabulary: Vocabulary): number[] | undefined {
  if (ballot.length === 0) return undefined;
  const titles = titleAt(ballot, vocabulary.book.isCommon);
  const typed = typedOut(plain, vocabulary.book);
  for (const text of [plain, typed].filter((each) => each !== undefined)) {
    const keyword = withKeyword(text);
    for (const mended of [keyword, withNumbers(keyword), withNumbers(heardAs(keyword, vocabulary.book))]) {
      if (mended === plain) continue;
      const numbers = picked(mended, titles, ballot, vocabulary) ?? pickedFirst(mended, ballot, vocabulary);
      if (numbers) return numbers;
    }
  }
  return undefined;
}

/** 投一号,爬楼梯脚杆痛: the picks come first, and then why. */
function pickedFirst(mended: string, ballot: readonly Option[], vocabulary: Vocabulary): number[] | undefined {
  const [, lead = '', picks, rest = ''] = /^([^投]{0,3})(投[^,，。.!！;；\n]+)[,，。.!！;；\n](.*)$/su.exec(mended) ?? [];
  if (!picks || TURNS.test(lead) || TURNS.test(rest) || !/\d|号|[和跟]/.test(picks)) return undefined;
  return picked(picks, () => undefined, ballot, vocabulary);
}

/** What may take the picks back, ask about them, or add another one. */
const TURNS = /[?？吗么投选改换\d]|[不莫别没](?:要|投|选|是|对)|还是|或|算了|其他|其余|别的|取消|反对|如果|[一二三四五六七八九两]号/;

function picked(mended: string, titles: TitleAt, ballot: readonly Option[], vocabulary: Vocabulary): number[] | undefined {
  const from = /投票?给?\s*/.exec(mended);
  if (from && /[不莫别没勿]/.test(mended.slice(0, from.index))) return undefined;
  const at = from && from.index <= TOLERANCE ? from.index + from[0].length : 0;
  const picks = picksIn(mended, at, vocabulary) ?? picksIn(mended, at, vocabulary, titles, TOLERANCE);
  const isOfBallot = picks?.numbers.length && !picks.card && picks.numbers.every((number) => ballot.some((option) => option.number === number));
  return isOfBallot ? [...new Set(picks.numbers)] : undefined;
}

/** 头, 偷, 透, 拖 and 骰 in the place of 投, and the letter O in the place of 投 or nothing. */
function withKeyword(plain: string): string {
  return plain
    .replace(/(?<![后前里外上下屋院码木石街笔老])[头偷透拖骰逗]票?(?=\s*(?:给|[^\s\p{P}]))/gu, '投')
    .replace(TICKED, '投')
    .replace(/(?<![a-z])o(?=\d)/g, ' ');
}

/** Marks on paper: 勾到二和三, 圈起3. */
const TICKED =
  /(?<![\d一二两三四五六七八九十几])(?:打个?[勾钩圈]|画个?[勾圈]|[勾钩圈填记])(?:[到起上个在]|一下|一哈)?\s*(?=[\d第一二两三四五六七八九十幺])/gu;

/** Characters that sound like a numeral. 就, 是, 吧 and 似 are too often meant as they are. */
const SOUNDS: Readonly<Record<string, string>> = {
  一: '衣医依伊妖腰邀夭么',
  二: '儿耳而尔',
  三: '散山伞叁删衫',
  四: '寺',
  五: '午舞屋',
  六: '留刘流柳',
  七: '拐气妻期漆齐其奇骑欺戚',
  八: '扒芭',
  九: '酒久',
};
const MEANT = new Map(Object.entries(SOUNDS).flatMap(([numeral, heard]) => [...heard].map((character) => [character, numeral] as const)));
const HEARD = [...MEANT.keys()].join('');
const NUMERALS = '一二三四五六七八九两幺\\d';
const IN_PLACE = new RegExp(
  `(?<=(?:^|[投选要和跟与加、,，\\s号给第${NUMERALS}${HEARD}]))[${HEARD}](?=(?:$|[号和跟与加、,，。\\s投${NUMERALS}${HEARD}吧嘛哈]))`,
  'gu',
);

function withNumbers(plain: string): string {
  return plain.replace(IN_PLACE, (character) => MEANT.get(character) ?? character).replace(SIGN, '号');
}

/** 投山号和旗号: before its sign, a numeral is whatever sounds like one. 符号, 账号 and 号码 do not. */
function heardAs(plain: string, { syllables }: IntentBook): string {
  return plain.replace(/(?<=^|[投选要和跟与加、,，\s号给第])\p{Script=Han}(?=号(?![码称召外]))/gu, (character) => {
    const sound = NUMERAL_CHARACTERS.has(character) ? undefined : syllables.of(character);
    return (sound && PINYIN_NUMERALS.get(sound)) || character;
  });
}

/** 三豪 is 三号. */
const SIGN = new RegExp(`(?<=[${NUMERALS}])[豪毫壕浩耗](?![升米克秒华])`, 'gu');

/** The characters of a vote that was written in pinyin: "tou san he qi" is 投三和七. Undefined if it has any other syllable. */
const PINYIN: Readonly<Record<string, string>> = {
  tou: '投',
  piao: '票',
  wo: '我',
  yao: '要',
  xuan: '选',
  gei: '给',
  he: '和',
  gen: '跟',
  hao: '号',
  yi: '一',
  er: '二',
  liang: '两',
  san: '三',
  si: '四',
  wu: '五',
  liu: '六',
  qi: '七',
  ba: '八',
  jiu: '九',
  shi: '十',
};

const PINYIN_NUMERALS = new Map(
  [...'yi er san shan si wu liu qi ba jiu shi'.split(' ').entries()].map(
    ([index, sound]) => [sound, '一二三三四五六七八九十'.charAt(index)] as const,
  ),
);

function typedOut(plain: string, { syllables }: IntentBook): string | undefined {
  if (!/[a-z]/.test(plain) || /[^\u0020-\u007e]/.test(plain)) return undefined;
  let has = false;
  let isWhole = true;
  const text = plain.replace(/[a-z]+/g, (word) => {
    const parts = syllables.split(word);
    const characters = parts?.map((part) => PINYIN[part]);
    if (!characters || characters.some((character) => character === undefined)) isWhole = false;
    else has = true;
    return characters?.join('') ?? word;
  });
  return has && isWhole ? text.replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '') : undefined;
}
