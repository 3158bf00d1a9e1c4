import { CodedError } from '../../src/store/codedError.ts';
import type { Effort } from '../effort.ts';
import { fill } from '../fill.ts';
import { load } from '../load.ts';
import type { Place } from '../place.ts';
import { demo, type Running, service, TOKEN, WECHAT, withServers } from '../processes.ts';
import { request } from '../request.ts';
import type { Row } from '../row.ts';
import { isReceipt, vote } from '../spoken.ts';
import { hostileRequests, unsignedCarriers } from './hostileRequests.ts';
import { throwAt } from './throwAt.ts';

const SEED = 13;
const AT_ONCE = 200;
const PATH_SECRET = 'p'.repeat(32);
/** The address has a port that is not a standard one: Twilio's signatures are checked with the port and without it. */
const PUBLIC_URL = 'https://bench.example:8443';

/** Malformed requests over raw sockets: at the service with every channel, and at the demo with its simulator. */
export async function malformed({ uri, folder, mongod }: Place, { malformed: count }: Effort): Promise<Row[]> {
  await fill(uri('malformed'), 100);
  return withServers(async (started) => {
    const every = await started(
      service(uri('malformed'), folder('malformed'), {
        WECHAT_APP_ID: WECHAT.appId,
        WECHAT_APP_SECRET: 'bench-secret',
        WECHAT_TOKEN: TOKEN,
        WECHAT_AES_KEY: WECHAT.aesKey,
        WECHAT_API_URL: 'http://127.0.0.1:9',
        ...unsignedCarriers(PATH_SECRET),
        PUBLIC_URL,
      }),
    );
    const played = await started(demo(folder('malformed-demo'), mongod));
    return [
      await row('the service with SMS, voice and WeChat', every, Math.ceil(count * 0.75), () => turn(every)),
      await row('the demo with its simulator', played, Math.floor(count * 0.25), () => page(played)),
    ];
  });
}

async function row(where: string, { port }: Running, count: number, works: () => Promise<boolean>): Promise<Row> {
  const began = performance.now();
  const keys = { publicUrl: PUBLIC_URL, authToken: TOKEN, wechatToken: TOKEN, pathSecret: PATH_SECRET };
  const { statuses, closed, left, wrong } = await throwAt(port, hostileRequests(SEED, keys), count, AT_ONCE);
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  const isWell = await works().catch(() => false);
  const [first] = wrong;
  if (first) process.stderr.write(`the first wrong answer:\n${first.sent.toString('latin1').slice(0, 500)}\n${first.got.slice(0, 500)}\n`);
  const told = [...statuses].toSorted(([one], [other]) => one - other).map(([status, times]) => `${status}: ${times}`);
  return {
    work: `${count.toLocaleString('en')} malformed requests over raw sockets at ${where}`,
    result: `${count - left.length} answered or closed, ${left.length} left, ${wrong.length} wrong; ${isWell ? 'it works afterwards' : 'IT DOES NOT WORK AFTERWARDS'}`,
    reach: 'all answered or closed, none wrong, it works afterwards',
    reached: left.length === 0 && wrong.length === 0 && isWell,
    detail: `answers by status: ${told.join(', ')}; closed without one: ${closed}; ${seconds} s`,
  };
}

/** Whether a signed vote is answered with its receipt. */
async function turn({ port }: Running): Promise<boolean> {
  const votes = [request(port, vote(100)(0), PUBLIC_URL)].values();
  const { count } = await load(port, 1, 10, () => votes, isReceipt);
  return count === 1;
}

async function page({ port }: Running): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/simulator`);
  if (!answer.ok) throw new CodedError('no-simulator', `The simulator answered ${answer.status}.`);
  return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
}
