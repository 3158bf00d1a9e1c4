import { setTimeout as sleep } from 'node:timers/promises';
import type { Effort } from './effort.ts';
import { ONE } from './fill.ts';
import { fillChats, openidOf } from './fillChats.ts';
import type { Place } from './place.ts';
import { bareWechat, wechatService, withServers } from './processes.ts';
import { rate } from './rate.ts';
import { rounds } from './rounds.ts';
import type { Row } from './row.ts';
import { isReceipt } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { openedReply, wechatRequest } from './wechatRequest.ts';
import { work } from './work.ts';

const CONNECTIONS = 32;
const RESIDENTS = 20_000;
/** A step far from the previous one: neighbours in an index are never close together in time. */
const STRIDE = 618_033;
/** Posts are made before they are sent, and are valid for five minutes. */
const AT_MOST_SECONDS = 4;

/**
 * Encrypted turns a second while a Wechaty bot sees each message, compared with a bare server that decrypts, writes once and encrypts; and the
 * service's memory with the bot.
 */
export async function wechat({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fillChats(uri('wechat'), RESIDENTS);
  return withServers(async (started) => {
    const baseline = await started(bareWechat(uri('wechat')));
    const ours = await started(wechatService(uri('wechat'), folder('wechat')));
    await untilFrozen(uri('wechat'));
    await sleep(effort.idle * 1_000);
    const idle = ours.rss();
    const spoken = (body: string) => (index: number) => ({ from: openidOf((index * STRIDE) % RESIDENTS), to: ONE, body });
    const works = {
      bare: work(baseline, spoken('菜单'), (body) => openedReply(body).includes('ok'), wechatRequest),
      dialog: work(ours, spoken('菜单'), (body) => openedReply(body).includes('1 投票'), wechatRequest),
      vote: work(ours, spoken('投 3 7'), (body) => isReceipt(openedReply(body)), wechatRequest),
    };
    const together = await rounds(works, { rounds: effort.rounds, seconds: Math.min(effort.seconds, AT_MOST_SECONDS), connections: CONNECTIONS });
    return [
      rate('encrypted WeChat turns/s, a dialog that records nothing, 32 connections', together, 'dialog', 0.9, 1.5),
      rate('encrypted WeChat turns/s, `投 3 7` into one ledger, 32 connections', together, 'vote', 0.8),
      {
        work: 'resident set of an idle service with WeChat',
        result: `${idle.toFixed(0)} MB`,
        reach: '< 190 MB',
        reached: idle < 190,
        detail: `${effort.idle} s after it was ready, no turn taken`,
      },
    ];
  });
}
