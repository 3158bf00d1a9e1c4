import type { RequestHandler } from 'express';
import type { Bot, BotMeans } from './bot.ts';

export interface WechatDoor {
  /** For `GET` and `POST /wechat`; no body parser may run before it. */
  readonly handler: RequestHandler;
  stop(): Promise<void>;
}

/** WeChat's way in. Wechaty is loaded by the first who asks for it: `warm`, or the first message. */
export function wechatDoor(means: BotMeans): WechatDoor & { warm(): Promise<void> } {
  let loading: Promise<Bot> | undefined;
  const loaded = () => {
    loading ??= load(means);
    return loading;
  };
  return {
    handler: (request, response, next) =>
      void loaded()
        .then(({ door }) => door(request, response))
        .catch(next),
    warm: async () => void (await loaded()),
    stop: () =>
      loading?.then(
        (loaded) => loaded.stop(),
        () => undefined, // it never ran; that was told when it was loaded
      ) ?? Promise.resolve(),
  };
}

async function load(means: BotMeans): Promise<Bot> {
  delete process.env.WECHATY_LOG; // at its verbose levels Wechaty logs every message, and takes over uncaught errors
  const { bot } = await import('./bot.ts');
  return bot(means);
}
