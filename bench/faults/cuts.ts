import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import type { Effort } from '../effort.ts';
import { fill, ONE, phoneOf } from '../fill.ts';
import { withStore } from '../outbox/withStore.ts';
import type { Place } from '../place.ts';
import { PUBLIC_URL, service, TOKEN, withServers } from '../processes.ts';
import { median, type Row } from '../row.ts';
import { untilFrozen } from '../untilFrozen.ts';
import { cutting, startProxy } from './startProxy.ts';
import { lost, type Voting, voting } from './voting.ts';

const CONNECTIONS = 32;
/** Enough residents that nobody votes too often to get a receipt. */
export const RESIDENTS = 20_000;
const LIMIT_MS = 8_000;

/** A proxy that cuts the connections to the database again and again, while residents vote through the service. */
export async function cuts({ uri, folder }: Place, { cuts: times }: Effort): Promise<Row[]> {
  const at = uri('cuts');
  await fill(at, RESIDENTS);
  const proxy = await startProxy(at);
  try {
    const { residents, again } = await withServers(async (started) => {
      const running = await started(service(proxy.uri, folder('cuts'), { LOG_LEVEL: 'silent' }));
      await untilFrozen(at);
      const residents = votingAt(running.port);
      const again = await cutting(proxy, residents, times);
      await residents.end();
      return { residents, again };
    });
    return [await row(at, residents, again, times)];
  } finally {
    proxy.stop();
  }
}

/** All residents vote in turn. They get no answer only if the service gives none. */
export function votingAt(port: number): Voting {
  const line = { url: `http://127.0.0.1:${port}`, publicUrl: PUBLIC_URL, authToken: TOKEN };
  const phones = Array.from({ length: RESIDENTS }, (_, index) => phoneOf(index));
  return voting((from, body) => asCarrier(line, { from, to: ONE, body }).catch(() => undefined), phones, CONNECTIONS);
}

async function row(uri: string, { votes }: Voting, again: readonly (number | undefined)[], times: number): Promise<Row> {
  const missing = await withStore(uri, () => lost(votes));
  const done = again.flatMap((ms) => ms ?? []);
  const wedged = again.length - done.length;
  const slowest = votes.reduce((most, { ms }) => Math.max(most, ms), 0);
  const unanswered = votes.filter(({ ms }) => ms === Number.POSITIVE_INFINITY).length;
  const receipts = votes.filter(({ receipt }) => receipt).length;
  return {
    work: `${times} connections to the database cut by a proxy in mid-command, under load`,
    result: `${wedged} wedged, slowest answer ${(slowest / 1_000).toFixed(2)} s, ${missing} acknowledged lost`,
    reach: '0; < 8 s; 0',
    reached: done.length === times && slowest < LIMIT_MS && missing === 0,
    detail: `${votes.length} texts, ${receipts} receipts, ${unanswered} without an answer; a receipt again after ${(median(done) / 1_000).toFixed(2)} s, at most ${(Math.max(...done) / 1_000).toFixed(2)} s`,
  };
}
