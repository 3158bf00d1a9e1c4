import { setTimeout as sleep } from 'node:timers/promises';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { encrypted, optional, type RecordOf, records } from '../../store/records.ts';
import type { World } from '../../store/world.ts';
import { type Api, ApiError, api } from './puppet/src/api.ts';
import { type Credentials, requestToken } from './puppet/src/token.ts';

export interface ApiAccount {
  readonly appId: string;
  readonly appSecret: string;
  /** Another address of the API; no slash at the end. */
  readonly apiUrl?: string;
}

const WECHAT_API_URL = 'https://api.weixin.qq.com';
const TIMEOUT_MS = 10_000;

/** The API of an account; its token is kept in the database. */
export function accountApi(world: Pick<World, 'vault' | 'now'>, { appId, appSecret, apiUrl: url = WECHAT_API_URL }: ApiAccount): Api {
  return api({ url, token: storedToken(world, { appId, appSecret, url }), timeoutMs: TIMEOUT_MS });
}

/** From five minutes before a token's end, WeChat gives another one. */
const EARLY_MS = 5 * 60_000;
/** Longer than WeChat may take to answer twice. Milliseconds. */
const ASKING_MS = 25_000;
const LOOK_AGAIN_MS = 100;

/**
 * The account's access token, kept encrypted in the database. However many processes need another one, one of them asks WeChat and the others take
 * the token that it got. `stale` is a token that WeChat has just refused; it is passed only to find out whether another process has already replaced
 * it.
 */
function storedToken(world: Pick<World, 'vault' | 'now'>, credentials: Credentials): (stale?: string) => Promise<string> {
  const { appId } = credentials;
  let known: { token: string; until: Date } | undefined;
  let looking: Promise<string> | undefined;
  return async (stale) => {
    if (known && known.token !== stale && world.now() < known.until) return known.token;
    looking ??= find(stale).finally(() => {
      looking = undefined;
    });
    return looking;
  };

  async function find(stale: string | undefined): Promise<string> {
    for (const until = world.now().getTime() + ASKING_MS; world.now().getTime() < until; await sleep(LOOK_AGAIN_MS)) {
      const token = tokenIn(await collection(AccessToken).findOne({ _id: appId }, { promoteBuffers: true }), stale);
      if (token) return token;
      if (await mayAsk()) return ask(stale);
    }
    throw new ApiError('unreachable'); // the caller gets no answer either
  }

  function tokenIn(kept: AccessTokenRecord | null, stale: string | undefined): string | undefined {
    if (!kept?.encrypted || !kept.until || world.now() >= kept.until) return undefined;
    const token = world.vault.decrypt('accessToken', appId, kept.encrypted);
    if (token === stale) return undefined;
    known = { token, until: kept.until };
    return token;
  }

  /** Whether this process should ask WeChat: no other process is asking. */
  async function mayAsk(): Promise<boolean> {
    const now = world.now();
    try {
      const { matchedCount, upsertedCount } = await collection(AccessToken).updateOne(
        { _id: appId, $or: [{ askingUntil: { $exists: false } }, { askingUntil: { $lte: now } }] },
        { $set: { askingUntil: new Date(now.getTime() + ASKING_MS) } },
        { upsert: true },
      );
      return matchedCount + upsertedCount > 0;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async function ask(stale: string | undefined): Promise<string> {
    try {
      // another process may have been faster between the look and the right to ask
      const replaced = tokenIn(await collection(AccessToken).findOne({ _id: appId }, { promoteBuffers: true }), stale);
      if (replaced) return replaced;
      const given = await requestToken(credentials);
      const { token, expiresIn } = given.token === stale ? await requestToken(credentials, true) : given;
      const until = new Date(world.now().getTime() + expiresIn * 1_000 - EARLY_MS);
      await collection(AccessToken).updateOne({ _id: appId }, { $set: { encrypted: world.vault.encrypt('accessToken', appId, token), until } });
      known = { token, until };
      return token;
    } finally {
      await collection(AccessToken).updateOne({ _id: appId }, { $unset: { askingUntil: '' } });
    }
  }
}

/** The access token of one WeChat account, which all processes share. */
export const AccessToken = records('accessTokens', {
  /** The AppID. */
  _id: String,
  encrypted: optional(encrypted('accessToken')),
  /** Until when it is used, by the database's clock. */
  until: optional(Date),
  /** Until then, one process is asking WeChat for another token. */
  askingUntil: optional(Date),
});
type AccessTokenRecord = RecordOf<typeof AccessToken>;
