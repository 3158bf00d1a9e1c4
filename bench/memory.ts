import { setTimeout as sleep } from 'node:timers/promises';
import type { Effort } from './effort.ts';
import { fill } from './fill.ts';
import type { Place } from './place.ts';
import { type Running, service, withServers } from './processes.ts';
import { median, type Row } from './row.ts';
import { isMenu, isReceipt, menu, vote } from './spoken.ts';
import { type Work, work } from './work.ts';

const RESIDENTS = 10_000;
const CONNECTIONS = 32;

/** The resident set of the compiled service: idle, and after many turns, half of which record nothing and half a ballot. */
export async function memory({ uri, folder }: Place, { turns, idle }: Effort): Promise<Row[]> {
  await fill(uri('memory'), RESIDENTS);
  return withServers(async (started) => {
    const ours = await started(service(uri('memory'), folder('memory')));
    await sleep((idle * 1_000) / 3);
    const early = await settled(ours);
    await sleep((idle * 2_000) / 3);
    const atFirst = await settled(ours);
    const works = [work(ours, menu(RESIDENTS), isMenu), work(ours, vote(RESIDENTS), isReceipt)];
    const few = turns / 10;
    await take(works, few);
    const afterFew = await settled(ours);
    await take(works, turns - few);
    const afterMany = await settled(ours);
    const growth = afterMany / afterFew - 1;
    return [
      {
        work: 'resident set of an idle service',
        result: `${atFirst.toFixed(0)} MB`,
        reach: '< 130 MB',
        reached: atFirst < 130,
        detail: `${idle} s after it was ready, no turn taken; ${early.toFixed(0)} MB after ${idle / 3} s, before V8's first idle collection`,
      },
      {
        work: `resident set after ${turns.toLocaleString('en')} turns against after ${few.toLocaleString('en')}`,
        result: `${growth < 0 ? '' : '+'}${(growth * 100).toFixed(0)} %`,
        reach: '≤ +20 %',
        reached: growth <= 0.2,
        detail: `${afterMany.toFixed(0)} MB against ${afterFew.toFixed(0)} MB`,
      },
    ];
  });
}

/** Takes so many turns, a share of each work after the other. */
async function take(works: readonly Work[], turns: number): Promise<void> {
  for (let left = turns; left > 0; ) {
    for (const one of works) left -= (await one(CONNECTIONS, 1)).count;
  }
}

/** The median of the readings of two seconds. */
async function settled({ rss }: Running): Promise<number> {
  const readings: number[] = [];
  for (let reading = 0; reading < 10; reading++) {
    await sleep(200);
    readings.push(rss());
  }
  return median(readings);
}
