import mongoose from 'mongoose';
import { spokenSeconds } from '../src/channels/voice/speech.ts';
import type { CommunityRecord } from '../src/fund/communities/index.ts';
import type { Effort } from './effort.ts';
import { fill, ONE, phoneOf } from './fill.ts';
import { withCarrier } from './outbox/withCarrier.ts';
import type { Place } from './place.ts';
import { bare, service, withServers } from './processes.ts';
import { type Round, rounds } from './rounds.ts';
import { median, type Row, spread } from './row.ts';
import { menu } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { callSteps, STEPS } from './voice/callSteps.ts';
import { type Hall, hall } from './voice/hall.ts';
import { noise } from './voice/noise.ts';
import { vote } from './voice/vote.ts';
import { stepsWork, work } from './work.ts';

const CALLS = 32;
const RESIDENTS = 20_000;
/** The texts a second of a community that delays none. */
const ALL_TEXTS = 1_000;
const NOISY = 1_000;
/** The number of noisy callers at once. */
const AT_ONCE = 16;

/**
 * The voice line: steps a second of whole calls, the seconds of a vote by a caller who knows the numbers and by one who does not, and a thousand
 * noisy callers.
 */
export async function voice(place: Place, effort: Effort): Promise<Row[]> {
  return [await speed(place, effort), await speed(place, effort, ALL_TEXTS), ...(await people(place))];
}

/** Each call's receipt also goes by SMS: `texts` a second, or the contract's ten. More than that wait in the outbox. */
async function speed({ uri, folder }: Place, effort: Effort, texts?: number): Promise<Row> {
  const name = `voice${texts ?? ''}`;
  await fill(uri(name), RESIDENTS);
  if (texts) await setRate(uri(name), texts);
  return withCarrier(({ api, got }) =>
    withServers(async (started) => {
      const baseline = await started(bare(uri(name)));
      const ours = await started(service(uri(name), folder(name), { TWILIO_API_URL: api }));
      await untilFrozen(uri(name));
      const measured = await rounds(
        {
          bare: work(baseline, menu(RESIDENTS), () => true),
          calls: stepsWork(
            ours,
            STEPS,
            (port, index) => callSteps(port, phoneOf((index * 618_033) % RESIDENTS), ONE),
            (body) => body.includes('<Gather'),
          ),
        },
        { ...effort, connections: CALLS },
      );
      return speedRow(measured, texts ? 'its receipt sent by SMS, too' : 'its receipt by SMS as the usual rate allows', (await got()).messages);
    }),
  );
}

async function setRate(uri: string, sms: number): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  await connection.collection<CommunityRecord>('communities').updateOne({ _id: 'bench' }, { $set: { rates: { sms } } });
  await connection.close();
}

function speedRow(measured: readonly Round<'bare' | 'calls'>[], receipts: string, sent: number): Row {
  const rates = measured.map(({ calls, bare }) => calls.rate / bare.rate);
  const p99 = measured.map(({ calls, bare }) => calls.p99 / bare.p99);
  const middle = (which: 'bare' | 'calls', what: 'rate' | 'p99' | 'cpu') => median(measured.map((round) => round[which][what])).toFixed(0);
  return {
    work: `voice turns/s, ${CALLS} calls at once, each a vote for two in ${STEPS} steps, ${receipts}`,
    result: `${spread(rates)}; p99 × ${spread(p99)}`,
    reach: '≥ 0.9; p99 ≤ 1.5 ×',
    reached: median(rates) >= 0.9 && median(p99) <= 1.5,
    detail: `${middle('calls', 'rate')}/s against ${middle('bare', 'rate')}/s of the bare server; p99 ${middle('calls', 'p99')} against ${middle('bare', 'p99')} ms; ${middle('calls', 'cpu')} against ${middle('bare', 'cpu')} µs of CPU a turn; ${sent.toLocaleString('en')} texts sent`,
  };
}

async function people(place: Place): Promise<Row[]> {
  const here = await hall(place, NOISY + 2);
  try {
    const { line, to, phone } = here;
    const known = { from: phone(NOISY), to, meant: [3, 7], knows: true };
    await vote(line, known);
    const again = await vote(line, known);
    const first = await vote(line, { from: phone(NOISY + 1), to, meant: [3, 7], knows: false });
    return [
      secondsRow('a vote for two by a known caller who knows the numbers', again.seconds, 60, firstKey(again.heard[0]?.text ?? '')),
      secondsRow('the same by a first-time listener of a ballot of eight', first.seconds, 150),
      await noisy(here),
    ];
  } finally {
    await here.close();
  }
}

/** After how many seconds the first key that is named can be pressed. */
function firstKey(text: string): number {
  return spokenSeconds(text.slice(0, /按\d/.exec(text)?.index ?? text.length)) + spokenSeconds('按1');
}

function secondsRow(work: string, seconds: number, reach: number, first?: number): Row {
  return {
    work,
    result: `${seconds.toFixed(0)} s${first === undefined ? '' : `, the first key after ${first.toFixed(1)} s`}`,
    reach: `≤ ${reach} s${first === undefined ? '' : ', ≤ 3 s'}`,
    reached: seconds <= reach && (first ?? 0) <= 3,
    detail: 'speech at four characters a second, heard to the end, and a second for each key',
  };
}

async function noisy(here: Hall): Promise<Row> {
  const { line, to, numbers, phone } = here;
  const waiting = Array.from({ length: NOISY }, (_, resident) => resident);
  const named = new Map<number, Set<number>>();
  let meant = 0;
  let unnamed = 0;
  let calls = 0;
  const wishes = new Map<number, readonly number[]>();
  const next = async (): Promise<void> => {
    for (let resident = waiting.shift(); resident !== undefined; resident = waiting.shift()) {
      const luck = noise(resident + 1);
      const wish = picks(numbers, luck.random);
      wishes.set(resident, wish);
      const voted = await vote(line, { from: phone(resident), to, meant: wish, knows: luck.random() < 0.5, noise: luck });
      calls += voted.calls;
      named.set(resident, new Set(voted.heard.flatMap(({ text }) => [...text.matchAll(/(\d+)号/g)].map(([, number]) => Number(number)))));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  for (const [resident, wish] of wishes) {
    const ballot = await here.ballot(resident);
    if (ballot && ballot.length === wish.length && wish.every((number) => ballot.includes(number))) meant += 1;
    const texted = await here.texted(resident);
    if (ballot?.some((number) => !named.get(resident)?.has(number) && !texted.includes(number))) unnamed += 1;
  }
  return {
    work: `${NOISY.toLocaleString('en')} noisy callers, seeded`,
    result: `${((meant / NOISY) * 100).toFixed(1)} % end in the vote they meant; ${unnamed} counted ballots with a pick that nothing named`,
    reach: '≥ 95 %; 0',
    reached: meant >= NOISY * 0.95 && unnamed === 0,
    detail: `a wrong key in 10 turns, a silence in 10, a hang-up in 20, a doubled key in 20; ${calls} calls, half of the callers have the projects read`,
  };
}

/** Two projects, as the seed chooses them. */
function picks(numbers: readonly number[], random: () => number): number[] {
  const left = [...numbers];
  return [0, 0].flatMap(() => left.splice(Math.floor(random() * left.length), 1)).toSorted((a, b) => a - b);
}
