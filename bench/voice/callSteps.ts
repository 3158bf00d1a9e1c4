import { randomBytes } from 'node:crypto';
import { signedRequest } from '../request.ts';

/** The keys that a known caller presses to vote for two projects, step by step, and how each entry ends. */
const KEYS = [[''], ['1'], ['1'], ['3', '#'], ['7', '#'], ['', '#']] as const;
/** The number of webhook requests in one call. */
export const STEPS = KEYS.length;

/** The signed requests of one whole call, as bytes. The addresses of its steps are known, because each has the next number. */
export function callSteps(port: number, from: string, to: string, publicUrl?: string): Buffer[] {
  const about = { CallSid: `CA${randomBytes(16).toString('hex')}`, AccountSid: `AC${'0'.repeat(32)}`, From: from, To: to, Direction: 'inbound' };
  return KEYS.map(([digits, finishedOnKey = ''], turn) => {
    const said: Readonly<Record<string, string>> =
      turn === 0 ? { CallStatus: 'ringing' } : { CallStatus: 'in-progress', Digits: digits, FinishedOnKey: finishedOnKey };
    return signedRequest(port, `/twilio/voice${turn === 0 ? '' : `?turn=${turn}`}`, { ...about, ...said }, publicUrl);
  });
}
