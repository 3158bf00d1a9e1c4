import type { Request } from 'express';
import type { i18n } from 'i18next';
import { sayPhone, sayTime } from '../../dialog/formats/formatters.ts';
import type { Params } from '../../dialog/question.ts';
import { type Words, wording } from '../../dialog/wording.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import { type BoundedMap, boundedMap } from '../../store/cache.ts';
import type { PageFile, PageGroup, PageKey } from '../../store/textKeys.ts';
import { dayOf } from '../../store/wallTime.ts';
import { html, Markup } from '../html.ts';

/** The words of a page: in one reader's language, with one community's time and money. */
export interface PageText<File extends PageFile = 'page'> {
  readonly language: PageLanguage;
  /** A text of `page.json`, or of the file that was named. What residents or files wrote is never a parameter; it is put into the markup separately. */
  say(key: PageKey<File>, params?: Params): string;
  /** A text of a group whose name there comes from a record, such as a role in the log; the name itself, where it has no text. */
  sayIn(group: PageGroup<File>, name: string, params?: Params): string;
  /** Whether there is a text with this key. */
  has(key: string): key is PageKey<File>;
  /** A text, as `say` gives it, with pieces of markup in it. */
  sayMarkup(key: PageKey<File>, parts: Readonly<Record<string, string | number | Markup>>): Markup;
  /** A time as people say it. `until`: something ends then. */
  time(at: Date, edge: 'from' | 'until'): string;
  /** A time, as `time` gives it, which stays in one line. */
  wholeTime(at: Date, edge: 'from' | 'until'): Markup;
  /** A month, `2027-06`. */
  month(month: string): string;
  /** A sum of money, in whole units of the currency. */
  money(amount: number, currency: string): string;
  /** A date with its weekday, with the year if it is not this one, and with the time unless it is midnight; or that of a day such as `2027-03-09`. */
  date(at: Date | string): string;
  /** From when until when on one day: its date once. */
  span(from: Date, to: Date): string;
  /** The day of a moment, or a day such as `2027-03-09`: without its year. */
  day(on: Date | string): string;
  /** A day, as `day` gives it, in one line, for programs as well. */
  dayTag(on: Date | string): Markup;
  phone(number: string): string;
  /** What residents or files wrote; marked as the community's language if the page is in another, and an English one if there are Chinese characters in it. */
  userText(text: string): Markup;
  /** An address of these pages, in the language that the reader has chosen. */
  link(path: string): string;
}

/** The text of a page whose file is either: it says what both have. */
export interface SharedText extends Pick<PageText, 'language' | 'date'> {
  say(key: Extract<PageKey<'page'>, PageKey<'console'>>, params?: Params): string;
}

const HAN = /\p{Script=Han}/u;
const LISTS = { offer: () => '', readBack: () => '' };

export function pageText<File extends PageFile>(
  file: File,
  catalogue: i18n,
  { language, byLink }: Chosen,
  now: Date,
  community?: Pick<CommunityRecord, 'timezone' | 'language' | 'person'>,
): PageText<File> {
  const zone = community?.timezone ?? 'Asia/Shanghai';
  const spoken = community?.language.startsWith('en') ? 'en' : 'zh-CN';
  const { words, fixed } = wordsOf(catalogue, { file, language, zone, personName: community?.person.name });
  const say: PageText<File>['say'] = (key, params) =>
    params ? words({ key: `${file}.${key}`, params }) : fixed.getOrMake(key, () => words({ key: `${file}.${key}` }));
  const has = (key: string): key is PageKey<File> => catalogue.exists(`${file}:${key}`, { lng: language });
  const sayAt: PageText['time'] = (at, edge) => sayTime(at, { language, zone, isEnd: edge === 'until' });
  const { year, near, far, nearDays, farDays, day, days, time, months } = FORMATS.getOrMake(`${language} ${zone}`, () => formats(language, zone));
  return {
    language,
    say,
    sayIn: (group, name, params) => {
      const key = `${group}.${name}`;
      return has(key) ? say(key, params) : name;
    },
    has,
    sayMarkup: (key, parts) => markupOf(say, key, parts),
    time: sayAt,
    wholeTime: (at, edge) => noWrap(sayAt(at, edge)),
    month: (month) => months.format(new Date(`${month}-01T00:00:00Z`)),
    money: (amount, currency) => {
      const digits = amount.toLocaleString('en');
      return currency === 'CNY' && language === 'zh-CN' ? `${digits}元` : `${digits} ${currency}`;
    },
    date: (at) => {
      if (typeof at === 'string') return (at.startsWith(year(now).replace(/\D/g, '')) ? nearDays : farDays).format(new Date(`${at}T00:00:00Z`));
      const clock = time.format(at);
      const date = (year(at) === year(now) ? near : far)(at);
      return clock === '00:00' ? date : `${date} ${clock}`;
    },
    span: (from, to) => {
      const date = (year(from) === year(now) ? near : far)(from);
      return dayOf(from, zone) === dayOf(to, zone)
        ? `${date} ${time.format(from)}–${time.format(to)}`
        : `${date} ${time.format(from)} – ${near(to)} ${time.format(to)}`;
    },
    day: dayName,
    dayTag: (on) => html`<time class="whole" datetime="${typeof on === 'string' ? on : dayOf(on, zone)}">${dayName(on)}</time>`,
    phone: sayPhone,
    userText: (text) => (spoken === language || (language === 'en' && !HAN.test(text)) ? html`${text}` : html`<span lang="${spoken}">${text}</span>`),
    link: (path) => {
      if (!byLink) return path;
      return `${path}${path.includes('?') ? '&' : '?'}lang=${language === 'en' ? 'en' : 'zh'}`;
    },
  };

  function dayName(on: Date | string): string {
    return typeof on === 'string' ? days.format(new Date(`${on}T00:00:00Z`)) : day(on);
  }
}

interface Wanted {
  readonly file: string;
  readonly language: PageLanguage;
  readonly zone: string;
  readonly personName: string | undefined;
}

/** What words pages, and the texts without parameters that it has worded, by their keys. */
interface Worded {
  readonly words: Words;
  readonly fixed: BoundedMap<string, string>;
}

/** A page has hundreds of texts, most of them the same at each request. */
function wordsOf(catalogue: i18n, { file, language, zone, personName }: Wanted): Worded {
  const known = WORDED.get(catalogue) ?? boundedMap<string, Worded>(100);
  WORDED.set(catalogue, known);
  return known.getOrMake([file, language, zone, personName].join('\n'), () => {
    const defaults = personName === undefined ? undefined : { personName };
    const words = wording(catalogue, { language, channel: 'page', lists: LISTS, zone, ...(defaults && { defaults }) });
    return { words, fixed: boundedMap<string, string>(10_000) };
  });
}

const WORDED = new WeakMap<i18n, BoundedMap<string, Worded>>();

/** By language and zone. To make them costs more than a page. */
const FORMATS = boundedMap<string, ReturnType<typeof formats>>(100);

function formats(language: PageLanguage, zone: string) {
  const tag = language === 'en' ? 'en-GB' : language;
  const format = (how: Intl.DateTimeFormatOptions, timeZone = zone) => new Intl.DateTimeFormat(tag, { timeZone, ...how });
  const dayFormat = (how: Intl.DateTimeFormatOptions) => onceEachQuarter(format(how));
  return {
    year: dayFormat({ year: 'numeric' }),
    near: dayFormat({ month: 'short', day: 'numeric', weekday: 'short' }),
    far: dayFormat({ year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' }),
    nearDays: format({ month: 'short', day: 'numeric', weekday: 'short' }, 'UTC'),
    farDays: format({ year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' }, 'UTC'),
    day: dayFormat({ month: 'short', day: 'numeric' }),
    days: format({ month: 'short', day: 'numeric' }, 'UTC'),
    time: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    months: format({ year: 'numeric', month: 'long' }, 'UTC'),
  };
}

/** A list has fifty days, most of them the same. Everywhere a day begins with a quarter of an hour. */
function onceEachQuarter(format: Intl.DateTimeFormat): (at: Date) => string {
  const known = boundedMap<number, string>(1_000);
  return (at) => known.getOrMake(Math.floor(at.getTime() / QUARTER_MS), () => format.format(at));
}

const QUARTER_MS = 900_000;

/** A text that stays in one line. */
export function noWrap(text: string): Markup {
  return html`<span class="whole">${text}</span>`;
}

/** Marks the place of a piece of markup in the words. */
const MARK = '\u0000';

function markupOf<Key extends string>(
  say: (key: Key, params: Params) => string,
  key: Key,
  parts: Readonly<Record<string, string | number | Markup>>,
): Markup {
  const pieces: Markup[] = [];
  const params = Object.entries(parts).map(([name, part]): [string, string | number] => {
    if (!(part instanceof Markup)) return [name, part];
    pieces.push(part);
    return [name, `${MARK}${pieces.length - 1}${MARK}`];
  });
  const [first = '', ...rest] = say(key, Object.fromEntries(params)).split(MARK);
  return html`${first}${rest.map((text, index) => (index % 2 === 0 ? (pieces[Number(text)] ?? html``) : html`${text}`))}`;
}

/** The languages of the pages, by their name in an address. */
const LANGUAGES = { zh: 'zh-CN', en: 'en' } as const;
export type PageLanguage = (typeof LANGUAGES)[keyof typeof LANGUAGES];

export interface Chosen {
  readonly language: PageLanguage;
  /** The language was chosen by a link, so that further links keep it. */
  readonly byLink: boolean;
}

/** The reader's language: `?lang=zh|en`, else what the browser asks for, else the community's. */
export function pageLanguage(request: Request, usual = 'zh-CN'): Chosen {
  const { lang } = request.query;
  if (lang === 'zh' || lang === 'en') return { language: LANGUAGES[lang], byLink: true };
  const first = usual.startsWith('en') ? 'en' : 'zh';
  const accepted = request.acceptsLanguages(first, first === 'en' ? 'zh' : 'en');
  return { language: LANGUAGES[accepted === 'zh' || accepted === 'en' ? accepted : first], byLink: false };
}
