import { createRequire } from 'node:module';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';
import { boundedMap } from '../store/cache.ts';
import { CHANNELS } from './channel.ts';
import type { ContactPoint } from './contact.ts';

/**
 * A phone number as people write it, in E.164; undefined if no such number can exist.
 * `near` is a number in E.164; its country is assumed if the text names none.
 */
export function phone(text: string, near?: string): string | undefined {
  const [, code, mobile] = MOBILE.exec(text) ?? [];
  if (mobile !== undefined && (code !== undefined || near?.startsWith('+86'))) return `+86${mobile}`;
  const number = parsePhoneNumber(text, countryOf(near));
  return number?.isValid() ? number.number : undefined;
}

/** A mobile in China as most people write it, of the numbers that are given out: most of a roster, and the library takes fifty times as long. */
const MOBILE = /^(\+86)?(1(?:[38]\d|5[0-35-9]|7[0-35-8]|9[0-35-9])\d{8})$/;

/** The number that the library reads in a text; undefined if it is none. The library is loaded with the first text: for a command that needs none it is a tenth of its time. */
export function parsePhoneNumber(text: string, country?: CountryCode): PhoneNumber | undefined {
  library ??= createRequire(import.meta.url)('libphonenumber-js/max');
  return library?.parsePhoneNumberFromString(text, country);
}

let library: typeof import('libphonenumber-js/max') | undefined;

function countryOf(near: string | undefined): CountryCode | undefined {
  return near === undefined ? undefined : parsePhoneNumber(near)?.country;
}

type CanReceiveSms = 'yes' | 'no' | 'unknown';

/** Answers that are kept: each step of a call asks again, and parsing a number is slow. */
const known = boundedMap<string, CanReceiveSms>(10_000);

/** Whether somebody can be sent text messages there: a mobile gets them, a landline and a chat do not, of any other number it is not known. */
export function canReceiveSms({ channel, address }: ContactPoint): CanReceiveSms {
  return CHANNELS[channel].isPhone ? known.getOrMake(address, () => byKind(address)) : 'no';
}

function byKind(phone: string): CanReceiveSms {
  switch (parsePhoneNumber(phone)?.getType()) {
    case 'MOBILE':
    case 'FIXED_LINE_OR_MOBILE':
      return 'yes';
    case 'FIXED_LINE':
      return 'no';
    default:
      return 'unknown';
  }
}
