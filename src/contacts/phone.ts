import parsePhoneNumber, { type CountryCode } from 'libphonenumber-js/max';
import { boundedMap } from '../store/boundedMap.ts';

/**
 * A phone number as people write it, in E.164; undefined where it is none that can exist.
 * `near` is a number in E.164 whose country is meant where the text names none.
 */
export function phone(text: string, near?: string): string | undefined {
  const number = parsePhoneNumber(text, countryOf(near));
  return number?.isValid() ? number.number : undefined;
}

function countryOf(near: string | undefined): CountryCode | undefined {
  return near === undefined ? undefined : parsePhoneNumber(near)?.country;
}

type CanReceiveSms = 'yes' | 'no' | 'unknown';

/** Each step of a call asks again, and to parse a number is slow. */
const known = boundedMap<string, CanReceiveSms>(10_000);

/** Whether a number (E.164) takes text messages: a mobile's does, a landline's does not, of any other it is not known. */
export function canReceiveSms(phone: string): CanReceiveSms {
  return known.getOrMake(phone, () => byKind(phone));
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
