import type { Statement } from '../dialog/question.ts';
import type { Channel } from '../fund/act.ts';
import { communityBySlug } from '../fund/communityBySlug.ts';
import type { World } from '../store/world.ts';
import { backoff } from './backoff.ts';
import { begin } from './begin.ts';
import { failureWatch } from './failureWatch.ts';
import type { Held } from './lease.ts';
import type { MessageRecord, MessageState } from './message.ts';
import { quietUntil } from './quietUntil.ts';
import { recordFirst } from './recordFirst.ts';
import type { Send, Sent } from './send.ts';
import { sendingRate } from './sendingRate.ts';
import { settle } from './settle.ts';
import { stopAddress } from './stopAddress.ts';

/** Words what is said in the language of who hears it; `isFirst`: with who writes, what is kept and how to stop. */
export type Word = (message: { community: string; language: string; channel: Channel; said: Statement; isFirst: boolean }) => Promise<string>;

export interface Carrier {
  readonly send: Send;
  readonly word: Word;
  /** Longest that one call of the carrier may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** Some twelve hours, the waits growing to a quarter of an hour. */
const MOST_ATTEMPTS = 100;
/** A held message that is `sending` is given up for `unknown` so long after the carrier's answer was due, in milliseconds. */
const GRACE_MS = 30_000;

/** Takes held messages to what comes of them. `sending` is durable before the carrier is called; every write counts only while the token is its own. */
export function delivery(world: World, { send, word, timeoutMs }: Carrier): (message: Held) => Promise<Sent | undefined> {
  const bySlug = communityBySlug(world);
  const begun = begin(world, timeoutMs + GRACE_MS);
  const settled = settle(world);
  const watch = failureWatch(world);
  const after = (ms: number) => new Date(world.now().getTime() + ms);

  return async (message) => {
    const move = (from: readonly MessageState[], to: Partial<MessageRecord>) => settled({ message, from, to });
    const community = await bySlug(message.community);
    if (!community) return void (await move(['leased'], { state: 'failed', reason: 'noCommunity' }));
    if (message.attempts > MOST_ATTEMPTS) return void (await move(['leased'], { state: 'failed', reason: 'gaveUp' }));
    const quiet = message.kind === 'notice' ? quietUntil(community, world.now()) : undefined;
    if (quiet) return void (await move(['leased'], { state: 'pending', dueAt: quiet, attempts: message.attempts - 1 }));

    const start = await begun(message);
    if (start.state === 'lost') return;
    if (start.state !== 'sending') return void (await move(['sending'], start));
    const text = await worded(message, start.isFirst).catch(async (error: unknown) => {
      await move(['sending'], { state: 'pending', dueAt: after(backoff(message.attempts)), reason: 'notWorded' });
      throw error;
    });
    const sent = await send({ to: message.address, from: community.phone, text, ref: message.ref, signal: AbortSignal.timeout(timeoutMs) });
    if (sent.state === 'stopped') await stopAddress(world, message);
    // a callback may have been faster: what it told stands
    await move(
      ['sending', 'unknown'],
      sent.state === 'refused' ? { state: 'pending', dueAt: after(backoff(message.attempts)), reason: sent.reason } : sent,
    );
    if (sent.state === 'refused') await sendingRate(world, message.channel, community).slowDown();
    if (sent.state === 'sent' && start.isFirst) await recordFirst(world, message, text);
    await watch(message.broadcast, sent.state === 'failed' || sent.state === 'unknown');
    return sent;
  };

  async function worded({ community, language, channel, said }: Held, isFirst: boolean): Promise<string> {
    return word({ community, language, channel, said: JSON.parse(world.vault.open(said)), isFirst });
  }
}
