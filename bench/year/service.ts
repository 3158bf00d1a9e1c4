import { createInterface } from 'node:readline';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logMark, logSigner } from '../../src/app/logFiles.ts';
import { logger } from '../../src/app/logger.ts';
import { openStore } from '../../src/store/openStore.ts';
import { CARRIER, PUBLIC_URL, TOKEN } from '../processes.ts';
import { SECRET_BYTES } from '../secret.ts';

/**
 * The service in a process of its own, with a clock that is put ahead: a line of milliseconds to standard input sets it and has it do what is due then, and
 * is answered with the milliseconds of CPU that this took. Its first line is its port.
 */
const { BENCH_URI: mongodbUri = '', BENCH_FOLDER: dataDir = '', BENCH_API: apiUrl = '' } = process.env;
const store = await openStore({ mongodbUri, dataDir, secret: SECRET_BYTES });
let ahead = 0;
const world = { ...store.world, now: () => new Date(store.world.now().getTime() + ahead) };
const log = logger('warn');
const signer = await logSigner({ dataDir, publicUrl: PUBLIC_URL });
let catchUp = async () => {};
const { url, stop } = await onOwnPort(async () => {
  const running = await app({
    world,
    log,
    publicUrl: PUBLIC_URL,
    announces: true,
    heads: { signer, mark: logMark(dataDir, signer.name), witnesses: [], ask: () => Promise.reject(new Error('There is no witness.')) },
    twilio: { accountSid: CARRIER.TWILIO_ACCOUNT_SID, authToken: TOKEN, phoneNumber: CARRIER.TWILIO_PHONE_NUMBER, apiUrl },
  });
  catchUp = running.catchUp;
  return running;
});
process.stdout.write(`${new URL(url).port}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  ahead = Number(line);
  const before = process.cpuUsage();
  await catchUp();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${(user + system) / 1_000}\n`);
}
await stop();
await store.close();
