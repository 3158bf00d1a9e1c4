import { WechatyImpl } from 'wechaty/impls';
import { log as wechatyLog } from 'wechaty-puppet';
import type { Log } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import {
  type AccountKeys,
  type AccountMessage,
  type Api,
  type Door,
  PuppetOfficialAccount,
  type PuppetOfficialAccountOptions,
} from './puppet/index.ts';

export interface BotDeps {
  readonly world: Pick<World, 'now'>;
  readonly log: Pick<Log, 'error'>;
  readonly keys: AccountKeys;
  readonly api: Pick<Api, 'sendText' | 'media'>;
  /** What is said to a message; undefined for nothing. */
  readonly answer: (message: AccountMessage) => Promise<string | undefined>;
  readonly observe?: PuppetOfficialAccountOptions['observe'];
}

export interface Bot {
  readonly door: Door;
  stop(): Promise<void>;
}

/** The way back to WeChat has to fit into the 4.2 s, too. */
const REPLY_WITHIN_MS = 4_100;

/**
 * The account as a Wechaty bot. Wechaty's own log is off: it would tell who wrote and what. Imported only where WeChat is set up: Wechaty
 * weighs 60 MB.
 */
export async function bot({ world, log, keys, api, answer, observe }: BotDeps): Promise<Bot> {
  wechatyLog.level('silent');
  const puppet = new PuppetOfficialAccount({
    keys,
    api,
    now: () => world.now().getTime(),
    replyWithinMs: REPLY_WITHIN_MS,
    repliesBySaying: false,
    rememberMs: 0, // the dialog remembers for a day, also across processes
    ...(observe && { observe }),
  });
  const wechaty = new WechatyImpl({ puppet });
  wechaty.on('error', (error) => log.error({ error, channel: 'wechat', code: 'wechaty-failed' }, 'Wechaty met an error'));
  wechaty.on('message', async (message) => {
    const received = puppet.received(message.id);
    let text: string | undefined;
    try {
      text = received && (await answer(received));
    } finally {
      if (!puppet.reply(message.id, text) && text) await message.say(text); // too late for a reply: by customer service
    }
  });
  await wechaty.start();
  return { door: puppet.door, stop: () => wechaty.stop() };
}
