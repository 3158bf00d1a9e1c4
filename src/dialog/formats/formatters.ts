import { CHANNELS } from '../../contacts/channel.ts';
import { parsePhoneNumber } from '../../contacts/phone.ts';
import { boundedMap } from '../../store/cache.ts';
import { DAY_MS, type LocalTime, localTimeOf } from '../../store/wallTime.ts';
import type { Manner } from '../manner.ts';
import type { Option, Param, Params } from '../question.ts';

/** What a formatter gets besides its value: how the channel words things, all parameters of the text, and its own argument. */
export interface Formatting {
  readonly manner: Manner;
  readonly params: Params;
  /** `when(after: opensAt)`: the parameter whose month was just said. */
  readonly after?: string;
}

const EXCERPT = 40;

/** The formatters that a text may name: `{{closesAt, until}}`. Each takes a value from a flow and words it as people do. */
export const FORMATTERS: Readonly<Record<string, (value: Param, formatting: Formatting) => string>> = {
  /** An ISO time at which something begins. */
  when: (value, formatting) => time(value, formatting, false),
  /** An ISO time at which something ends. */
  until: (value, formatting) => time(value, formatting, true),
  /** The time of day at which something ends, on a day that was just said. */
  clock: (value, { manner }) => sayTime(new Date(String(value)), { language: manner.language, zone: manner.zone, isEnd: true, isClock: true }),
  /** A month, `2027-06`; or that in which something ends at an ISO time. */
  month: (value, { manner }) => sayMonth(String(value), { language: manner.language, zone: manner.zone, ...(manner.at && { since: manner.at }) }),
  money: (value, { manner }) => money(Number(value), manner),
  /** How many of something: spoken Chinese says 两个, not 二个. */
  count: (value, { manner }) => count(Number(value), manner),
  /** The currency behind a sum, before it in English. */
  currency: (value, { manner }) => (value === 'CNY' && !manner.language.startsWith('en') ? '元' : String(value)),
  /** Ten digits, in the groups in which they are spoken. */
  receipt: (value, { manner }) => {
    const groups = String(value).replace(/^(\d{3})(\d{3})(\d{4})$/, `$1${between(manner)}$2${between(manner)}$3`);
    return manner.lists.isSpoken ? sayDigits(groups, manner.language) : groups;
  },
  /** Digits that have to be keyed back, in groups of three. */
  digits: (value, { manner }) => {
    const groups = String(value).replace(/\d{3}(?=\d)/g, `$&${between(manner)}`);
    return manner.lists.isSpoken ? sayDigits(groups, manner.language) : groups;
  },
  phone: (value, { manner }) => (manner.lists.isSpoken ? sayPhoneAloud(String(value), manner.language) : sayPhone(String(value))),
  /** Enough of a number for its owner to recognise it. */
  masked: (value) => sayPhoneMasked(String(value)),
  /** A building; a number alone gets the word for a building. */
  building: (value, { manner }) => building(String(value), manner.language),
  surname: (value) => saySurname(String(value)),
  /** The beginning of what somebody wrote. Without a text it was spoken, and nobody has written it down yet. */
  excerpt: (value, { manner: { language, channel } }) => {
    if (language.startsWith('en')) return excerpt(String(value ?? ''), '...') || 'spoken';
    return excerpt(String(value ?? ''), '…') || (channel === 'page' || CHANNELS[channel].isPhone ? '电话里说的' : '语音说的');
  },
  /** Numbers alone, without titles. */
  numbers: (value, { manner }) => (Array.isArray(value) ? value.join(manner.separator) : String(value)),
  /** Titles alone, without the numbers, which are another year's. */
  titles: (value, { manner }) =>
    options(value)
      .map((option) => labelOf(option, manner))
      .join(manner.separator),
  /** Things to pick from. */
  offer: (value, { manner }) => manner.lists.offer(items(value, manner)),
  /** Things that were picked, repeated. */
  readBack: (value, { manner }) => manner.lists.readBack(items(value, manner), manner.separator),
};

/** What stands between groups of digits. */
function between({ lists, language }: Manner): string {
  if (!lists.isSpoken) return ' ';
  return language.startsWith('en') ? ',' : '，';
}

function time(value: Param, { manner, after, params }: Formatting, isEnd: boolean): string {
  const before = after === undefined ? undefined : params[after];
  const since = typeof before === 'string' ? new Date(before) : manner.at;
  return sayTime(new Date(String(value)), {
    language: manner.language,
    zone: manner.zone,
    isEnd,
    ...(since && { since }),
    ...(manner.lists.isSpoken && { isSpoken: true }),
  });
}

function building(name: string, language: string): string {
  if (!/^\d+$/.test(name)) return name;
  return language.startsWith('en') ? `building ${name}` : `${name}栋`;
}

function excerpt(text: string, more: string): string {
  const characters = [...text.trim().replace(/\s+/g, ' ')];
  return characters.length <= EXCERPT ? characters.join('') : `${characters.slice(0, EXCERPT - 1).join('')}${more}`;
}

function money(amount: number, { language, lists }: Manner): string {
  return lists.isSpoken ? sayMoneyAloud(amount, language) : sayMoney(amount, language);
}

function count(number: number, { language, lists }: Manner): string {
  if (!lists.isSpoken || language.startsWith('en')) return number.toString();
  return number === 2 ? '两' : sayNumber(number);
}

function items(value: Param, manner: Manner) {
  return options(value).map(({ number, cost, ...named }) => ({
    number,
    label: labelOf(named, manner),
    ...(cost !== undefined && { cost: money(cost, manner) }),
  }));
}

function labelOf({ label, labelEn }: Pick<Option, 'label' | 'labelEn'>, { language }: Manner): string {
  return (language.startsWith('en') && labelEn) || label;
}

function options(value: Param): readonly Option[] {
  return Array.isArray(value) ? value.filter((item): item is Option => typeof item === 'object') : [];
}

const CHINESE = '零一二三四五六七八九';

/** Digits one by one, as they are spoken and keyed back: 四八二, "4 8 2". What stands between them stays. */
export function sayDigits(digits: string, language: string): string {
  if (language.startsWith('en')) return digits.replace(/\d(?=\d)/g, '$& ');
  return digits.replace(/\d/g, (digit) => CHINESE.charAt(Number(digit)));
}

const WAN = 10_000;
const YI = 100_000_000;

/** Whole units as people say them: 48,000 in English, else 4万8, 3万6千5, 30万, 7200. Exact: an amount that has no short form is written in full. */
export function sayMoney(amount: number, language: string): string {
  if (language.startsWith('en')) return amount.toString().replace(/\B(?=(\d{3})+$)/g, ',');
  if (amount >= YI && amount % YI === 0) return `${amount / YI}亿`;
  if (amount < WAN || amount % 100 !== 0) return amount.toString();
  const thousands = Math.floor((amount % WAN) / 1000);
  const hundreds = (amount % 1000) / 100;
  if (hundreds > 0) return thousands > 0 ? `${Math.floor(amount / WAN)}万${thousands}千${hundreds}` : amount.toString();
  return `${Math.floor(amount / WAN)}万${thousands || ''}`;
}

/** Money as it is spoken: 六万块, 两万五千块. In English only the number, because the currency is not known here. */
export function sayMoneyAloud(amount: number, language: string): string {
  return language.startsWith('en') ? sayMoney(amount, language) : `${sayNumber(amount)}块`;
}

const DIGITS = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const PLACES = ['', '十', '百', '千'];
const GROUPS = ['', '万', '亿', '万亿'];

/** A whole number in Chinese words: 十二, 一百零五, 两万五千, 三十万. Exact. */
export function sayNumber(number: number): string {
  if (number === 0) return '零';
  const groups = number
    .toString()
    .replace(/\B(?=(\d{4})+$)/g, ' ')
    .split(' ');
  const said = groups.map((group, index) => sayGroup(group) + (Number(group) ? (GROUPS[groups.length - 1 - index] ?? '') : '')).join('');
  const plain = said.replace(/零+/g, '零').replace(/零$/, '').replace(/^一十/, '十');
  return plain.replace(/^二(?=[万亿])/, '两');
}

function sayGroup(group: string): string {
  const places = [...group].map((digit, index) => {
    const place = group.length - 1 - index;
    if (digit === '0') return '零';
    const isTwo = digit === '2' && (place === 3 || (place === 2 && index === 0));
    return (isTwo ? '两' : DIGITS[Number(digit)]) + (PLACES[place] ?? '');
  });
  return places.join('').replace(/零+$/, group.endsWith('0') && Number(group) ? '' : '零');
}

/** A phone number as people write it at home: 028-8000 0003, 138 0000 0001. A text that is not a phone number stays as it is. */
export function sayPhone(phone: string): string {
  const [, ...mobile] = MOBILE.exec(phone) ?? []; // most numbers, and a list has many: the library takes 50 times as long
  if (mobile.length > 0) return mobile.join(' ');
  const national = parsePhoneNumber(phone)?.formatNational() ?? phone;
  return national.replace(/^(0\d+) /, '$1-');
}

/** A mobile in China. */
const MOBILE = /^\+86(1[3-9]\d)(\d{4})(\d{4})$/;

/** A phone number as it is spoken: digit by digit in its groups. In Chinese 1 is 幺, because 一 sounds like 七. */
export function sayPhoneAloud(phone: string, language: string): string {
  const groups = sayPhone(phone)
    .split(/[^\d]+/)
    .filter((group) => group !== '');
  const said = groups.map((group) => sayDigits(group, language)).join(language.startsWith('en') ? ', ' : '，');
  return said.replaceAll('一', '幺');
}

/** The beginning and the end of a phone number: 138****0001. */
export function sayPhoneMasked(phone: string): string {
  const digits = sayPhone(phone).replace(/\D/g, '');
  return `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}

/** Surnames of two characters that are in use today. */
const COMPOUND = ['欧阳', '司马', '上官', '诸葛', '司徒', '东方', '皇甫', '尉迟', '公孙', '慕容', '令狐', '夏侯', '长孙', '宇文', '端木', '南宫'];

/** Only the surname, so that a stranger who has the phone does not learn the name: 王**, "Novak **". */
export function saySurname(name: string): string {
  const trimmed = name.trim();
  if (!/\p{Script=Han}/u.test(trimmed)) return `${trimmed.split(/\s+/).at(-1) ?? ''} **`;
  const length = COMPOUND.some((surname) => trimmed.startsWith(surname)) ? 2 : 1;
  return `${[...trimmed].slice(0, length).join('')}**`;
}

interface Saying {
  readonly language: string;
  /** IANA name. */
  readonly zone: string;
  /** What the listener has in mind already, now or a time that was just said. Its month is not said again. */
  readonly since?: Date;
  /** Something ends then: its midnight belongs to the evening before. */
  readonly isEnd?: boolean;
  /** In English, months are said in full: speech synthesis reads "15 Dec" as it is written. */
  readonly isSpoken?: boolean;
  /** Its day is known. */
  readonly isClock?: boolean;
}

/** `hour` is 24 at the midnight that ends the day. */
type Local = Omit<LocalTime, 'second'>;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SPOKEN_MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const FAR_MS = 200 * DAY_MS;
const MINUTE_MS = 60_000;

/** A time as people say it: "8 pm on 15 Dec" in English, else 15号晚8点, 12月1号早8点. For a beginning at midnight, only the date. */
export function sayTime(time: Date, { language, zone, since, isEnd = false, isSpoken = false, isClock = false }: Saying): string {
  const said = isEnd ? ending(time, zone) : local(time, zone);
  if (isClock) return language.startsWith('en') ? clockInEnglish(said) : clockInChinese(said);
  const known = since && local(since, zone);
  const isFar = since !== undefined && Math.abs(time.getTime() - since.getTime()) > FAR_MS;
  return language.startsWith('en') ? inEnglish(said, isFar, isSpoken) : inChinese(said, known, isFar);
}

/** A month, written `2027-06`, as people say it: 6月 of the year of `since`, 明年6月 of the next, else 2028年6月; "June 2027" in English. */
function sayMonth(month: string, { language, zone, since }: Omit<Saying, 'isEnd' | 'isSpoken'>): string {
  const { year, month: number } = month.includes('T') ? ending(new Date(month), zone) : monthIn(month);
  if (language.startsWith('en')) return `${SPOKEN_MONTHS[number - 1]} ${year}`;
  const ahead = since && year - local(since, zone).year;
  const named = ahead === 0 ? '' : ahead === 1 ? '明年' : `${year}年`;
  return `${named}${number}月`;
}

function monthIn(month: string): { year: number; month: number } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return { year, month: number };
}

function inChinese({ year, month, day, hour, minute }: Local, known: Local | undefined, isFar: boolean): string {
  const sameMonth = known?.year === year && known.month === month;
  const date = `${isFar ? `${year}年` : ''}${sameMonth ? '' : `${month}月`}${day}号`;
  if (hour === 0 && minute === 0) return date;
  return `${date}${clockInChinese({ hour, minute })}`;
}

function clockInChinese({ hour, minute }: Pick<Local, 'hour' | 'minute'>): string {
  const minutes = minute === 0 ? '' : minute === 30 ? '半' : `${String(minute).padStart(2, '0')}分`;
  return `${partOfDay(hour)}${hour > 12 ? hour - 12 : hour}点${minutes}`;
}

function partOfDay(hour: number): string {
  if (hour < 5) return '凌晨';
  if (hour < 9) return '早';
  if (hour < 12) return '上午';
  if (hour === 12) return '中午';
  return hour < 18 ? '下午' : '晚';
}

function inEnglish({ year, month, day, hour, minute }: Local, isFar: boolean, isSpoken: boolean): string {
  const date = `${day} ${(isSpoken ? SPOKEN_MONTHS : MONTHS)[month - 1]}${isFar ? ` ${year}` : ''}`;
  if (hour === 24) return `midnight on ${date}`;
  if (hour === 0 && minute === 0) return date;
  return `${clockInEnglish({ hour, minute })} on ${date}`;
}

function clockInEnglish({ hour, minute }: Pick<Local, 'hour' | 'minute'>): string {
  if (minute === 0 && hour % 12 === 0) return hour === 12 ? 'noon' : 'midnight';
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 || 12}${minutes} ${hour < 12 ? 'am' : 'pm'}`;
}

function ending(time: Date, zone: string): Local {
  const said = local(time, zone);
  if (said.hour !== 0 || said.minute !== 0) return said;
  return { ...local(new Date(time.getTime() - MINUTE_MS), zone), hour: 24, minute: 0 };
}

/** The last minutes that were asked for: "now" and the close are asked for with every answer. */
const minutes = boundedMap<string, Local>(1_000);

function local(time: Date, zone: string): Local {
  const key = `${Math.floor(time.getTime() / MINUTE_MS)} ${zone}`;
  const known = minutes.get(key);
  if (known) return known;
  const read = localTimeOf(time, zone);
  minutes.set(key, read);
  return read;
}
