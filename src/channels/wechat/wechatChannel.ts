import type { RequestHandler } from 'express';
import type { Log } from '../../logger.ts';
import type { World } from '../../store/world.ts';
import { accountApi } from './api/accountApi.ts';
import { demoAccount } from './demoAccount.ts';
import { demoApi } from './demoApi.ts';
import type { Api } from './puppet/src/api.ts';
import type { AccountMessage } from './puppet/src/message.ts';
import { wechatDoor } from './wechatDoor.ts';

/** The account's settings (contract §2), or the demo's token. */
export type WechatAccount =
  | {
      readonly appId: string;
      readonly appSecret: string;
      readonly token: string;
      readonly aesKey: string;
      readonly aesKeyPrevious?: string;
      readonly plain: boolean;
      readonly apiUrl?: string;
    }
  | { readonly demoToken: string };

export interface WechatMeans {
  readonly world: World;
  readonly log: Log;
  readonly account: WechatAccount;
  /** What is said to a message; undefined for nothing. */
  readonly answer: (message: AccountMessage, api: Api) => Promise<string | undefined>;
}

export interface WechatChannel {
  /** For `GET` and `POST /wechat`; no body parser may run before it. */
  readonly handler: RequestHandler;
  readonly api: Api;
  stop(): Promise<void>;
}

/** WeChat, put together: the door, the bot behind it and the way out. Wechaty is loaded now, in the demo with the first message. */
export function wechatChannel({ world, log, account, answer }: WechatMeans): WechatChannel {
  const isDemo = 'demoToken' in account;
  const out = isDemo ? demoApi() : accountApi(world, account);
  const keys = isDemo ? demoAccount(account.demoToken) : account;
  const door = wechatDoor({ world, log, keys, api: out, answer: (message) => answer(message, out) });
  if (!isDemo) door.warm().catch((error: unknown) => log.error({ error, channel: 'wechat', code: 'WECHATY_NOT_LOADED' }, 'Wechaty does not start'));
  return { handler: door.handler, api: out, stop: door.stop };
}
