import type { Speech } from '../../channels/voice/speech.ts';
import { decryptedText, encryptedText, LONGEST_SPOKEN } from '../callText.ts';
import { unanswered } from '../http.ts';
import type { CarrierContext, PlaceCall } from '../port.ts';
import type { Send, Sent } from '../sending.ts';
import { APP, type Ari, type AriChannel } from './ari.ts';
import type { Line } from './line.ts';
import { CallLeft, CallOver, EventsLost } from './onChannel.ts';

export interface PlacedDeps {
  readonly ari: Ari;
  readonly endpointOf: (number: string) => string;
  /** Keeps the line of a channel while something is said and heard on it. */
  readonly held: (channel: AriChannel, work: (one: Line) => Promise<void>) => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** For how many seconds it rings. */
const RINGS = 30;
/** Q.850: user busy. */
export const BUSY = 17;
/** What the channel of a call is named that speaks a message: this, and the message's name. */
const TEXT = `${APP}-text-`;

/** Calls that we place: to talk with somebody, or to speak a message. */
export function placedCalls({ world, recordStatus }: Pick<CarrierContext, 'world' | 'recordStatus'>, { ari, endpointOf, held, report }: PlacedDeps) {
  return { voice: { placeCall, send: sendCall }, sayText, notAnswered };

  async function placeCall({ to, from, signal }: Parameters<PlaceCall>[0]): Promise<Sent> {
    return originate({ to, from, args: `placed,${to},${from}`, signal });
  }

  /** Sends a message as a call that speaks it. What it says travels with the call, so that whichever process hears the answer can say it. */
  async function sendCall({ to, from, text, ref, signal }: Parameters<Send>[0]): Promise<Sent> {
    if (text.length > LONGEST_SPOKEN) return { state: 'failed', reason: 'tooLong' };
    return originate({ to, from, args: `text,${encryptedText(world, ref, text)}`, signal, id: TEXT + ref });
  }

  /** A call that speaks a message was answered: its text is said twice. */
  async function sayText(channel: AriChannel, encrypted: string): Promise<void> {
    const ref = channel.id.slice(TEXT.length);
    const text = decryptedText(world, ref, encrypted);
    if (typeof text !== 'string') {
      await ari.call('DELETE', `/channels/${channel.id}`);
      return recordStatus({ ref, carrierId: channel.id, state: 'failed', reason: text ? 'tooLate' : 'nonsense' });
    }
    const speech = { words: () => text, language: /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en', isSlow: false };
    await held(channel, async (one) => {
      try {
        for (let times = 0; times < 2; ) if (await isSaid(one, speech)) times += 1;
      } catch (error) {
        if (error instanceof CallLeft) return; // another process says it
        if (!(error instanceof CallOver)) {
          report(error);
          await one.hangUp();
          return recordStatus({ ref, carrierId: channel.id, state: 'failed', reason: 'notSpoken' });
        }
      }
      await one.hangUp();
      await recordStatus({ ref, carrierId: channel.id, state: 'delivered' });
    });
  }

  /** Says a text once, after a pause; false if events were lost meanwhile. */
  async function isSaid(one: Line, speech: Speech): Promise<boolean> {
    try {
      await one.pause(1_000);
      await one.say([{ key: '' }], speech, false);
      return true;
    } catch (error) {
      if (error instanceof EventsLost) return false;
      throw error;
    }
  }

  /** A call that speaks a message rang in vain. */
  async function notAnswered(id: string, cause = 0): Promise<void> {
    if (!id.startsWith(TEXT)) return;
    const why = cause === BUSY ? 'busy' : cause === 18 || cause === 19 ? 'no-answer' : 'failed';
    await recordStatus({ ref: id.slice(TEXT.length), carrierId: id, state: 'failed', reason: `call.${why}` });
  }

  async function originate(call: { to: string; from: string; args: string; signal: AbortSignal; id?: string }): Promise<Sent> {
    const { to, from, args, signal, id = `${APP}-${world.randomBytes(12).toString('hex')}` } = call;
    const query = { endpoint: endpointOf(to), app: APP, appArgs: args, callerId: dialled(from), timeout: String(RINGS), channelId: id };
    try {
      const { status } = await ari.call('POST', '/channels', query, { signal });
      if (status === 200) return { state: 'sent', carrierId: id };
      if (status === 401 || status === 403) return { state: 'refused', reason: 'unauthorized', parks: true };
      if (status === 500) return { state: 'refused', reason: 'noLine' }; // the trunk is not there, or is full
      return { state: 'failed', reason: `http.${status}` };
    } catch (error) {
      return unanswered(error, signal);
    }
  }
}

/** A number as it is dialled in mainland China. */
export function dialled(number: string): string {
  if (/^\+861[3-9]\d{9}$/.test(number)) return number.slice(3);
  return number.replace(/^\+86/, '0').replace(/^\+/, '00');
}
