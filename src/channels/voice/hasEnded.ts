const ENDED = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];

/** Whether the carrier says of a call that it is over. */
export function hasEnded({ CallStatus = '' }: Readonly<Record<string, string>>): boolean {
  return ENDED.includes(CallStatus);
}
