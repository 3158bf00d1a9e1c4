const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * What Twilio gives as the number of a caller whose number is withheld: a word, spelt on the keys of a phone (Twilio's help, "Why am I getting calls
 * from these strange numbers?"). All hidden callers share these numbers, so they cannot be told apart by them.
 */
const WITHHELD: ReadonlySet<string> = new Set([
  '+266696687', // ANONYMOUS
  '+7378742833', // RESTRICTED
  '+2562533', // BLOCKED
  '+8656696', // UNKNOWN
  '+86282452253', // UNAVAILABLE
]);

/** Whether the other end of a call has a number by which it can be known. */
export function hasNumber(address: string): boolean {
  return E164.test(address) && !WITHHELD.has(address);
}

/** Whether the carrier says that a call which was answered is over. A call that was never answered had no steps. */
export function hasEnded({ CallStatus }: Readonly<Record<string, string>>): boolean {
  return CallStatus === 'completed';
}

/** Whether the carrier's machine detection (`AnsweredBy`) heard a machine. If it is not sure, it counts as a person. */
export function isMachine(answeredBy: string | undefined): boolean {
  return answeredBy !== undefined && /^(machine|fax)/.test(answeredBy);
}

const SECONDS_LEAST = 1;

/**
 * The carrier's id of a recording made by `<Record>`; undefined if nothing was recorded. The recording's address in the form is not read: we know
 * where the carrier keeps it.
 */
export function recordingIn({ RecordingSid, RecordingDuration }: Readonly<Record<string, string>>): string | undefined {
  if (!RecordingSid || !/^RE[0-9A-Za-z]{1,64}$/.test(RecordingSid)) return undefined;
  return Number(RecordingDuration) >= SECONDS_LEAST ? RecordingSid : undefined;
}

/** The phone at the other end of a call, our number in it, and whether we placed the call; a number is empty if the form does not name it. */
export function endsOf({ From = '', To = '', Direction = '' }: Readonly<Record<string, string>>): { address: string; to: string; isPlaced: boolean } {
  const isPlaced = Direction.startsWith('outbound');
  return isPlaced ? { address: To, to: From, isPlaced } : { address: From, to: To, isPlaced };
}
