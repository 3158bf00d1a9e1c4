import { setTimeout as sleep } from 'node:timers/promises';
import { isDuplicate } from '../../../fund/isDuplicate.ts';
import { native } from '../../../store/native.ts';
import type { World } from '../../../store/world.ts';
import { ApiError } from '../puppet/src/apiError.ts';
import { type Credentials, requestToken } from '../puppet/src/requestToken.ts';
import { AccessToken, type AccessTokenRecord } from './accessToken.ts';

/** WeChat gives another one from five minutes before the end on. */
const EARLY_MS = 5 * 60_000;
/** Longer than WeChat may take to answer twice. */
const ASKING_MS = 25_000;
const LOOK_AGAIN_MS = 100;

/**
 * The account's access token, kept encrypted in the database: however many processes need another one, one asks WeChat and the others take
 * what it got. `stale` is a token that WeChat has just refused; it is given once more only to find that somebody has replaced it.
 */
export function storedToken(world: World, credentials: Credentials): (stale?: string) => Promise<string> {
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
      const token = tokenIn(await native(AccessToken).findOne({ _id: appId }, { promoteBuffers: true }), stale);
      if (token) return token;
      if (await mayAsk()) return ask(stale);
    }
    throw new ApiError('unreachable'); // whoever asks gets no answer either
  }

  function tokenIn(kept: AccessTokenRecord | null, stale: string | undefined): string | undefined {
    if (!kept?.encrypted || !kept.until || world.now() >= kept.until) return undefined;
    const token = world.vault.decrypt('accessToken', appId, kept.encrypted);
    if (token === stale) return undefined;
    known = { token, until: kept.until };
    return token;
  }

  /** Whether it is for this process to ask: nobody else is at it. */
  async function mayAsk(): Promise<boolean> {
    const now = world.now();
    try {
      const { matchedCount, upsertedCount } = await native(AccessToken).updateOne(
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
      // somebody may have been faster between the look and the right to ask
      const replaced = tokenIn(await native(AccessToken).findOne({ _id: appId }, { promoteBuffers: true }), stale);
      if (replaced) return replaced;
      const given = await requestToken(credentials);
      const { token, expiresIn } = given.token === stale ? await requestToken(credentials, true) : given;
      const until = new Date(world.now().getTime() + expiresIn * 1_000 - EARLY_MS);
      await native(AccessToken).updateOne({ _id: appId }, { $set: { encrypted: world.vault.encrypt('accessToken', appId, token), until } });
      known = { token, until };
      return token;
    } finally {
      await native(AccessToken).updateOne({ _id: appId }, { $unset: { askingUntil: '' } });
    }
  }
}
