import parsePhoneNumber from 'libphonenumber-js/max';

/** Whether a number (E.164) may receive a text: any but a landline. */
export function canText(phone: string): boolean {
  return parsePhoneNumber(phone)?.getType() !== 'FIXED_LINE';
}
