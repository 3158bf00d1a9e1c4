import { setTimeout as sleep } from 'node:timers/promises';
import { addressHmac } from '../../src/contacts/contact.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import type { AcceptedMessage, Text, WebhookAnswer } from './twilio.ts';

/** A carrier of SMS as tests use it, whichever it is. */
export interface TextCarrier {
  /** Texts that the service sent by itself, in order. */
  readonly accepted: Pick<AcceptedMessage, 'to' | 'body'>[];
  /** Delivers a text and gives the reply's text, undefined for silence. */
  deliver(text: Text): Promise<string | undefined>;
}

/** A fake of a carrier whose responses carry no reply. */
export interface HandingOver {
  /** Texts that it took, in order. */
  readonly taken: Taken[];
  /** Delivers a text; gives the bare answer. */
  push(text: Required<Text>): Promise<WebhookAnswer>;
}

export interface Taken {
  readonly to: string;
  readonly from: string;
  readonly body: string;
  /** The name that the service gave the message, if the carrier gets to know it. */
  readonly ref?: string;
  /** The carrier's own. */
  readonly id?: string;
}

const REPLY_MS = 10_000;

/** Delivers texts to the service, and finds the reply to each among those that the carrier took. */
export function handingOver(
  { vault }: Pick<World, 'vault'>,
  carrier: HandingOver,
  { name, community, deliveryId }: { name: 'kannel' | 'mas' | 'aliyun'; community: string; deliveryId: (text: Required<Text>) => string },
): TextCarrier {
  const replies = new Map<string, Taken>();
  return {
    get accepted() {
      return carrier.taken;
    },
    deliver: async ({ sid = vault.hmac('delivery', String(Math.random())), ...text }) => {
      const whole = { ...text, sid };
      const before = carrier.taken.length;
      const { status, text: said } = await carrier.push(whole);
      if (status !== 200) throw new Error(`the service answered ${status}: ${said}`);
      const key = vault.hmac('delivery', 'sms', name, deliveryId(whole));
      const isHis = ({ to }: Taken) => to === text.from;
      const _id = ['reply', key].join('|') + ['', 'sms', addressHmac(vault, { community, channel: 'sms', address: text.from })].join('|');
      const queued = await collection(Message)
        .findOne({ _id })
        .catch(() => null); // the database is away
      if (!queued) {
        const at = carrier.taken.findIndex((taken, index) => index >= before && isHis(taken));
        return at < 0 ? undefined : carrier.taken.splice(at, 1)[0]?.body;
      }
      for (const until = Date.now() + REPLY_MS; Date.now() < until; await sleep(5)) {
        const known = replies.get(_id);
        if (known) return known.body;
        const now = await collection(Message).findOne({ _id });
        const at = carrier.taken.findIndex(({ ref, id }) => (ref ? ref === now?.ref : id === now?.carrierId));
        const [reply] = at < 0 ? [] : carrier.taken.splice(at, 1);
        if (reply) replies.set(_id, reply);
      }
      throw new Error('no reply came');
    },
  };
}
