import { sayPhone } from './sayPhone.ts';

/** The beginning and the end of a phone number: 138****0001. */
export function sayPhoneMasked(phone: string): string {
  const digits = sayPhone(phone).replace(/\D/g, '');
  return `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}
