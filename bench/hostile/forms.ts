import type { Effort } from '../effort.ts';
import { fill } from '../fill.ts';
import type { Place } from '../place.ts';
import { service, withServers } from '../processes.ts';
import type { Row } from '../row.ts';
import { isReceipt, vote } from '../spoken.ts';
import { untilFrozen } from '../untilFrozen.ts';
import { work } from '../work.ts';
import { besideCrowd } from './besideCrowd.ts';

const RESIDENTS = 5_000;
const FIELDS = 16_000;
const RATE = 50;

/** Turns beside a client that posts large unsigned forms with many fields. */
export async function forms({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fill(uri('forms'), RESIDENTS);
  return withServers(async (started) => {
    const server = await started(service(uri('forms'), folder('forms')));
    await untilFrozen(uri('forms'));
    const body = Array.from({ length: FIELDS }, (_, index) => index.toString(36)).join('&');
    const post = { path: '/twilio/sms', body, rate: RATE };
    const name = `unsigned forms of 64 KiB with 16,000 fields, ${RATE} a second, beside signed turns (\`投 3 7\`)`;
    return [await besideCrowd(name, { port: server.port, post }, work(server, vote(RESIDENTS), isReceipt), effort)];
  });
}
