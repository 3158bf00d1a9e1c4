import { setTimeout as sleep } from 'node:timers/promises';
import { Community } from '../../src/fund/communities/index.ts';
import { queueMany } from '../../src/outreach/outbox/enqueue.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { recipients } from '../../src/outreach/recipients.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import type { Effort } from '../effort.ts';
import { fill } from '../fill.ts';
import type { Place } from '../place.ts';
import { service, withServers } from '../processes.ts';
import { median, type Row, spread } from '../row.ts';
import { isMenu, menu } from '../spoken.ts';
import { work } from '../work.ts';
import { untilAllSent, withCarrier } from './withCarrier.ts';
import { withStore } from './withStore.ts';

const TURNS = 20;
const MESSAGES = 100;
const RESIDENTS = 20_000;
/** After this time from the first queued message, the broadcast runs evenly. */
const WARM_MS = 1_500;

interface Round {
  readonly with: number;
  readonly without: number;
  readonly sent: number;
}

/** Turns beside a broadcast of a hundred messages a second, compared with turns without it. */
export async function beside({ uri, folder }: Place, { rounds, seconds: short }: Effort): Promise<Row[]> {
  const at = uri('beside');
  const seconds = short * 2;
  await fill(at, RESIDENTS);
  const measured = await withCarrier(({ api }) =>
    withServers(async (started) => {
      const ours = await started(service(at, folder('beside'), { TWILIO_API_URL: api }));
      const turns = work(ours, menu(RESIDENTS), isMenu);
      return withStore(at, async ({ world }) => {
        await Community.updateOne({ _id: 'bench' }, { quiet: '00:00-00:00', rates: { sms: MESSAGES } });
        const queue = queueing(world);
        await turns(TURNS, seconds, TURNS);
        const found: Round[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const without = await turns(TURNS, seconds, TURNS);
          await queue(MESSAGES * (seconds + 3));
          await sleep(WARM_MS);
          const before = await sent();
          const began = performance.now();
          const busy = await turns(TURNS, seconds, TURNS);
          const each = ((await sent()) - before) / ((performance.now() - began) / 1_000);
          found.push({ with: busy.p99, without: without.p99, sent: each });
          await untilAllSent();
        }
        return found;
      });
    }),
  );
  const ratios = measured.map((round) => round.with / round.without);
  const middle = (what: keyof Round, digits = 1) => median(measured.map((round) => round[what])).toFixed(digits);
  return [
    {
      work: `p99 of ${TURNS} turns a second beside a broadcast at ${MESSAGES} a second`,
      result: `× ${spread(ratios)}`,
      reach: '≤ 2 ×',
      reached: median(ratios) <= 2,
      detail: `${middle('with')} against ${middle('without')} ms; ${middle('sent', 0)} messages a second meanwhile`,
    },
  ];
}

/** Queues at least so many messages to the next residents. */
function queueing(world: World): (count: number) => Promise<void> {
  const everybody = recipients(world, ['sms'], { _id: 'bench', language: 'zh-CN' }, { to: 'all' });
  const occasion = { occasion: 'beside', community: 'bench', said: () => ({ key: 'notice.broadcast', params: { text: '明天停水' } }) };
  return async (count) => {
    for (let queued = 0; queued < count; ) {
      const next = await everybody.next();
      if (next.done) throw new CodedError('too-few', 'There are too few residents for so long a broadcast.');
      queued += await queueMany(world, occasion, next.value);
    }
  };
}

function sent(): Promise<number> {
  return collection(Message).countDocuments({ state: 'sent' });
}
