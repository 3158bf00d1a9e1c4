const E164 = /^\+[1-9]\d{6,14}$/;

/** The first of Twilio's rules that a form breaks: its code and sentence. */
export function wrongInMessage(
  { To, From, Body, StatusCallback }: Record<string, unknown>,
  optedOut: ReadonlySet<string>,
): [code: number, message: string] | undefined {
  if (typeof To !== 'string' || To === '') return [21604, "A 'To' phone number is required."];
  if (!E164.test(To)) return [21211, `The 'To' number ${To} is not a valid phone number.`];
  if (typeof From !== 'string' || From === '') return [21603, "A 'From' phone number is required."];
  if (!E164.test(From)) return [21212, `The 'From' number ${From} is not a valid phone number, shortcode, or alphanumeric sender ID.`];
  if (To === From) return [21266, "'To' and 'From' number cannot be the same."];
  if (typeof Body !== 'string' || Body === '') return [21602, 'Message body is required.'];
  if (Body.length > 1_600) return [21617, 'The concatenated message body exceeds the 1600 character limit.'];
  if (StatusCallback !== undefined && !(typeof StatusCallback === 'string' && /^https?:\/\//.test(StatusCallback) && URL.canParse(StatusCallback)))
    return [21609, "Invalid 'StatusCallback' URL."];
  if (optedOut.has(To)) return [21610, 'Attempt to send to unsubscribed recipient'];
  return undefined;
}
