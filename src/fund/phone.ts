import parsePhoneNumber, { type CountryCode } from 'libphonenumber-js/max';

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
