import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { quantile } from '../../bench/load.ts';
import { type CallLine, overCarrier } from '../../scripts/replay/castOver.ts';
import { electionBytes } from '../../scripts/support/electionFile.ts';
import { officialLot } from '../../scripts/support/officialLot.ts';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { writeElection } from '../../scripts/support/writeElection.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { readPabulib } from '../../src/fund/ballots/pabulib/index.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { Inquiry, Recording, recordingFiles } from '../../src/fund/inquiries/index.ts';
import { operator, Resident } from '../../src/fund/people/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { ledger } from '../conversations/records.ts';
import { useDatabase } from '../support/database.ts';
import { onRoster } from '../support/onRoster.ts';
import { noAsterisk, type PhoneCall, type RealAsterisk, realAsterisk } from './realAsterisk.ts';

/** `npm run carriers:test`: over Debian's Asterisk, with calls placed by a real SIP client whose keys travel as RFC 4733 events. `WHOLE=1` plays all. */
const isWhole = process.env.WHOLE === '1';
/** Calls at once; ballots of the election. */
const [MANY, SOME] = isWhole ? [100, Number.POSITIVE_INFINITY] : [6, 12];
const WITHIN_MS = 60_000;
/** After this time nothing of what a key has stopped is on its way to the ear. */
const STOPPED_MS = 1_500;
const SPEAKS_MS = 3_000;
/** The shortest silence in which the line waits for a caller. */
const WAITS_MS = 3_000;

if (noAsterisk) process.stdout.write(`LEFT OUT: Asterisk: ${noAsterisk}\n`);

(noAsterisk ? describe.skip : describe)('over a real Asterisk', function () {
  this.timeout(180_000);
  const { world } = useDatabase('realasterisk');
  let asterisk: RealAsterisk;
  let service: Awaited<ReturnType<typeof onOwnPort>>;
  let community: string;
  let line: string;

  const serve = async () => {
    const log = logger(process.env.LOUD ? 'debug' : 'silent');
    const started = await onOwnPort((url) => app({ world, log, publicUrl: url, announces: false, asterisk: asterisk.settings }));
    await asterisk.isHeard();
    return started;
  };
  before(async () => {
    asterisk = await realAsterisk(MANY);
    const outcome = await importCommunity(world, 'src/demo/community', operator('Li'));
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    community = outcome.imported.community;
    await Community.updateOne({ _id: community }, { $set: { carriers: { voice: 'asterisk' } } });
    line = (await Community.findById(community).orFail().lean()).phone;
    await asterisk.start();
    service = await serve();
  });
  after(async () => {
    await service?.stop();
    await asterisk?.stop();
  });

  beforeEach(() => asterisk.phone.answers(true));

  let people = 0;
  /** Somebody on the roster who has not called before. */
  const resident = async (): Promise<string> => {
    people += 1;
    const number = `1390000${1_000 + people}`;
    const contact = `sms|+86${number}`;
    await collection(Resident).insertOne(onRoster(world, { _id: contact, community, rosterId: contact, linkedContacts: [contact] }));
    return number;
  };
  const dial = (from: string) => asterisk.phone.call(from, line);
  const until = async (is: () => Promise<boolean>, what: string) => {
    for (const end = performance.now() + WITHIN_MS; !(await is()); await sleep(50)) if (performance.now() > end) expect.fail(`never ${what}`);
  };
  const entries = async () => (await ledger(world)).map(({ picks }) => picks);
  /** Waits for the ballots that came after `before` others. */
  const cast = async (before: number, ...picks: readonly number[][]) => {
    await until(async () => (await entries()).length >= before + picks.length, `${picks.length} more ballots`);
    expect((await entries()).slice(before)).to.deep.equal(picks);
  };
  const kept = () => collection(Recording).countDocuments({ state: 'kept' });
  /** Waits for one more recording. It has the sound that was made, and Asterisk keeps none. */
  const recorded = async (before: number) => {
    await until(async () => (await kept()) > before, 'a recording');
    await until(async () => (await asterisk.recordings()) === 0, 'the deletion of what Asterisk had recorded');
    const [{ _id = '', seconds = 0 } = {}] = await collection(Recording).find({ state: 'kept' }).sort({ at: -1 }).toArray();
    const wav = (await recordingFiles(world).read(_id)) ?? expect.fail('the sound is not there');
    const loud = soundIn(wav);
    process.stdout.write(`      a recording of ${seconds.toFixed(1)} s, ${loud.toFixed(1)} s of it a sound of ${SPEAKS_MS / 1_000} s\n`);
    expect(loud).to.be.within(SPEAKS_MS / 2_000, SPEAKS_MS / 1_000 + 1);
  };
  const end = async (call: PhoneCall) => {
    call.hangUp();
    await call.isOver();
  };

  /** A call that is answered. As it goes on, Asterisk still has a connection that the service has given up, and refuses calls until there is the next. */
  const answered = async (tries = 5): Promise<PhoneCall> => {
    const call = dial(await resident());
    const heard = await call.hears(0, 5_000).catch((error: unknown) => error);
    if (typeof heard === 'number') return call;
    if (tries === 1) throw heard;
    return answered(tries - 1);
  };

  /** A call in which the keys of these picks were entered; the last `#` is not. */
  const entered = async (from: string, picks: readonly number[]) => {
    const call = dial(from);
    await call.hears(0);
    for (const keys of ['1', '1', ...picks.map((pick) => `${pick}#`)]) {
      await sleep(200);
      await call.hears(await call.press(keys));
    }
    return call;
  };

  it('answers, speaks, takes a vote for two by keys, says the receipt, and ends when the caller hangs up', async () => {
    const before = (await entries()).length;
    const call = await entered(await resident(), [3, 7]);
    await call.hears(await call.press('#'));
    await cast(before, [3, 7]);
    await end(call);
    process.stdout.write(`      ${asterisk.version()}; a vote for two by keys: ${call.went.at(-1)?.what}\n`);
  });

  it('a call outlives a lost connection: it says its step again, and goes on', async () => {
    const before = (await entries()).length;
    const call = await entered(await resident(), [2]);
    await call.quiet(0);
    const cut = performance.now();
    asterisk.cut(500);
    await call.hears(cut);
    await sleep(300);
    await call.hears(await call.press('#'));
    await cast(before, [2]);
    await end(call);
  });

  it('a call that another process left ends with a word, and the next one is answered', async () => {
    const from = await resident();
    const call = await entered(from, [1]);
    await service.stop();
    const stopped = performance.now();
    service = await serve();
    await call.hears(stopped);
    await call.isOver();
    const again = dial(from);
    await again.hears(0);
    await end(again);
  });

  it('the line of a process that died without a word is taken: its calls end with one, and the next is answered', async () => {
    const call = await entered(await resident(), [1]);
    await call.quiet(0);
    const taken = performance.now();
    await asterisk.takeLine();
    await call.hears(taken, 60_000);
    await call.isOver();
    const next = dial(await resident());
    await next.hears(0);
    await end(next);
  });

  it('Asterisk killed and started: its calls are over, and the next one is answered', async () => {
    const sevens = async () => (await entries()).filter((picks) => picks.join() === '7').length;
    const before = await sevens();
    const call = await entered(await resident(), [3]);
    await asterisk.kill();
    call.hangUp();
    await asterisk.start();
    await asterisk.isHeard();
    const next = await entered(await resident(), [7]);
    await next.hears(await next.press('#'));
    await until(async () => (await sevens()) === before + 1, 'the ballot of the next call');
    await end(next);
  });

  it('Asterisk that says nothing more, its connections open, is given up; then its call ends with a word, and the next one is answered', async () => {
    const call = await entered(await resident(), [1]);
    await asterisk.freeze();
    asterisk.thaw();
    await call.hears(performance.now());
    await end(call);
    await end(await answered());
  });

  it('connects a caller with the person, and each hears the other; if nobody answers, what they say is recorded and fetched', async () => {
    const [calls, recordings] = [asterisk.phone.incoming.length, await kept()];
    const inquiries = await collection(Inquiry).countDocuments({ kind: 'call' });
    const call = dial(await resident());
    await call.hears(0);
    await call.press('0');
    await until(async () => asterisk.phone.incoming.length > calls, 'a call to the person');
    const person = asterisk.phone.incoming.at(-1) ?? expect.fail();
    await sleep(1_000);
    for (const [speaks, hears] of [
      [call, person],
      [person, call],
    ] as const) {
      const spoken = performance.now();
      speaks.speak(1_000);
      await hears.quiet(await hears.hears(spoken));
    }
    person.hangUp();
    await call.isOver();
    asterisk.phone.answers(false);
    const alone = dial(await resident());
    await alone.hears(0);
    await alone.press('0');
    await until(async () => asterisk.phone.incoming.length > calls + 1, 'a second call to the person');
    await alone.quiet(performance.now() + 3_000);
    alone.speak(SPEAKS_MS);
    await sleep(SPEAKS_MS + 500);
    await end(alone);
    await recorded(recordings);
    expect(await collection(Inquiry).countDocuments({ kind: 'call' })).to.equal(inquiries + 2);
  });

  it('records a proposal, and fetches it from Asterisk', async () => {
    const recordings = await kept();
    const call = dial(await resident());
    await call.hears(0);
    await sleep(300);
    await call.press('2');
    await call.quiet(performance.now() + 3_000);
    call.speak(SPEAKS_MS);
    await sleep(SPEAKS_MS + 500);
    await call.press('#');
    await recorded(recordings);
    await end(call);
  });

  it('asks a caller who does nothing whether they are there, and then ends the call', async () => {
    const call = dial(await resident());
    await call.isOver(120_000);
    // after the menu, and after being asked twice; behind the last word it is over. A machine under load may leave a gap between two sounds.
    const waited = call.went.filter(({ what, at }, index) => what === 'quiet' && (call.went[index + 1]?.at ?? at) - at >= WAITS_MS);
    expect(waited, JSON.stringify(call.went)).to.have.length(3);
  });

  it('calls with a message, and says whether it was heard', async () => {
    const address = `+86${await resident()}`;
    const send = (occasion: string) =>
      enqueue(world)({ occasion, community, channel: 'voice', address, language: 'zh-CN', kind: 'receipt', said: { key: 'common.done' } });
    const became = async (occasion: RegExp, state: 'delivered' | 'failed') => {
      let found: unknown;
      const is = async () => {
        found = await collection(Message).findOne({ _id: occasion });
        return (await collection(Message).countDocuments({ _id: occasion, state })) === 1;
      };
      await until(is, `${occasion} ${state}`).catch((error: unknown) => expect.fail(`${error}: ${JSON.stringify(found)}`));
    };
    await send('heard');
    await became(/^heard/, 'delivered');
    asterisk.phone.answers(false);
    await send('busy');
    await became(/^busy/, 'failed');
  });

  it(`takes ${MANY} calls at once, each a vote for two, and loses no key`, async () => {
    const before = (await entries()).length;
    const numbers: string[] = [];
    while (numbers.length < MANY) numbers.push(await resident());
    /** For each press of a call, how long the next sound took to come. */
    const took: number[][] = [[], [], [], [], []];
    /** Presses once the line has fallen quiet, and still is: the next sound is the next prompt. */
    const goesOn = async (call: PhoneCall, keys: string, times: number[] = []) => {
      const sounded = () => call.went.findLast(({ what }) => what === 'loud')?.at ?? 0;
      for (let at = -1; at < sounded(); ) {
        at = sounded();
        await call.quiet(at);
        await sleep(Math.random() * 2_000);
      }
      const pressed = await call.press(keys);
      times.push((await call.hears(pressed)) - pressed);
    };
    const calls: PhoneCall[] = [];
    for (const number of numbers) {
      calls.push(dial(number));
      await sleep(50);
    }
    await Promise.all(calls.map((call) => call.hears(0, 60_000)));
    expect(asterisk.phone.underWay()).to.equal(MANY);
    await Promise.all(
      calls.map(async (call) => {
        for (const [place, keys] of ['1', '1', '3#', '7#', '#'].entries()) await goesOn(call, keys, took[place]);
      }),
    );
    await cast(before, ...numbers.map(() => [3, 7]));
    await Promise.all(calls.map(end));
    const shown = (times: readonly number[]) => {
      const sorted = [...times].sort((a, b) => a - b);
      return [0.5, 0.9, 0.99].map((share) => quantile(sorted, share).toFixed(0)).join(', ');
    };
    process.stdout.write(
      `      ${MANY} calls, ${7 * MANY} keys, none lost; from a key to the next sound in the ear p50, p90, p99: ${shown(took.flat())} ms; press by press ${took.map(shown).join(' · ')}\n`,
    );
  });
});

(noAsterisk ? describe.skip : describe)('an election over a real Asterisk', function () {
  this.timeout(isWhole ? 900_000 : 180_000);
  const { world } = useDatabase('realcalls');

  it('plays a real election: every ballot counts as it stands in the file, once', async () => {
    const asterisk = await realAsterisk(16);
    const election = readPabulib(electionBytes('test/elections/Poland_Gdynia_2022_Babie_Doly__small.pb.gz').toString('utf8'), 'Babie Doly');
    const most = election.projects.length;
    const line: CallLine = {
      name: 'asterisk',
      settings: { asterisk: asterisk.settings },
      attach: async () => {
        await asterisk.start();
        await asterisk.isHeard();
      },
      /** Each key interrupts what is being said. */
      cast: async (_, { from, to, picks }) => {
        const call = asterisk.phone.call(from, to);
        await call.hears(0, 60_000);
        let pressed = 0;
        for (const keys of ['1', '1', ...picks.map((pick) => `${pick}#`), ...(picks.length < most ? ['#'] : [])]) {
          await sleep(200);
          pressed = await call.press(keys);
          await call.hears(pressed, 60_000);
        }
        await call.hears(pressed + STOPPED_MS, 60_000);
        call.hangUp();
        await call.isOver();
      },
      stop: () => asterisk.stop(),
    };
    const whole = writeElection({ ...election, votes: election.votes.slice(0, SOME) }, officialLot(election));
    const { ballots, wrong, winners } = await overCarrier(world, whole, async () => line);
    expect([ballots, wrong]).to.deep.equal([whole.votes.length, 0]);
    const official = election.projects.filter(({ selected }) => selected === 1).map(({ number }) => number);
    if (isWhole) expect(winners).to.deep.equal(official);
    process.stdout.write(`      ${ballots} ballots, ${wrong} wrong; winners ${winners.join(' ')}, official ${official.join(' ')}\n`);
  });
});

/** For how many seconds a WAV of 8 kHz is not silent, in tenths. */
function soundIn(wav: Buffer): number {
  const samples = new Int16Array(new Uint8Array(wav.subarray(44, wav.length - (wav.length % 2))).buffer);
  let tenths = 0;
  for (let at = 0; at < samples.length; at += 800) if (samples.subarray(at, at + 800).some((sample) => Math.abs(sample) > 1_000)) tenths += 1;
  return tenths / 10;
}
