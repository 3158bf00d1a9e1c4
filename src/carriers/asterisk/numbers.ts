/**
 * A caller's number in E.164, as lines of mainland China show it: a mobile, a landline with its area code or, beside a landline of ours, without;
 * undefined if it is hidden. `ours` is in E.164.
 */
export function callerIn(number: string, ours: string): string | undefined {
  const digits = number.replace(/[^\d+]/g, '');
  const whole = digits
    .replace(/^00/, '+')
    .replace(/^(?:\+?86)?0?(?=1[3-9]\d{9}$)/, '+86')
    .replace(/^0(?=[1-9]\d{8,10}$)/, '+86');
  const local = /^[2-9]\d{6,7}$/.test(whole) && ours.length > whole.length + 3 ? ours.slice(0, ours.length - whole.length) + whole : whole;
  return /^\+[1-9]\d{6,14}$/.test(local) ? local : undefined;
}

/** A number as it is dialled in mainland China. */
export function dialled(number: string): string {
  if (/^\+861[3-9]\d{9}$/.test(number)) return number.slice(3);
  return number.replace(/^\+86/, '0').replace(/^\+/, '00');
}
