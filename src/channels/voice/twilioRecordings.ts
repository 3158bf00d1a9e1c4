import type { RecordingSource } from '../../fund/recordings/workRecordings.ts';
import { type TwilioAccount, twilioRest } from './twilioRest.ts';

/** Two minutes as MP3 take half a megabyte. */
const MAX_BYTES = 4 * 1024 * 1024;
const SLOWEST_MS = 20_000;

/** Recordings where Twilio keeps them. Their address is made of the account and the recording's id, never taken from a request. */
export function twilioRecordings(account: TwilioAccount, slowestMs = SLOWEST_MS): RecordingSource {
  const rest = twilioRest(account);
  return {
    fetch: async (carrierId) => {
      try {
        const response = await rest('GET', `/Recordings/${encodeURIComponent(carrierId)}.mp3`, { signal: AbortSignal.timeout(slowestMs) });
        if (response.status === 200) return await bytesOf(response);
        await response.body?.cancel();
        return { failed: response.status === 404 ? 'missing' : `http.${response.status}` };
      } catch (error) {
        return { failed: error instanceof Error && error.name === 'TimeoutError' ? 'slow' : 'unreachable' };
      }
    },
    remove: async (carrierId) => {
      try {
        const { status } = await rest('DELETE', `/Recordings/${encodeURIComponent(carrierId)}.json`);
        return status === 204 || status === 404;
      } catch {
        return false; // not reached: asked again later
      }
    },
  };
}

/** Read as far as it may be, whatever length was announced. */
async function bytesOf({ body }: Response): Promise<{ bytes: Uint8Array } | { wrong: 'tooLarge' }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) return { wrong: 'tooLarge' };
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks) };
}
