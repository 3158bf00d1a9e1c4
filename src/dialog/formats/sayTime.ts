import { boundedMap } from '../../store/boundedMap.ts';
import { DAY_MS, type LocalTime, localTimeOf } from '../../store/wallTime.ts';

export interface Saying {
  readonly language: string;
  /** IANA name. */
  readonly zone: string;
  /** What the listener has in mind already, now or a time that was just said. Its month is not said again. */
  readonly since?: Date;
  /** Something ends then: its midnight belongs to the evening before. */
  readonly isEnd?: boolean;
  /** In English, months are said in full: speech synthesis reads "15 Dec" as it is written. */
  readonly isSpoken?: boolean;
}

/** `hour` is 24 at the midnight that ends the day. */
type Local = Omit<LocalTime, 'second'>;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SPOKEN_MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const FAR_MS = 200 * DAY_MS;
const MINUTE_MS = 60_000;

/** A time as people say it: "8 pm on 15 Dec" in English, else 15号晚8点, 12月1号早8点. For a beginning at midnight, only the date. */
export function sayTime(time: Date, { language, zone, since, isEnd = false, isSpoken = false }: Saying): string {
  const said = isEnd ? ending(time, zone) : local(time, zone);
  const known = since && local(since, zone);
  const isFar = since !== undefined && Math.abs(time.getTime() - since.getTime()) > FAR_MS;
  return language.startsWith('en') ? inEnglish(said, isFar, isSpoken) : inChinese(said, known, isFar);
}

/** A month, written `2027-06`, as people say it: 6月 of the year of `since`, 明年6月 of the next, else 2028年6月; "June 2027" in English. */
export function sayMonth(month: string, { language, zone, since }: Omit<Saying, 'isEnd' | 'isSpoken'>): string {
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
  const minutes = minute === 0 ? '' : minute === 30 ? '半' : `${String(minute).padStart(2, '0')}分`;
  return `${date}${partOfDay(hour)}${hour > 12 ? hour - 12 : hour}点${minutes}`;
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
  if (hour === 12 && minute === 0) return `noon on ${date}`;
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 || 12}${minutes} ${hour < 12 ? 'am' : 'pm'} on ${date}`;
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
