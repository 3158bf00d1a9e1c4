import { sayDigits } from './sayDigits.ts';
import { sayPhone } from './sayPhone.ts';

/** A phone number as it is spoken: digit by digit in its groups, and in Chinese 幺 for one, which 七 would sound like. */
export function sayPhoneAloud(phone: string, language: string): string {
  const groups = sayPhone(phone)
    .split(/[^\d]+/)
    .filter((group) => group !== '');
  const said = groups.map((group) => sayDigits(group, language)).join(language.startsWith('en') ? ', ' : ',');
  return said.replaceAll('一', '幺');
}
