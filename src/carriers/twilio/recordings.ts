import type { RecordingSource } from '../../fund/inquiries/index.ts';
import { type TwilioAccount, twilioRest } from './rest.ts';

/** Two minutes as MP3 take half a megabyte. */
const MAX_BYTES = 4 * 1024 * 1024;
const SLOWEST_MS = 20_000;

/** Recordings at Twilio. Their address is made of the account and the recording's id, and never taken from a request. */
export function twilioRecordings(account: TwilioAccount, slowestMs = SLOWEST_MS): RecordingSource & { holds: (carrierId: string) => boolean } {
  const rest = twilioRest(account);
  return {
    holds: (carrierId) => carrierId.startsWith('RE'),
    fetch: async (carrierId) => {
      const signal = AbortSignal.timeout(slowestMs);
      try {
        const { status, body } = await rest('GET', `/Recordings/${encodeURIComponent(carrierId)}.mp3`, { signal, most: MAX_BYTES });
        if (status === 200) return body ? { bytes: body } : { wrong: 'tooLarge' };
        return { failed: status === 404 ? 'missing' : `http.${status}` };
      } catch {
        return { failed: signal.aborted ? 'slow' : 'unreachable' };
      }
    },
    remove: async (carrierId) => {
      try {
        const { status } = await rest('DELETE', `/Recordings/${encodeURIComponent(carrierId)}.json`);
        return status === 204 || status === 404;
      } catch {
        return false; // Twilio was not reached: asked again later
      }
    },
  };
}
