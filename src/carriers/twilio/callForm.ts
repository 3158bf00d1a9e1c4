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

/** Whether the carrier says that a call which was answered is over; one that never was had no steps. */
export function hasEnded({ CallStatus }: Readonly<Record<string, string>>): boolean {
  return CallStatus === 'completed';
}

/** Whether the carrier's machine detection (`AnsweredBy`) heard a machine; what it is not sure of is a person. */
export function isMachine(answeredBy: string | undefined): boolean {
  return answeredBy !== undefined && /^(machine|fax)/.test(answeredBy);
}

const SECONDS_LEAST = 1;

/** The carrier's id of what was spoken into a `<Record>`; undefined where nothing was. Its address is not looked at: we know where the carrier keeps it. */
export function recordingIn({ RecordingSid, RecordingDuration }: Readonly<Record<string, string>>): string | undefined {
  if (!RecordingSid || !/^RE[0-9A-Za-z]{1,64}$/.test(RecordingSid)) return undefined;
  return Number(RecordingDuration) >= SECONDS_LEAST ? RecordingSid : undefined;
}

/** The phone at the other end of a call, our number in it, and whether we placed it; empty where the form names none. */
export function endsOf({ From = '', To = '', Direction = '' }: Readonly<Record<string, string>>): { address: string; to: string; isPlaced: boolean } {
  const isPlaced = Direction.startsWith('outbound');
  return isPlaced ? { address: To, to: From, isPlaced } : { address: From, to: To, isPlaced };
}
