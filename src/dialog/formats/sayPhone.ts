import parsePhoneNumber from 'libphonenumber-js/max';

/** A phone number as people write it at home: 028-8000 0003, 138 0000 0001. What is no number stays as it is. */
export function sayPhone(phone: string): string {
  const national = parsePhoneNumber(phone)?.formatNational() ?? phone;
  return national.replace(/^(0\d+) /, '$1-');
}
