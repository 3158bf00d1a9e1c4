import mongoose from 'mongoose';
import { makeSet } from '../../scripts/speech/makeSet.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { collection } from '../../src/store/collection.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import type { Effort } from '../effort.ts';
import { fill, ONE, phoneOf } from '../fill.ts';
import { withCarrier } from '../outbox/withCarrier.ts';
import type { Place } from '../place.ts';
import { type Running, service, withServers } from '../processes.ts';
import { request } from '../request.ts';
import { median, type Row, spread } from '../row.ts';
import { isReceipt, vote } from '../spoken.ts';
import { untilFrozen } from '../untilFrozen.ts';
import { stepsWork, work } from '../work.ts';
import { callSteps, STEPS } from './callSteps.ts';
import { noWhisper, realWhisper } from './whisper.ts';
import { CALLERS, type Came, RESIDENTS as SPEAK, type Speakers, withSpeakers } from './withSpeakers.ts';

const RESIDENTS = 20_000;
/** So many keys a second, and as many ballots by SMS beside them: a load that leaves room. Then ballots alone, as fast as they are taken. */
const RATE = 50;
const CONNECTIONS = 16;
/** The p99 of so few a second takes so many times longer than other figures. */
const LONGER = 4;

interface Figures {
  /** p99 in milliseconds. */
  readonly keys: number;
  readonly texts: number;
  /** Ballots a second. */
  readonly votes: number;
}

interface Beside extends Figures {
  /** What came of those who spoke: before anybody keyed, beside keys and ballots, and beside ballots as fast as they are taken. */
  readonly came: readonly [before: Came, steady: Came, fast: Came];
}

/** Keys and ballots by SMS alone, and beside people who speak to the real recogniser on the same processors, in alternating rounds. */
export async function hears({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  if (noWhisper) {
    process.stderr.write(`LEFT OUT: keys beside calls that speak: ${noWhisper}\n`);
    return [];
  }
  const [at, sounds] = [uri('hears'), folder('sounds')];
  await makeSet(sounds, 'tuned', undefined);
  await fill(at, RESIDENTS, 1, SPEAK);
  await overAsterisk(at);
  const whisper = await realWhisper();
  try {
    return await withCarrier(({ api }) =>
      withSpeakers(sounds, (speakers) =>
        withServers(async (started) => {
          const port = String(await freePort());
          const publicUrl = `http://127.0.0.1:${port}`; // from there Asterisk fetches what it says
          const speech = { SPEECH_URL: whisper.settings.url, SPEECH_MODEL: whisper.settings.model };
          const more = { PORT: port, PUBLIC_URL: publicUrl, TWILIO_API_URL: api, ...speakers.settings, ...speech };
          const ours = await started(service(at, folder('hears'), more));
          await untilFrozen(at);
          return [row(await inRounds(figures(ours, publicUrl, effort.seconds), speakers, effort.rounds))];
        }),
      ),
    );
  } finally {
    await whisper.stop();
  }
}

/** Who speaks calls the small community, over the fake Asterisk; who keys or texts, the large one over Twilio. */
async function overAsterisk(uri: string): Promise<void> {
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false });
  await collection(Community).updateOne({ _id: 'bench' }, { $set: { carriers: { sms: 'twilio', voice: 'twilio' } } });
  await collection(Community).updateOne({ _id: 'bench-0' }, { $set: { carriers: { sms: 'twilio', voice: 'asterisk' } } });
  await mongoose.disconnect();
}

type Measure = (between?: () => Promise<void>) => Promise<Figures>;

function figures(ours: Running, publicUrl: string, seconds: number): Measure {
  const caller = (index: number) => phoneOf((index * 618_033) % RESIDENTS);
  const keys = stepsWork(
    ours,
    STEPS,
    (port, index) => callSteps(port, caller(index), ONE, publicUrl),
    (body) => body.includes('<Gather'),
  );
  const texts = work(ours, vote(RESIDENTS), isReceipt, (port, spoken) => request(port, spoken, publicUrl));
  return async (between) => {
    const steady = [CONNECTIONS, LONGER * seconds, RATE] as const;
    const [keyed, texted] = await Promise.all([keys(...steady), texts(...steady)]);
    await between?.();
    return { keys: keyed.p99, texts: texted.p99, votes: (await texts(CONNECTIONS, seconds)).rate };
  };
}

async function inRounds(measure: Measure, { order }: Speakers, rounds: number) {
  const beside = async (): Promise<Beside> => {
    const before = await order('speak');
    let steady = before;
    const found = await measure(async () => {
      steady = await order('tell');
    });
    return { ...found, came: [before, steady, await order('hush')] };
  };
  await measure(); // the first turns are slower
  const measured: { readonly alone: Figures; readonly beside: Beside }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? await measure() : undefined;
    const spoken = await beside();
    measured.push({ alone: first ?? (await measure()), beside: spoken });
  }
  return measured;
}

function row(measured: Awaited<ReturnType<typeof inRounds>>): Row {
  const ratios = (what: keyof Figures) => measured.map(({ alone, beside }) => beside[what] / alone[what]);
  const middle = (which: 'alone' | 'beside', what: keyof Figures) => median(measured.map((round) => round[which][what])).toFixed(0);
  const against = (what: keyof Figures) => `${middle('beside', what)} against ${middle('alone', what)}`;
  const sum = (what: keyof Came, times: readonly number[] = [0, 1, 2]) =>
    measured.flatMap(({ beside: { came } }) => times.map((time) => came[time]?.[what] ?? 0)).reduce((all, one) => all + one, 0);
  const heard = (time: number) =>
    `${sum('understood', [time])} understood, ${sum('again', [time])} asked about again, ${sum('late', [time])} too late, so that the keys were named`;
  return {
    work: `${RATE} keys and ${RATE} ballots by SMS a second beside ${CALLERS} calls that vote by voice alone, over a fake Asterisk (no media) to deploy/hearing with whisper base on the same processors`,
    result: `keys’ p99 × ${spread(ratios('keys'))}; texts’ p99 × ${spread(ratios('texts'))}; as fast as they are taken ${spread(ratios('votes'))} of the ballots a second; ${sum('broken')} of ${sum('calls')} calls ended`,
    reach: 'keys’ p99 ≤ 1.5 × of without; no call ends',
    reached: median(ratios('keys')) <= 1.5 && sum('broken') === 0,
    detail: `keys’ p99 ${against('keys')} ms, texts’ ${against('texts')} ms, ${against('votes')} ballots a second; what was said before anybody keyed: ${heard(0)}; beside keys and ballots: ${heard(1)}; beside ballots as fast as they are taken, and to the end of the calls: ${heard(2)}`,
  };
}
