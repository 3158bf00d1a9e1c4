import mongoose from 'mongoose';
import { Community } from '../../src/fund/communities/index.ts';
import { collection } from '../../src/store/collection.ts';
import type { Effort } from '../effort.ts';
import { fill } from '../fill.ts';
import type { Place } from '../place.ts';
import { bareKannel, service, withServers } from '../processes.ts';
import { rate, rounds } from '../rounds.ts';
import { median, type Row } from '../row.ts';
import { isReceipt, vote } from '../spoken.ts';
import { untilFrozen } from '../untilFrozen.ts';
import { DOOR_SECRET, handedOver } from './handedOver.ts';
import { sendsms } from './sendsms.ts';

const RESIDENTS = 20_000;
const CONNECTIONS = 32;
/** The number that is texted, as Kannel writes it. */
const NUMBER = '106901234501';
/** A load that leaves room. Texts a second. */
const STEADY = 50;

/**
 * Ballots by texts that Kannel brings, each answered by a message of its own, against a bare server with the same writes, in interleaved rounds on
 * the same database; and how long a reply takes to the carrier, as fast as texts are taken and at a steady rate.
 */
export async function carriers({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fill(uri('carriers'), RESIDENTS);
  await overKannel(uri('carriers'));
  const carrier = await sendsms();
  try {
    return await withServers(async (started) => {
      const baseline = await started(bareKannel(uri('carriers'), carrier.url, DOOR_SECRET));
      const settings = { KANNEL_URL: carrier.url, KANNEL_USER: 'bench', KANNEL_PASSWORD: 'bench', KANNEL_SECRET: DOOR_SECRET };
      const ours = await started(service(uri('carriers'), folder('carriers'), settings));
      await untilFrozen(uri('carriers'));
      const votes = (index: number) => ({ ...vote(RESIDENTS)(index), to: NUMBER });
      const works = { bare: handedOver(baseline, carrier, votes, () => true), vote: handedOver(ours, carrier, votes, isReceipt) };
      const together = await rounds(works, { ...effort, connections: CONNECTIONS });
      const steady = await works.vote(CONNECTIONS, effort.seconds * effort.rounds, STEADY);
      const longest = Math.max(...together.map((round) => round.vote.p99));
      return [
        rate('replies/s to `投 3 7` through Kannel’s door, until each is with the carrier, 32 connections', together, 'vote', 0.8),
        {
          work: 'p99 from a text through Kannel’s door to its reply with the carrier',
          result: `${median(together.map((round) => round.vote.p99)).toFixed(0)} ms (at most ${longest.toFixed(0)}); ${steady.p99.toFixed(0)} ms at ${STEADY} a second`,
          reach: '< 2 s',
          reached: Math.max(longest, steady.p99) < 2_000,
          detail: `p50 ${median(together.map((round) => round.vote.p50)).toFixed(0)} ms as fast as texts are taken, ${steady.p50.toFixed(0)} ms at ${STEADY} a second`,
        },
      ];
    });
  } finally {
    await carrier.stop();
  }
}

async function overKannel(uri: string): Promise<void> {
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false });
  await collection(Community).updateMany({}, { $set: { carriers: { sms: 'kannel' }, textNumber: NUMBER } });
  await mongoose.disconnect();
}
