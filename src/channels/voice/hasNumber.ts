const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * What Twilio gives as the number of who withholds theirs: a word, spelt on the keys of a phone (Twilio's help, "Why am I getting calls from these
 * strange numbers?"). All hidden callers have the same, so it tells nobody from another.
 */
const WITHHELD: ReadonlySet<string> = new Set([
  '+266696687', // ANONYMOUS
  '+7378742833', // RESTRICTED
  '+2562533', // BLOCKED
  '+8656696', // UNKNOWN
  '+86282452253', // UNAVAILABLE
]);

/** Whether the other end of a call has a number that it can be known by. */
export function hasNumber(address: string): boolean {
  return E164.test(address) && !WITHHELD.has(address);
}
