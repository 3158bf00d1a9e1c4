import type { RecordingSource } from '../../fund/inquiries/index.ts';
import type { PictureSource } from '../../fund/works/index.ts';
import { named, nameIn } from './ofAccount.ts';
import { type Api, ApiError } from './puppet/src/api.ts';

/** The API of each account, by its AppID; by undefined that of the service's settings. */
export type Apis = ReadonlyMap<string | undefined, Pick<Api, 'media'>>;

const PREFIX = 'wechat|';
/** A minute, the longest that WeChat records, takes a tenth of it. Bytes. */
const MAX_BYTES = 4 * 1024 * 1024;
const SLOWEST_MS = 20_000;

/** The name of a recording or picture that an account has under a MediaId. */
export function mediumOf(account: string | undefined, mediaId: string): string {
  return PREFIX + named(account, mediaId);
}

/** Voice messages at WeChat, which keeps them for three days and deletes them by itself. Every other recording belongs to `others`. */
export function voiceMessages(apis: Apis, others?: RecordingSource): RecordingSource {
  return {
    fetch: async (carrierId) => {
      if (!carrierId.startsWith(PREFIX)) return others ? others.fetch(carrierId) : { failed: 'noSource' };
      try {
        const bytes = await fetched(apis, carrierId);
        return bytes.length > MAX_BYTES ? { wrong: 'tooLarge' } : { bytes };
      } catch (error) {
        return { failed: error instanceof ApiError ? `wechat.${error.code}` : 'unreachable' };
      }
    },
    remove: async (carrierId) => carrierId.startsWith(PREFIX) || (others ? others.remove(carrierId) : false),
  };
}

/** Pictures at WeChat, which keeps them for three days. Every other picture belongs to `others`. */
export function chatPictures(apis: Apis, others?: PictureSource): PictureSource {
  return async (name) => {
    if (!name.startsWith(PREFIX)) return others ? others(name) : { wrong: 'missing' };
    try {
      return { bytes: await fetched(apis, name) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'tooLarge') return { wrong: 'tooLarge' };
      return error.code === GONE ? { wrong: 'missing' } : { failed: `wechat.${error.code}` };
    }
  };
}

/** An id that WeChat does not know, or not any more; so are those of an account that was removed. */
const GONE = 40007;

async function fetched(apis: Apis, medium: string): Promise<Buffer> {
  const { account, name } = nameIn(medium.slice(PREFIX.length));
  const api = apis.get(account);
  if (!api) throw new ApiError(GONE);
  return (await api.media(name, AbortSignal.timeout(SLOWEST_MS))).bytes;
}
