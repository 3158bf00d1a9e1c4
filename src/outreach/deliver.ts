import type { Statement } from '../dialog/question.ts';
import type { Channel } from '../fund/act.ts';
import { Address } from '../fund/records/addressBook.ts';
import { Community } from '../fund/records/community.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { backoff } from './backoff.ts';
import type { Held } from './claimDue.ts';
import { Message, type MessageRecord, type MessageState } from './message.ts';
import type { Send, Sent } from './send.ts';
import { stopAddress } from './stopAddress.ts';

/** Words what is said in the language of who hears it. */
export type Word = (message: { community: string; language: string; channel: Channel; said: Statement }) => Promise<string>;

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

/** Takes a held message to what came of it. `sending` is durable before the carrier is called; every write counts only while the token is its own. */
export async function deliver(world: World, { send, word, timeoutMs }: Carrier, message: Held): Promise<void> {
  const after = (ms: number) => new Date(world.now().getTime() + ms);
  const community = await native(Community).findOne({ _id: message.community }, { projection: { phone: 1 } });
  if (!community) return void (await move(['leased'], { state: 'failed', reason: 'noCommunity' }));
  if (message.attempts > MOST_ATTEMPTS) return void (await move(['leased'], { state: 'failed', reason: 'gaveUp' }));
  const text = await worded();

  if (!(await move(['leased'], { state: 'sending', dueAt: after(timeoutMs + GRACE_MS) }))) return; // the lease ran out and somebody else has it
  if (await isStopped(message)) return void (await move(['sending'], { state: 'stopped' }));
  await settle(await send({ to: message.address, from: community.phone, text, ref: message.ref, signal: AbortSignal.timeout(timeoutMs) }));

  async function worded(): Promise<string> {
    try {
      const { community, language, channel } = message;
      return await word({ community, language, channel, said: JSON.parse(world.vault.open(message.said)) });
    } catch (error) {
      await move(['leased'], { state: 'pending', dueAt: after(backoff(message.attempts)), reason: 'notWorded' });
      throw error;
    }
  }

  async function settle(sent: Sent): Promise<void> {
    if (sent.state === 'stopped') await stopAddress(world, message);
    // a callback may have been faster: what it told stands
    await move(
      ['sending', 'unknown'],
      sent.state === 'refused' ? { state: 'pending', dueAt: after(backoff(message.attempts)), reason: sent.reason } : sent,
    );
  }

  async function move(from: MessageState[], to: Partial<MessageRecord>): Promise<boolean> {
    const { _id, token } = message;
    const { matchedCount } = await native(Message).updateOne({ _id, token, state: { $in: from } }, { $set: { ...to, changedAt: world.now() } });
    return matchedCount === 1;
  }
}

/** Receipts and codes belong to what the person is just doing; everything else heeds a stop, at this very moment. */
async function isStopped({ kind, community, channel, address }: MessageRecord): Promise<boolean> {
  if (kind === 'receipt' || kind === 'code') return false;
  const book = await native(Address).findOne({ _id: [community, channel, address].join('|') }, { projection: { stoppedAt: 1 } });
  return book?.stoppedAt !== undefined;
}
