import { ApiError } from './apiError.ts';
import { readAnswer } from './readAnswer.ts';
import { request } from './request.ts';

export interface Credentials {
  readonly appId: string;
  readonly appSecret: string;
  /** No slash at the end. */
  readonly url: string;
}

export interface AccessToken {
  readonly token: string;
  /** In seconds. */
  readonly expiresIn: number;
}

const TIMEOUT_MS = 10_000;

/**
 * Asks for the stable access token: the same one for whoever asks, until it is over. `isForced` ends it and gives another,
 * which WeChat does twenty times a day.
 */
export async function requestToken({ appId, appSecret, url }: Credentials, isForced = false): Promise<AccessToken> {
  const body = JSON.stringify({ grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: isForced });
  const { bytes } = await request(`${url}/cgi-bin/stable_token`, { body, limit: AbortSignal.timeout(TIMEOUT_MS) });
  const { access_token: token, expires_in: expiresIn, errcode } = readAnswer(bytes);
  if (typeof errcode === 'number' && errcode !== 0) throw new ApiError(errcode);
  if (typeof token !== 'string' || typeof expiresIn !== 'number') throw new ApiError('noAnswer');
  return { token, expiresIn };
}
