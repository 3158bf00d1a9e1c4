import parsePhoneNumber from 'libphonenumber-js/max';

type TakesText = 'yes' | 'no' | 'unknown';

/** So many numbers are remembered: each step of a call asks again, and to parse one is slow. */
const REMEMBERED = 10_000;
const known = new Map<string, TakesText>();

/** Whether a number (E.164) takes text messages: a mobile's does, a landline's does not, of any other it is not known. */
export function takesText(phone: string): TakesText {
  const before = known.get(phone);
  if (before) return before;
  if (known.size >= REMEMBERED) known.clear();
  const takes = byKind(phone);
  known.set(phone, takes);
  return takes;
}

function byKind(phone: string): TakesText {
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
