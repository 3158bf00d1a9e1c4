import type { CommandName } from '../../dialog/command.ts';
import { deadlinePassed } from '../../dialog/turn.ts';
import { openBallot } from '../../fund/ballots/index.ts';
import { communityByNumber, communityOfChat, enterByPoster, type Served } from '../../fund/communities/index.ts';
import { within } from '../../store/collection.ts';
import type { Log } from '../../store/log.ts';
import { serviceState } from '../../store/serviceState.ts';
import type { World } from '../../store/world.ts';
import type { RecordStatus, Send } from '../sending.ts';
import type { Bot, BotDeps } from './bot.ts';
import { markOf, type OfficialAccount } from './officialAccounts.ts';
import { type Api, ApiError, type TappableMenu } from './puppet/src/api.ts';
import { type Delivered, type DoorDeps, door, type WebhookHandler } from './puppet/src/door.ts';
import { type ChatDeps, LATE_MS, receiveChat } from './receive.ts';
import { sendWechat, templateStatus } from './send.ts';

/** An official account that is set up, or one that is played. */
export interface WechatCarrier extends OfficialAccount {
  readonly observe?: DoorDeps['observe'];
  /** A Wechaty bot sees each message. */
  readonly hasBot: boolean;
}

export interface WechatDeps {
  readonly world: World;
  readonly log: Log;
  readonly carrier: WechatCarrier;
  readonly served: Served;
  readonly recordStatus: RecordStatus;
  readonly answer: ChatDeps['answer'];
  readonly words: ChatDeps['words'];
  readonly unfollow: ChatDeps['unfollow'];
  readonly observe: ChatDeps['observe'];
}

export interface WechatChannel {
  /** For `GET` and `POST` at its address; no body parser may run before it. */
  readonly handler: WebhookHandler;
  /** To an openid of this account. */
  readonly send: Send;
  stop(): Promise<void>;
}

/** Puts the parts of WeChat together: the door, the answers, and the sending. */
export function wechatChannel({ world, log, carrier, served, recordStatus, ...deps }: WechatDeps): WechatChannel {
  const { keys, api, observe, hasBot } = carrier;
  const account = markOf(carrier);
  const communityOf = communityByNumber(world);
  const chat = receiveChat({ ...chatDeps(world, log, api, served), account, ...deps });
  const bot = hasBot ? wechatyBeside({ log, keys, api }) : undefined;
  const handler = door({
    keys,
    now: () => world.now().getTime(),
    remembered: 0, // the dialog remembers for a day, also across processes
    failed: (error) => log.error({ error, channel: 'wechat', code: 'delivery-not-taken' }, 'A delivery of WeChat could not be taken'),
    answer: async (message) => {
      bot?.see(message);
      const status = templateStatus(message, account);
      if (!status) return chat(message);
      await within(LATE_MS, recordStatus(status), deadlinePassed).catch((error: unknown) =>
        log.error({ error, channel: 'wechat', code: 'status-not-recorded' }, 'What came of a message could not be recorded'),
      );
      return undefined;
    },
    ...(observe && { observe }),
  });
  const send = sendWechat({
    api,
    account,
    log,
    now: world.now,
    templateOf: async (from) => {
      const community = await communityOf(from);
      const id = community?.templates?.reminder;
      return community && id ? { id, zone: community.timezone } : undefined;
    },
  });
  return { handler, send, stop: async () => bot?.stop() };
}

/** What a chat needs of the service and of the account. */
function chatDeps(world: World, log: Log, api: Pick<Api, 'sendMenu'>, served: Served) {
  return {
    world,
    communityOf: communityOfChat(world, served),
    enter: (address: string, slug: string) => enterByPoster(world, served, address, slug),
    votedOn: async (community: string, at: Date) => {
      const opened = await openBallot(world, {}, { community, at });
      return 'open' in opened ? opened.open.cycle : undefined;
    },
    offer: offerMenu(api, log),
    report: (error: unknown) => log.error({ error, channel: 'wechat', code: 'turn-failed' }, 'a turn ended in an apology'),
  };
}

/** The bot that sees each message beside the dialog. Nobody waits for it: residents are answered before it has loaded, and also if it never does. */
function wechatyBeside(deps: BotDeps): Bot {
  const loading = load(deps);
  loading.catch((error: unknown) => deps.log.error({ error, channel: 'wechat', code: 'wechaty-not-loaded' }, 'Wechaty does not start'));
  const ignore = () => undefined; // it never ran; the error was reported when it was loaded
  return {
    see: (message) =>
      void loading
        .then((bot) => bot.see(message), ignore)
        .catch((error: unknown) => deps.log.error({ error, channel: 'wechat', code: 'wechaty-failed' }, 'Wechaty met an error')),
    stop: () => loading.then((bot) => bot.stop(), ignore),
  };
}

async function load(deps: BotDeps): Promise<Bot> {
  delete process.env.WECHATY_LOG; // at its verbose levels Wechaty logs every message, and it takes over uncaught errors
  const { bot } = await import('./bot.ts');
  return bot(deps);
}

/** When an encrypted message last came to an account: what `npm run wechat -- check` knows about the mode that is chosen in WeChat's console. */
export interface DeliveryMode {
  /** `wechat`, or of an office's or community's account `wechat|APPID`. */
  _id: string;
  safe?: Date;
}

const EVERY_MS = 10 * 60_000;

export const deliveryModes = () => serviceState<DeliveryMode>();

function modeOf(account: Pick<OfficialAccount, 'of' | 'keys'>): string {
  const mark = markOf(account);
  return mark === undefined ? 'wechat' : `wechat|${mark}`;
}

/** When an encrypted message last came to this account; undefined if none ever did. */
export async function lastSafeDelivery(account: Pick<OfficialAccount, 'of' | 'keys'>): Promise<Date | undefined> {
  return (await deliveryModes().findOne({ _id: modeOf(account) }))?.safe;
}

/** Records now and then that messages come encrypted. Warns once if they come from WeChat unencrypted: those are refused. */
export async function recordDeliveryMode(
  world: Pick<World, 'now'>,
  log: Pick<Log, 'warn' | 'error'>,
  account: Pick<OfficialAccount, 'of' | 'keys'>,
): Promise<(outcome: Delivered) => void> {
  const _id = modeOf(account);
  await deliveryModes().updateOne({ _id }, { $setOnInsert: { _id } }, { upsert: true });
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
      .updateOne({ _id }, { $set: { safe } })
      .catch((error: unknown) => log.error({ error, channel: 'wechat', code: 'delivery-not-noted' }, 'That a message came could not be noted'));
  };
}

/** Refused because the account may send no menus at all: unverified accounts and test accounts. */
const NOT_ALLOWED: readonly ApiError['code'][] = [48001, 40200];
/** After this time, in milliseconds, the reader of the reply has long gone on. */
const TIMEOUT_MS = 5_000;

/** Sends what can be tapped beside a reply that says the same in words: if it does not arrive, nothing is lost. */
function offerMenu(api: Pick<Api, 'sendMenu'>, log: Pick<Log, 'warn' | 'error'>): (openid: string, menu: TappableMenu) => void {
  let isAllowed = true;
  return (openid, menu) => {
    if (isAllowed) api.sendMenu(openid, menu, AbortSignal.timeout(TIMEOUT_MS)).catch(failed);
  };

  function failed(error: unknown): void {
    if (!(error instanceof ApiError)) log.error({ error, channel: 'wechat', code: 'wechat-menu' }, 'Nothing to tap was sent');
    else if (NOT_ALLOWED.includes(error.code) && isAllowed) {
      isAllowed = false;
      log.warn({ channel: 'wechat', code: `wechat-${error.code}` }, 'The WeChat account may not send items to tap; ballots are numbered text alone');
    }
  }
}

/** The menu below the chat, as WeChat's API takes it. */
interface AccountMenu {
  readonly button: readonly (Item | { readonly name: string; readonly sub_button: readonly Item[] })[];
}

interface Item {
  readonly type: 'click';
  readonly name: string;
  /** What a tap sends back: the command for which it stands. */
  readonly key: CommandName;
}

/** The account's menu: the first three items of the menu in the chat, with the same names. `word` gives the words for a key of the catalogue. */
export function accountMenu(word: (key: string) => string): AccountMenu {
  const item = (key: CommandName, name: string): Item => ({ type: 'click', name: word(name), key });
  return {
    button: [
      item('vote', 'menu.vote'),
      item('propose', 'menu.propose'),
      { name: word('menu.more'), sub_button: [item('progress', 'menu.progress'), item('ask', 'menu.ask'), item('person', 'menu.person')] },
    ],
  };
}
