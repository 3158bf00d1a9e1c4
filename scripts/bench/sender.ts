import { tmpdir } from 'node:os';
import mongoose from 'mongoose';
import { sendSms } from '../../src/channels/sms/send.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { logger } from '../../src/logger.ts';
import { noticeText } from '../../src/noticeText.ts';
import { createBroadcast } from '../../src/outreach/broadcasts/createBroadcast.ts';
import { planBroadcast } from '../../src/outreach/broadcasts/planBroadcast.ts';
import { queueBroadcast } from '../../src/outreach/broadcasts/queueBroadcast.ts';
import { Message } from '../../src/outreach/message.ts';
import { outbox } from '../../src/outreach/outbox.ts';
import type { Send } from '../../src/outreach/send.ts';
import { native } from '../../src/store/native.ts';
import { openStore, type Store } from '../../src/store/openStore.ts';

/**
 * A process that sends what the outbox of BENCH_URI holds through the carrier at BENCH_API, BENCH_COUNT messages, and prints `{seconds, cpu, rss}`.
 * BENCH_MODE `outbox`; `bare`: a loop with the same client and one durable write a message; `broadcast`: writes to everybody first, then sends.
 */
const { BENCH_URI = '', BENCH_API = '', BENCH_MODE = 'outbox', BENCH_COUNT = '0' } = process.env;
const COUNT = Number(BENCH_COUNT);
const AT_ONCE = 32;
const TEXT = '青松社区:明天停水,早上八点到下午五点,请先接好水';

const client = sendSms({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'bench', publicUrl: 'https://bench.example', apiUrl: BENCH_API });
const cpuBefore = process.cpuUsage();
const started = performance.now();
if (BENCH_MODE === 'bare') await bare();
else await ours(await openStore({ mongodbUri: BENCH_URI, dataDir: tmpdir(), secret: 'bench secret that is long enough for anyone' }));
const { user, system } = process.cpuUsage(cpuBefore);
const took = { seconds: (performance.now() - started) / 1_000, cpu: (user + system) / 1e6, rss: process.resourceUsage().maxRSS / 1_024 };
process.stdout.write(`${JSON.stringify(took)}\n`);
await mongoose.disconnect();
process.exit();

async function ours({ world }: Store): Promise<void> {
  const word = noticeText(world, await loadCatalogue());
  if (BENCH_MODE === 'broadcast') {
    const means = { channels: ['sms'] as const, word, units: () => 1 };
    const planned = await planBroadcast(world, means)({ community: 'bench', text: TEXT.slice(5), to: 'all' });
    if ('refused' in planned) throw new Error(planned.refused);
    await createBroadcast(world, planned.plan, 'bench');
    await queueBroadcast(world, ['sms'])(planned.plan.id);
  }
  let left = COUNT;
  let done = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const counting: Send = async (message) => {
    const sent = await client(message);
    left -= 1;
    if (left === 0) done();
    return sent;
  };
  const sender = outbox(world, { channel: 'sms', log: logger('error'), send: counting, word, atOnce: AT_ONCE });
  await all;
  await sender.stop();
}

/** With a connection to the database for every message under way, as a loop has that batches nothing. */
async function bare(): Promise<void> {
  await mongoose.connect(BENCH_URI, { maxPoolSize: AT_ONCE, autoIndex: false, writeConcern: { w: 'majority', journal: true } });
  const messages = await native(Message)
    .find({}, { projection: { address: 1 }, limit: COUNT })
    .toArray();
  const loop = async () => {
    for (let message = messages.pop(); message; message = messages.pop()) {
      const { _id, address } = message;
      const sent = await client({ to: address, from: '+862880000001', text: TEXT, ref: _id, signal: AbortSignal.timeout(10_000) });
      if (sent.state !== 'sent') throw new Error(sent.state);
      await native(Message).updateOne({ _id }, { $set: { state: 'sent', carrierId: sent.carrierId } });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
}
