import type { Manner } from '../manner.ts';
import type { Option, Param, Params } from '../question.ts';
import { sayDigits } from './sayDigits.ts';
import { sayMoney } from './sayMoney.ts';
import { sayNumber } from './sayNumber.ts';
import { sayPhone } from './sayPhone.ts';
import { sayPhoneAloud } from './sayPhoneAloud.ts';
import { sayPhoneMasked } from './sayPhoneMasked.ts';
import { saySurname } from './saySurname.ts';
import { sayTime } from './sayTime.ts';

/** What a formatter gets besides its value: the channel's manner, all parameters of the text, and its own argument. */
export interface Formatting {
  readonly manner: Manner;
  readonly params: Params;
  /** `when(after: opensAt)`: the parameter whose month was just said. */
  readonly after?: string;
}

const EXCERPT = 40;

/** The formatters that a text may name: `{{closesAt, until}}`. Each takes what a flow gives and says it as people do. */
export const FORMATTERS: Readonly<Record<string, (value: Param, formatting: Formatting) => string>> = {
  /** An ISO time at which something begins. */
  when: (value, formatting) => time(value, formatting, false),
  /** An ISO time at which something ends. */
  until: (value, formatting) => time(value, formatting, true),
  money: (value, { manner }) => money(Number(value), manner),
  /** Ten digits in the groups in which they are spoken. */
  receipt: (value, { manner }) => {
    const groups = String(value).replace(/^(\d{3})(\d{3})(\d{4})$/, manner.lists.isSpoken ? '$1,$2,$3' : '$1 $2 $3');
    return manner.lists.isSpoken ? sayDigits(groups, manner.language) : groups;
  },
  /** Digits that are keyed back, in groups of three. */
  digits: (value, { manner }) => {
    const groups = String(value).replace(/\d{3}(?=\d)/g, manner.lists.isSpoken ? '$&,' : '$& ');
    return manner.lists.isSpoken ? sayDigits(groups, manner.language) : groups;
  },
  phone: (value, { manner }) => (manner.lists.isSpoken ? sayPhoneAloud(String(value), manner.language) : sayPhone(String(value))),
  /** Enough of a number to know one's own again. */
  masked: (value) => sayPhoneMasked(String(value)),
  /** A building's number alone gets its word. */
  building: (value, { manner }) => building(String(value), manner.language),
  surname: (value) => saySurname(String(value)),
  /** The beginning of what somebody wrote; without a text it was spoken and is not in writing yet. */
  excerpt: (value, { manner: { language, channel } }) => {
    if (language.startsWith('en')) return excerpt(String(value ?? ''), '...') || 'spoken';
    return excerpt(String(value ?? ''), '…') || (channel === 'wechat' ? '语音说的' : '电话里说的');
  },
  /** Numbers alone, each with its 号. */
  numbers: (value, { manner }) => (Array.isArray(value) ? value.join(manner.separator) : String(value)),
  /** Things to pick from. */
  offer: (value, { manner }) => manner.lists.offer(items(value, manner)),
  /** Things that were picked, said again. */
  readBack: (value, { manner }) => manner.lists.readBack(items(value, manner), manner.separator),
};

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
  return lists.isSpoken && !language.startsWith('en') ? sayNumber(amount) : sayMoney(amount, language);
}

function items(value: Param, manner: Manner) {
  return options(value).map(({ number, label, cost }) => ({ number, label, ...(cost !== undefined && { cost: money(cost, manner) }) }));
}

function options(value: Param): readonly Option[] {
  return Array.isArray(value) ? value.filter((item): item is Option => typeof item === 'object') : [];
}
