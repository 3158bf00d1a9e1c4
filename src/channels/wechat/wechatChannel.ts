import type { RequestHandler } from 'express';
import { communityByNumber } from '../../fund/communityByNumber.ts';
import { communityOfChat } from '../../fund/communityOfChat.ts';
import { enterByPoster } from '../../fund/enterByPoster.ts';
import { openBallot } from '../../fund/ledger/openBallot.ts';
import type { Log } from '../../logger.ts';
import { carrierStatus } from '../../outreach/carrierStatus.ts';
import type { Send } from '../../outreach/send.ts';
import type { World } from '../../store/world.ts';
import type { BotMeans } from './bot.ts';
import { offerMenu } from './offerMenu.ts';
import type { Api } from './puppet/src/api.ts';
import type { AccountKeys } from './puppet/src/verify.ts';
import { type ChatMeans, receiveChat } from './receive.ts';
import { sendWechat } from './send.ts';
import { templateStatus } from './templateStatus.ts';
import { wechatDoor } from './wechatDoor.ts';

/** How the account is reached, and how it is known to be the one. */
export interface WechatCarrier {
  readonly keys: AccountKeys;
  readonly api: Api;
  readonly observe?: BotMeans['observe'];
  /** Wechaty is loaded at the start, not with the first message. */
  readonly loadsAtStart: boolean;
}

export interface WechatMeans {
  readonly world: World;
  readonly log: Log;
  readonly carrier: WechatCarrier;
  readonly answer: ChatMeans['answer'];
  readonly words: ChatMeans['words'];
  readonly leave: ChatMeans['leave'];
  readonly observe: ChatMeans['observe'];
}

export interface WechatChannel {
  /** For `GET` and `POST /wechat`; no body parser may run before it. */
  readonly handler: RequestHandler;
  readonly send: Send;
  stop(): Promise<void>;
}

/** WeChat, put together: the door, the bot behind it and the way out. */
export function wechatChannel({ world, log, carrier, ...means }: WechatMeans): WechatChannel {
  const { keys, api, observe, loadsAtStart } = carrier;
  const communityOf = communityByNumber(world);
  const delivered = carrierStatus(world);
  const chat = receiveChat({ ...chatMeans(world, log, api), ...means });
  const door = wechatDoor({
    world,
    log,
    keys,
    api,
    answer: async (message) => {
      const status = templateStatus(message);
      if (!status) return chat(message);
      await delivered(status).catch((error: unknown) =>
        log.error({ error, channel: 'wechat', code: 'STATUS_NOT_RECORDED' }, 'What came of a message could not be recorded'),
      );
      return undefined;
    },
    ...(observe && { observe }),
  });
  const send = sendWechat({
    api,
    log,
    now: world.now,
    templateOf: async (from) => {
      const community = await communityOf(from);
      const id = community?.templates?.reminder;
      return community && id ? { id, zone: community.timezone } : undefined;
    },
  });
  if (loadsAtStart)
    door.warm().catch((error: unknown) => log.error({ error, channel: 'wechat', code: 'WECHATY_NOT_LOADED' }, 'Wechaty does not start'));
  return {
    handler: door.handler,
    send,
    stop: door.stop,
  };
}

/** What a chat needs of the house and of the account. */
function chatMeans(world: World, log: Log, api: Pick<Api, 'sendMenu'>) {
  const ballot = openBallot(world);
  return {
    world,
    communityOf: communityOfChat(world),
    enter: enterByPoster(world),
    votedOn: async (community: string, at: Date) => {
      const opened = await ballot({}, { community, at });
      return 'open' in opened ? opened.open.cycle : undefined;
    },
    offer: offerMenu(api, log),
    report: (error: unknown) => log.error({ error, channel: 'wechat', code: 'TURN_FAILED' }, 'a turn ended in an apology'),
  };
}
