import type { World } from '../../../store/world.ts';
import { type Api, api } from '../puppet/src/api.ts';
import { storedToken } from './storedToken.ts';

export interface ApiAccount {
  readonly appId: string;
  readonly appSecret: string;
  /** Another address of the API, no slash at the end. */
  readonly apiUrl?: string;
}

const WECHAT_API_URL = 'https://api.weixin.qq.com';
const TIMEOUT_MS = 10_000;

/** The API of the service's account; its token is kept in the database. */
export function accountApi(world: World, { appId, appSecret, apiUrl: url = WECHAT_API_URL }: ApiAccount): Api {
  return api({ url, token: storedToken(world, { appId, appSecret, url }), timeoutMs: TIMEOUT_MS });
}
