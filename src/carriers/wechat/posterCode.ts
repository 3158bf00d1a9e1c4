import { type CommunityRecord, communityForReaders } from '../../fund/communities/index.ts';
import { boundedMap } from '../../store/cache.ts';
import { within } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { accountFor, type OfficialAccount } from './officialAccounts.ts';
import { type Api, ApiError } from './puppet/src/api.ts';
import { type Scene, sceneOf } from './receive.ts';

/** The code of a poster as a picture (PNG); undefined if WeChat gives none now. */
export type PosterCode = (scene: Scene) => Promise<Buffer | undefined>;

/** The chats of communities, as pages and papers lead to them. */
export interface ChatCodes {
  /** Whether an account leads to this community's chat; without one, whether there is any. */
  readonly hasChat: (community?: CommunityRecord) => boolean;
  readonly chatCode: PosterCode;
}

/** The codes of each community's own account. */
export function chatCodes(world: World, accounts: readonly OfficialAccount[]): ChatCodes {
  const communityOf = communityForReaders(world);
  const codes = new Map(accounts.map((account) => [account, posterCodes(world, account.api)]));
  return {
    hasChat: (community) => (community ? accountFor(accounts, community) !== undefined : accounts.length > 0),
    chatCode: async (scene) => {
      const account = accountFor(accounts, await communityOf(scene.community));
      return account && codes.get(account)?.(scene);
    },
  };
}

const MAX_CODES = 2_000;
/** How long a reader waits for WeChat, and how long nobody asks again after it failed. Milliseconds. */
const TIMEOUT_MS = 2_000;
const REST_MS = 60_000;

/** Gives the codes of posters that readers look at. WeChat is asked once for each scene, and for none within a minute after it gave no answer. */
export function posterCodes(world: World, api: Api): PosterCode {
  const known = boundedMap<string, Promise<Buffer>>(MAX_CODES);
  let restsUntil = 0;
  return async (poster) => {
    const scene = sceneOf(poster);
    if (scene === undefined || (!known.get(scene) && world.now().getTime() < restsUntil)) return undefined;
    try {
      return await within(
        TIMEOUT_MS,
        known.getOrMake(scene, () => asked(scene)),
        () => new ApiError('noAnswer'),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      restsUntil = world.now().getTime() + REST_MS;
      return undefined;
    }
  };

  function asked(scene: string): Promise<Buffer> {
    const code = drawnCode(api, scene);
    code.catch(() => known.delete(scene));
    return code;
  }
}

/** The picture of a code that is good for ever. Rejects with `ApiError`. */
export async function drawnCode(api: Api, scene: string): Promise<Buffer> {
  const { url } = await api.call('/cgi-bin/qrcode/create', { action_name: 'QR_LIMIT_STR_SCENE', action_info: { scene: { scene_str: scene } } });
  if (typeof url !== 'string') throw new ApiError('noAnswer');
  const { FileBox } = await import('file-box');
  return FileBox.fromQRCode(url).toBuffer();
}
