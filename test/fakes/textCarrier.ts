import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { HandingOver, Pushed, Taken } from '../../scripts/fakes/handingOver.ts';
import { noticeText } from '../../src/app/words.ts';
import { plainText } from '../../src/carriers/form.ts';
import { addressHmac } from '../../src/contacts/contact.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { addressIn, Message, type MessageRecord, saidIn } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import type { AcceptedMessage } from './messagesApi.ts';
import type { Text } from './twilio.ts';

/** A carrier of SMS as tests use it, whichever it is. */
export interface TextCarrier {
  /** Texts that the service sent by itself, in order. */
  readonly accepted: Pick<AcceptedMessage, 'to' | 'body'>[];
  /** Puts texts among these that the carrier cannot bring, of which the outbox says why. */
  readonly look?: () => Promise<void>;
  /** Delivers a text and gives the reply's text, undefined for silence. */
  deliver(text: Text): Promise<string | undefined>;
}

const REPLY_MS = 10_000;
/** Why a text is not one of the approved templates. */
const NO_TEMPLATE = ['noTemplate', 'otherSlots', 'slotTooLong'];

/**
 * Delivers texts to the service, and finds the reply to each among those that the carrier took. A reply that no template says is the words of the
 * message of which the outbox says so.
 */
export function handingOver(
  world: World,
  carrier: HandingOver,
  { name, community, deliveryId }: { name: 'kannel' | 'mas' | 'aliyun'; community: string; deliveryId: (text: Required<Text>) => string },
): TextCarrier {
  const { vault } = world;
  const replies = new Map<string, string>();
  const looked = new Set<string>();
  const worded = async (message: MessageRecord) => {
    const { channel, language } = message;
    return plainText(await noticeText(world, await loadCatalogue())({ community, channel, language, said: saidIn(vault, message), isFirst: false }));
  };
  return {
    accepted: carrier.taken,
    look: async () => {
      const untold = collection(Message).find({ channel: 'sms', state: 'failed', reason: { $in: NO_TEMPLATE } }, { promoteBuffers: true });
      for (const message of await untold.toArray()) {
        if (looked.has(message._id) || message.kind === 'reply') continue;
        looked.add(message._id);
        carrier.taken.push({ to: addressIn(vault, message), from: '', body: await worded(message) });
      }
    },
    deliver: async ({ sid = vault.hmac('delivery', String(Math.random())), ...text }) => {
      const whole = { ...text, sid };
      const before = carrier.taken.length;
      const { status, text: said } = await carrier.push(whole);
      if (status !== 200) throw new Error(`the service answered ${status}: ${said}`);
      const key = vault.hmac('delivery', 'sms', name, deliveryId(whole));
      const isHis = ({ to }: Taken) => to === text.from;
      const _id = ['reply', key].join('|') + ['', 'sms', addressHmac(vault, { community, channel: 'sms', address: text.from })].join('|');
      const reply = () => collection(Message).findOne({ _id }, { promoteBuffers: true });
      if (!(await reply().catch(() => null))) {
        // nothing to say, or the database is away
        const at = carrier.taken.findIndex((taken, index) => index >= before && isHis(taken));
        return at < 0 ? undefined : carrier.taken.splice(at, 1)[0]?.body;
      }
      for (const until = Date.now() + REPLY_MS; Date.now() < until; await sleep(5)) {
        const known = replies.get(_id);
        if (known) return known;
        const now = await reply();
        const at = carrier.taken.findIndex(({ ref, id }) => (ref ? ref === now?.ref : id === now?.carrierId));
        const [taken] = at < 0 ? [] : carrier.taken.splice(at, 1);
        if (taken) replies.set(_id, taken.body);
        else if (now?.state === 'failed' && NO_TEMPLATE.includes(now.reason ?? '')) replies.set(_id, await worded(now));
        else if (now?.state === 'failed') throw new Error(`the reply failed: ${now.reason}`);
      }
      throw new Error('no reply came');
    },
  };
}

/** A carrier pushes a text again, unchanged, after so many minutes, until it is told 200; then never. */
const PUSHED_AFTER_MINUTES = [0, 1, 5, 10] as const;

/** Pushes a text whose reply cannot be kept the first two times, until it is taken. Gives each status. */
export async function pushedUntilKept(carrier: HandingOver, text: Pushed): Promise<number[]> {
  const replies = (validator: object) =>
    mongoose.connection.getClient().db(mongoose.connection.name).command({ collMod: Message.collection.name, validator });
  await replies({ kind: { $ne: 'reply' } });
  const statuses: number[] = [];
  try {
    for (const minutes of PUSHED_AFTER_MINUTES) {
      if (minutes > 1) await replies({});
      statuses.push((await carrier.push(text)).status);
      if (statuses.at(-1) === 200) break;
    }
    return statuses;
  } finally {
    await replies({});
  }
}
