import type { Sent } from '../outreach/send.ts';

const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** What is known of a message or a call whose request got no answer: without a connection it cannot have gone out. */
export function unanswered(error: unknown, signal: AbortSignal): Sent {
  if (error instanceof Error && 'code' in error && NO_CONNECTION.includes(String(error.code))) return { state: 'refused', reason: 'unreachable' };
  return { state: 'unknown', reason: signal.aborted ? 'timeout' : 'noAnswer' };
}
