import type { RecordingSource } from '../../fund/recordings/workRecordings.ts';
import type { Api } from './puppet/src/api.ts';
import { ApiError } from './puppet/src/apiError.ts';

const PREFIX = 'wechat|';
/** A minute, as long as WeChat records, takes a tenth of it. */
const MAX_BYTES = 4 * 1024 * 1024;
const SLOWEST_MS = 20_000;

/** What a recording is called that WeChat has under a MediaId. */
export function carrierIdOf(mediaId: string): string {
  return `${PREFIX}${mediaId}`;
}

/** Voice messages where WeChat keeps them, for three days; it deletes them by itself. Every other recording is `others`'. */
export function voiceMessages(api: Pick<Api, 'media'>, others?: RecordingSource): RecordingSource {
  return {
    fetch: async (carrierId) => {
      if (!carrierId.startsWith(PREFIX)) return others ? others.fetch(carrierId) : { failed: 'noSource' };
      try {
        const { bytes } = await api.media(carrierId.slice(PREFIX.length), AbortSignal.timeout(SLOWEST_MS));
        return bytes.length > MAX_BYTES ? { wrong: 'tooLarge' } : { bytes };
      } catch (error) {
        return { failed: error instanceof ApiError ? `wechat.${error.code}` : 'unreachable' };
      }
    },
    remove: async (carrierId) => carrierId.startsWith(PREFIX) || (others ? others.remove(carrierId) : false),
  };
}
