import parsePhoneNumber from 'libphonenumber-js/max';

/** Whether a number can receive SMS: it is a mobile's, or may be. */
export function canReceiveSms(number: string): boolean {
  const type = parsePhoneNumber(number)?.getType();
  return type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE';
}
