import mongoose from 'mongoose';
import { logger } from '../../src/app/logger.ts';
import { noticeText } from '../../src/app/words.ts';
import type { Send } from '../../src/carriers/sending.ts';
import { sendSms } from '../../src/carriers/twilio/rest.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { operator } from '../../src/fund/people/index.ts';
import { createBroadcast } from '../../src/outreach/broadcasts/changeBroadcast.ts';
import { planBroadcast } from '../../src/outreach/broadcasts/planBroadcast.ts';
import { queueBroadcast } from '../../src/outreach/broadcasts/queueBroadcast.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { addressIn, Message } from '../../src/outreach/outbox/message.ts';
import { outbox } from '../../src/outreach/outbox/outbox.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { benchVault } from '../secret.ts';
import type { Mode, Took } from './startSender.ts';
import { withStore } from './withStore.ts';

/**
 * A process that sends BENCH_COUNT messages of the outbox of BENCH_URI through the carrier at BENCH_API, in BENCH_MODE, and prints the time and the
 * resources that it took.
 */
const { BENCH_URI = '', BENCH_API = '', BENCH_MODE = 'outbox', BENCH_COUNT = '0' } = process.env;
const COUNT = Number(BENCH_COUNT);
const AT_ONCE = 32;
const TOLD = { said: { key: 'notice.broadcast' }, language: 'zh-CN', isFirst: false };
const TEXT = '青松社区：明天停水，早上八点到下午五点，请先接好水';

const client = sendSms({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'bench', publicUrl: 'https://bench.example', apiUrl: BENCH_API });
const modes: Readonly<Record<Mode, () => Promise<number>>> = {
  bare,
  outbox: () => withStore(BENCH_URI, ({ world }) => sendAll(world)),
  broadcast: () =>
    withStore(BENCH_URI, async ({ world }) => {
      await writeToAll(world);
      return sendAll(world);
    }),
};
const cpuBefore = process.cpuUsage();
const started = performance.now();
const sent = await modes[BENCH_MODE as Mode]();
const seconds = (performance.now() - started) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
const took: Took = { sent, seconds, cpu: (user + system) / 1e6, rss: process.resourceUsage().maxRSS / 1_024 };
process.stdout.write(`${JSON.stringify(took)}\n`, () => process.exit());

async function writeToAll(world: World): Promise<void> {
  const deps = { channels: ['sms'] as const, word: noticeText(world, await loadCatalogue()), units: () => 1, parts: () => [] };
  const planned = await planBroadcast(world, deps)({ community: 'bench', text: TEXT.slice(5), to: 'all' });
  if ('refused' in planned) throw new Error(planned.refused);
  const asked = { community: 'bench', at: {}, input: { ...planned.plan }, actor: operator('bench') };
  await createBroadcast.perform({ world, notify: enqueue(world) }, asked);
  await queueBroadcast(world, ['sms'], planned.plan.id);
}

/** Some more messages than were asked for may go out: those that are with the carrier as the last one goes. */
async function sendAll(world: World): Promise<number> {
  let handed = 0;
  let done = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const counting: Send = async (message) => {
    const sent = await client(message);
    handed += 1;
    if (handed === COUNT) done();
    return sent;
  };
  const sender = outbox(world, {
    channel: 'sms',
    log: logger('error'),
    send: counting,
    word: noticeText(world, await loadCatalogue()),
    atOnce: AT_ONCE,
  });
  await all;
  await sender.stop();
  return handed;
}

/** Opens a connection to the database for every message under way, as a loop without batches needs. */
async function bare(): Promise<number> {
  await mongoose.connect(BENCH_URI, { maxPoolSize: AT_ONCE, autoIndex: false, writeConcern: { w: 'majority', journal: true } });
  const messages = await collection(Message)
    .find({ channel: 'sms', state: 'pending', lane: '1|bench' }, { projection: { address: 1 }, sort: { dueAt: 1 }, limit: COUNT })
    .toArray();
  const { length } = messages;
  const loop = async () => {
    for (let message = messages.pop(); message; message = messages.pop()) {
      const { _id, address } = message;
      const to = addressIn(benchVault, { _id, address });
      const sent = await client({
        to,
        from: '+862880000001',
        community: 'qingsong',
        text: TEXT,
        told: TOLD,
        ref: _id,
        signal: AbortSignal.timeout(10_000),
      });
      if (sent.state !== 'sent') throw new Error(sent.state);
      await collection(Message).updateOne({ _id }, { $set: { state: 'sent', carrierId: sent.carrierId } });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
  await mongoose.disconnect();
  return length;
}
