import type { RequestHandler } from 'express';
import { communityByNumber } from '../../fund/communityByNumber.ts';
import { communityOfChat } from '../../fund/communityOfChat.ts';
import { enterByPoster } from '../../fund/enterByPoster.ts';
import { openBallot } from '../../fund/ledger/openBallot.ts';
import type { RecordingSource } from '../../fund/recordings/workRecordings.ts';
import type { Log } from '../../logger.ts';
import { carrierStatus } from '../../outreach/carrierStatus.ts';
import type { Send } from '../../outreach/send.ts';
import type { World } from '../../store/world.ts';
import { accountApi } from './api/accountApi.ts';
import { noteDeliveries } from './deliveryMark.ts';
import { demoAccount } from './demoAccount.ts';
import { type Arrived, demoApi } from './demoApi.ts';
import { offerMenu } from './offerMenu.ts';
import type { Api } from './puppet/src/api.ts';
import { type ChatMeans, receiveChat } from './receive.ts';
import { sendWechat } from './send.ts';
import { templateStatus } from './templateStatus.ts';
import { voiceMessages } from './voiceMessages.ts';
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
  | {
      readonly demoToken: string;
      /** Told of what the account sends by itself. */
      readonly arrived?: (message: Arrived) => void;
    };

export interface WechatMeans {
  readonly world: World;
  readonly log: Log;
  readonly account: WechatAccount;
  readonly answer: ChatMeans['answer'];
  readonly words: ChatMeans['words'];
  readonly leave: ChatMeans['leave'];
  readonly observe: ChatMeans['observe'];
}

export interface WechatChannel {
  /** For `GET` and `POST /wechat`; no body parser may run before it. */
  readonly handler: RequestHandler;
  readonly api: Api;
  readonly send: Send;
  /** Where voice messages are kept at first; `others` is where every other recording is. */
  recordings(others?: RecordingSource): RecordingSource;
  stop(): Promise<void>;
}

/** WeChat, put together: the door, the bot behind it and the way out. Wechaty is loaded now, in the demo with the first message. */
export async function wechatChannel({ world, log, account, ...means }: WechatMeans): Promise<WechatChannel> {
  const isDemo = 'demoToken' in account;
  const out = isDemo ? demoApi(account.arrived) : accountApi(world, account);
  const keys = isDemo ? demoAccount(account.demoToken) : account;
  const communityOf = communityByNumber(world);
  const delivered = carrierStatus(world);
  const chat = receiveChat({ ...chatMeans(world, log, out), ...means });
  const door = wechatDoor({
    world,
    log,
    keys,
    api: out,
    answer: async (message) => {
      const status = templateStatus(message);
      if (!status) return chat(message);
      await delivered(status).catch((error: unknown) =>
        log.error({ error, channel: 'wechat', code: 'STATUS_NOT_RECORDED' }, 'What came of a message could not be recorded'),
      );
      return undefined;
    },
    ...(!isDemo && { observe: await noteDeliveries(world, log) }),
  });
  const send = sendWechat({
    api: out,
    log,
    now: world.now,
    templateOf: async (from) => {
      const community = await communityOf(from);
      const id = community?.templates?.reminder;
      return community && id ? { id, zone: community.timezone } : undefined;
    },
  });
  if (!isDemo) door.warm().catch((error: unknown) => log.error({ error, channel: 'wechat', code: 'WECHATY_NOT_LOADED' }, 'Wechaty does not start'));
  return {
    handler: door.handler,
    api: out,
    send,
    recordings: (others) => (isDemo && others ? others : voiceMessages(out, others)),
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
