import type { RequestHandler } from 'express';
import mongoose from 'mongoose';
import { openBallot } from '../../fund/ballots/index.ts';
import { communityByNumber, communityOfChat, enterByPoster } from '../../fund/communities/index.ts';
import type { Log } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import type { RecordStatus, Send } from '../sending.ts';
import type { Bot, BotDeps } from './bot.ts';
import { offerMenu } from './menu.ts';
import type { Api } from './puppet/src/api.ts';
import type { Delivered } from './puppet/src/door.ts';
import type { AccountKeys } from './puppet/src/verify.ts';
import { type ChatDeps, receiveChat } from './receive.ts';
import { sendWechat, templateStatus } from './send.ts';

/** How the account is reached, and how it is known to be the one. */
export interface WechatCarrier {
  readonly keys: AccountKeys;
  readonly api: Api;
  readonly observe?: BotDeps['observe'];
  /** Wechaty is loaded at the start, not with the first message. */
  readonly loadsAtStart: boolean;
}

export interface WechatDeps {
  readonly world: World;
  readonly log: Log;
  readonly carrier: WechatCarrier;
  readonly recordStatus: RecordStatus;
  readonly answer: ChatDeps['answer'];
  readonly words: ChatDeps['words'];
  readonly unfollow: ChatDeps['unfollow'];
  readonly observe: ChatDeps['observe'];
}

export interface WechatChannel {
  /** For `GET` and `POST /wechat`; no body parser may run before it. */
  readonly handler: RequestHandler;
  readonly send: Send;
  stop(): Promise<void>;
}

/** WeChat, put together: the door, the bot behind it and the way out. */
export function wechatChannel({ world, log, carrier, recordStatus, ...deps }: WechatDeps): WechatChannel {
  const { keys, api, observe, loadsAtStart } = carrier;
  const communityOf = communityByNumber(world);
  const chat = receiveChat({ ...chatMeans(world, log, api), ...deps });
  const door = wechatDoor({
    world,
    log,
    keys,
    api,
    answer: async (message) => {
      const status = templateStatus(message);
      if (!status) return chat(message);
      await recordStatus(status).catch((error: unknown) =>
        log.error({ error, channel: 'wechat', code: 'status-not-recorded' }, 'What came of a message could not be recorded'),
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
    door.warm().catch((error: unknown) => log.error({ error, channel: 'wechat', code: 'wechaty-not-loaded' }, 'Wechaty does not start'));
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
    report: (error: unknown) => log.error({ error, channel: 'wechat', code: 'turn-failed' }, 'a turn ended in an apology'),
  };
}

export interface WechatDoor {
  /** For `GET` and `POST /wechat`; no body parser may run before it. */
  readonly handler: RequestHandler;
  stop(): Promise<void>;
}

/** WeChat's way in. Wechaty is loaded by the first who asks for it: `warm`, or the first message. */
function wechatDoor(deps: BotDeps): WechatDoor & { warm(): Promise<void> } {
  let loading: Promise<Bot> | undefined;
  const loaded = () => {
    loading ??= load(deps);
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

async function load(deps: BotDeps): Promise<Bot> {
  delete process.env.WECHATY_LOG; // at its verbose levels Wechaty logs every message, and takes over uncaught errors
  const { bot } = await import('./bot.ts');
  return bot(deps);
}

/** When a message came encrypted last: what `npm run wechat -- check` knows of the mode that is chosen in WeChat's console. */
export interface DeliveryMode {
  _id: 'wechat';
  safe?: Date;
}

const EVERY_MS = 10 * 60_000;

export const deliveryModes = () => mongoose.connection.collection<DeliveryMode>('serviceState');

/** Notes now and then that messages come encrypted, and says once where they come from WeChat and are not: those are refused. */
export async function recordDeliveryMode(world: Pick<World, 'now'>, log: Pick<Log, 'warn' | 'error'>): Promise<(outcome: Delivered) => void> {
  await deliveryModes().updateOne({ _id: 'wechat' }, { $setOnInsert: { _id: 'wechat' } }, { upsert: true });
  let [noted, isWarned] = [0, false];
  return (outcome) => {
    if (outcome === 'unencrypted' && !isWarned) {
      isWarned = true;
      log.warn({ channel: 'wechat', code: 'wechat-unencrypted' }, 'WeChat posts unencrypted, which is refused: choose 安全模式 in its console');
    }
    const safe = world.now();
    if (outcome !== 'safe' || safe.getTime() - noted < EVERY_MS) return;
    noted = safe.getTime();
    deliveryModes()
      .updateOne({ _id: 'wechat' }, { $set: { safe } })
      .catch((error: unknown) => log.error({ error, channel: 'wechat', code: 'delivery-not-noted' }, 'That a message came could not be noted'));
  };
}
