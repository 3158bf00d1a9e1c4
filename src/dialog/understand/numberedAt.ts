import { NUMERAL_CHARACTERS, numeral } from '../../store/numerals.ts';
import type { Option } from '../question.ts';
import { LETTER, type Mention } from './names.ts';

const NUMBER =
  /(?:(?:no\.?|number|project|#)\s*)?(?:第\s*)?(\d{1,4}|[零〇一二三四五六七八九十百两廿]{1,4}|[壹贰叁肆伍陆柒捌玖拾]{1,3}(?=[号项]))(?:\s*(号项目|号|个项目|项|(?<=第.{1,5})个(?=$|[\s\p{P}第就要安巴好最不硬我和跟嘛哈可吧也是呢喃咧呗详讲说咋啥莫别去换改加留])))?/uy;
/** What counts or measures something else: 3栋, 3点, 3万; not 3 7 楼下全是泥, where a word begins. */
export const MEASURE =
  /^(?!\s+楼[上下道梯顶])\s*(?:选一|[%‰°]|[~∼〜–—-]\s*\d|[零一二三四五六七八九十](?!样)|号?[院楼栋幢门桌房线机]|单元|点|块|元|万|千|百|年|月|天|日|个|人(?!家)|岁|层|条|票|份|种|位|名|分|秒|米|斤|路|趟|次|回|遍|家|户|号(?:[线楼院门]|选手|作品|参赛|桌)|下|些|样|边|般|直|定|起|共|切|[/:-]\d|[.]\d{2,}|\s?(?:am|pm|yuan|times|days|weeks|months|people|years|th of))/;
const BEFORE_NUMBER = /[\d¥$/-]$|(?<!\.)\.$|\d:$|(?:晚|早|午|月|到|至|初|周|星期|礼拜|尾|单|之|万|千|十|百|这|那|某|每|同|统|唯|专|一|no)$/;
/** 那6不要了: so begins what is said next. */
const BEGINS_SO = /(?:^|[\s\p{P}])那$/u;

/** The project whose number stands here: 3号, 投三, no. 7. */
export function numberAt(plain: string, at: number, ballot: readonly Option[]): Mention | undefined {
  NUMBER.lastIndex = at;
  const match = NUMBER.exec(plain);
  if (!match) return undefined;
  const [text, written = '', sign] = match;
  const end = at + text.length;
  const value = /^\d/.test(written) ? Number(written) : numeral(written);
  if (value === undefined) return inRun(plain, at, ballot);
  const isLed = text.trimStart() !== written && !text.startsWith(written);
  if ((written === '两' && sign !== '号' && sign) || (written === '一' && plain.charAt(end) === '哈')) return undefined; // 两项: two of them; 一哈
  const before = plain.slice(Math.max(0, at - 2), at);
  if ((BEFORE_NUMBER.test(before) && !BEGINS_SO.test(before)) || NUMBERED.test(plain.slice(Math.max(0, at - 10), at))) return undefined;
  const counted = sign && sign !== '个' ? end - 1 : end; // 3号线
  if (MEASURE.test(plain.slice(counted))) return undefined;
  if (sign || isLed) {
    const isKnown = ballot.length === 0 ? Boolean(sign) && value < 100 : ballot.some(({ number }) => number === value);
    return isKnown ? { number: value, start: at, end } : undefined;
  }
  if (!ballot.some(({ number }) => number === value)) return undefined;
  if (!/^\d/.test(written) && !standsAlone(plain, at, end)) return undefined;
  if (LETTER.test(plain.charAt(at - 1)) || LETTER.test(plain.charAt(end))) return undefined;
  return { number: value, start: at, end };
}

/** 七八九 我都要: three numerals or more, each another one. Two are "seven or eight". */
function inRun(plain: string, at: number, ballot: readonly Option[]): Mention | undefined {
  const [ahead = ''] = /^[一二三四五六七八九]+/.exec(plain.slice(at)) ?? [];
  const [behind = ''] = /[一二三四五六七八九]*$/.exec(plain.slice(0, at)) ?? [];
  const run = behind + ahead;
  const end = at + ahead.length;
  if (run.length < 3 || new Set(run).size < run.length || plain.charAt(end) === '十' || MEASURE.test(plain.slice(end))) return undefined;
  if (!standsAlone(plain, at - behind.length, end)) return undefined;
  const number = numeral(plain.charAt(at));
  return number !== undefined && ballot.some((option) => option.number === number) ? { number, start: at, end: at + 1 } : undefined;
}

/** Something else has that number: gate 3. */
const NUMBERED = /(?:gate|room|house|courtyard|compound|yard|entrance|flat|apartment|building|block|floor|unit|door|line|bus|flight|page|table)\s*$/;

/** A numeral without a sign is only a number between such words: 投三, 三和七. In other places it is part of a word. */
function standsAlone(plain: string, at: number, end: number): boolean {
  const before = plain.slice(Math.max(0, at - 1), at);
  const after = plain.charAt(end);
  const isBefore =
    before === '' ||
    BEGINS_SO.test(plain.slice(Math.max(0, at - 2), at)) ||
    /[改换]成$/.test(plain.slice(0, at)) ||
    /[投选要是就和跟与、,，.。;；:：\s加给换改]/u.test(before) ||
    NUMERAL_CHARACTERS.has(before);
  if (/[十百千]/.test(plain.charAt(at)) && NUMERAL_CHARACTERS.has(before)) return false; // the end of 二十
  const isAfter = after === '' || /[和跟与同、,，.。;；\s!！?？吧嘛哈哦选投换改]/u.test(after) || NUMERAL_CHARACTERS.has(after);
  const isJoined =
    (/[和跟与]/.test(before) && /[要都我就可]/.test(after)) || /^(?:去掉|拿掉|先不|算了|不[要选投]|也?要(?!的)|我?也想要)/.test(plain.slice(end)); // 一和七要得, 二不要
  return isBefore && (isAfter || isJoined);
}

/** A number in words: three. "One" is too often something else. */
export function wordAt(plain: string, at: number, ballot: readonly Option[], numbers: ReadonlyMap<string, number>): Mention | undefined {
  const first = plain.charAt(at);
  if (first < 'a' || first > 'z' || LETTER.test(plain.charAt(at - 1))) return undefined;
  const [text, led, word = ''] = /^((?:number|no\.?|project)\s+)?([a-z]{3,6})(?![a-z])/.exec(plain.slice(at, at + 20)) ?? [];
  const value = numbers.get(word);
  if (!text || value === undefined || (value === 1 && !led) || MEASURE_WORD.test(plain.slice(at + text.length))) return undefined;
  if (!led && TIME_BEFORE.test(plain.slice(Math.max(0, at - 10), at))) return undefined;
  return ballot.some(({ number }) => number === value) ? { number: value, start: at, end: at + text.length } : undefined;
}

/** Home at two, any two, the other two. */
const TIME_BEFORE = /\b(?:at|past|until|till|around|any|all|my|our|these|those|other)\s*$/;
const MEASURE_WORD =
  /^[\s-]+(?:day|week|month|year|time|people|person|project|of|old|hour|minute|more|vote|phone|or|in|am|pm|kid|child|yuan|friend|digit|get|got|have|has|are|were|tie|come|end|toddler|winner)/;

/** Projects that are told by their place in the list or their cost: 前三个, 最便宜那个, 3万那个. All of them stand at the first one's place. */
export function describedAt(plain: string, at: number, ballot: readonly Option[]): Mention[] | undefined {
  if (!/[前头开后末尾倒最便贵哪\d一二两三四五六七八九十]/.test(plain.charAt(at)) || /[\d.]/.test(plain.charAt(at - 1))) return undefined;
  if (/[前头开后]/.test(plain.charAt(at)) && !LIST_BEGINS.test(plain.charAt(at - 1))) return undefined;
  DESCRIBED.lastIndex = at;
  const match = DESCRIBED.exec(plain);
  if (!match?.groups) return undefined;
  const end = at + match[0].length;
  if (ASKED_BEFORE.test(plain.slice(Math.max(0, at - 6), at)) || ASKED_AFTER.test(plain.slice(end, end + 4))) return undefined;
  const projects = describedBy(match.groups, ballot);
  return projects?.map(({ number }, index) => ({ number, start: index === 0 ? at : end, end }));
}

const COUNT = '[一二两三四1-4]';
const DESCRIBED = new RegExp(
  [
    `(?:开头|前|头)(?:面|头|边)?[的那]?\\s*(?<first>${COUNT})\\s*[个样项种]`,
    `倒数第(?<fromLast>${COUNT})\\s*[个样项种]`,
    `(?:最后|末尾|最末|后|尾)(?:面|头|边)?[的那]?\\s*(?<last>[两二三23])\\s*[个样项种]`,
    `(?<end>最后|末尾|最末)(?:面|头)?(?:的)?(?:[那这一]?[个样项种])`,
    `最(?<most>便宜|相因|省钱|贵)(?:的)?(?:(?:那|这)?(?<count>[两二三23])?[个样项种]|的|(?=$|[\\s\\p{P}]))`,
    '(?<rather>便宜|相因|贵)的?(?:那|(?=[两二三23]))(?<rathers>[两二三23])?个',
    '哪个(?:最)?(?<whichever>便宜|贵)[,，\\s]*(?:我|我们)?就?[投选要]哪个',
    '(?<tens>\\d+(?:\\.\\d)?|[一二两三四五六七八九十]{1,3})万(?<rest>[一二三四五六七八九\\d](?!\\d))?千?[块元]?钱?(?:的?(?:那|这)[个项样]?|的(?:项目|一[个项样])?(?=$|[\\s\\p{P}和跟]|也?不?要|也?可以|[◇\\p{Script=Han}]{2,5}$)|(?=[和跟、](?:\\d|[一二两三四五六七八九]).{0,3}(?:的|那)))',
    '(?<whole>\\d{4,6})[块元]?钱?的?(?:那|这)个',
  ].join('|'),
  'uy',
);
/** What may stand before a place in the list: 我选前三个, but not 三号院后面. */
const LIST_BEGINS = /(?:^|[\s\p{P}我选投要就把给和跟与都◇])$/u;
const ASKED_BEFORE = /(?:哪|谁|什么)[^\s\p{P}]{0,4}$/u;
const ASKED_AFTER = /^(?:是|叫)?(?:哪|谁|什么|啥)/;

function describedBy(told: Readonly<Record<string, string | undefined>>, ballot: readonly Option[]): readonly Option[] | undefined {
  const { first, fromLast, last, end, rather, whichever = rather, most = whichever, rathers, count = rathers, tens, rest = '0', whole } = told;
  const taken = (options: readonly Option[], many: number) => (many > 0 && many <= options.length ? options.slice(0, many) : undefined);
  if (first) return taken(ballot, amountOf(first));
  const fromBehind = [...ballot].reverse();
  if (fromLast) return fromBehind.slice(amountOf(fromLast) - 1, amountOf(fromLast));
  if (most) {
    const sorted = ballot.filter(({ cost }) => cost !== undefined).sort((a, b) => (a.cost ?? 0) - (b.cost ?? 0));
    return taken(most === '贵' ? sorted.reverse() : sorted, count ? amountOf(count) : 1);
  }
  const cost = whole ? Number(whole) : tens ? Math.round(amountOf(tens) * 10_000 + amountOf(rest) * 1_000) : undefined;
  if (cost === undefined) return taken(fromBehind, end ? 1 : amountOf(last ?? '0'));
  const priced = ballot.filter((option) => option.cost === cost);
  return priced.length === 1 ? priced : undefined;
}

function amountOf(written: string): number {
  return /^\d/.test(written) ? Number(written) : (numeral(written) ?? 0);
}
