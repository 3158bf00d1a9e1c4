import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { AriPhone } from '../../scripts/fakes/ariPhone.ts';
import { type FakeAsterisk, fakeAsterisk } from '../../scripts/fakes/asterisk.ts';
import { type FakeKannel, fakeKannel } from '../../scripts/fakes/kannel.ts';
import { sendSms } from '../../src/carriers/kannel/carrier.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { expectKept } from '../support/expectLedger.ts';
import { SECRET } from '../support/secret.ts';
import { sendTheRest } from '../support/sendTheRest.ts';
import { serviceProcess } from '../support/serviceProcess.ts';
import { town, votingNow } from '../support/town.ts';

/** More of both for a figure: `KILLS=20 CALLERS=60`. */
const KILLS = Number(process.env.KILLS ?? 1);
const CALLERS = Number(process.env.CALLERS ?? 24);
const AT_ONCE = 8;
/** A service that was killed is back, and has ended its calls, in this time. Milliseconds. */
const PATIENCE_MS = 60_000;

const RECEIPT = /凭证/;
/** The line broke, or nothing was recorded. */
const BROKEN = /再打一次|没有记|还不知道/;

describe('a service over Asterisk that is killed under calls', () => {
  const { world, uri } = useDatabase('killedCalls');
  let asterisk: FakeAsterisk;
  let kannel: FakeKannel;
  let dataDir: string;
  before(async () => {
    asterisk = await fakeAsterisk();
    kannel = await fakeKannel();
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-killed-'));
  });
  after(async () => {
    await asterisk.stop();
    await kannel.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('has every ballot whose receipt was heard, and tells each in the call, by SMS, or when its caller calls again', async function () {
    this.timeout(180_000 + KILLS * 60_000);
    const carriers = { voice: 'asterisk', sms: 'kannel' } as const;
    const community = { carriers, textNumber: '106901234501', quiet: '00:00-00:00' };
    const here = await town(world, { residents: CALLERS, community, cycle: votingNow(world) });
    const env = { DATA_DIR: dataDir, MONGODB_URI: uri(), SECRET, ...settings() };
    let service = await serviceProcess(env);
    kannel.attach(service);
    const [inCall, later] = [new Set<string>(), new Set<string>()];
    const again: string[] = [];
    for (let round = 0; round <= KILLS; round += 1) {
      const pick = 1 + (round % 3);
      const waiting = [...here.phones];
      const cut: string[] = [];
      const calling = Array.from({ length: AT_ONCE }, async () => {
        for (let from = waiting.pop(); from; from = waiting.pop()) {
          const receipt = await cast(from, here.phone, pick);
          if (receipt) inCall.add(receipt);
          else cut.push(from);
        }
      });
      if (round < KILLS) {
        while (waiting.length > CALLERS / 2) await sleep(2);
        await sleep(Math.random() * 40);
        await service.kill();
        service = await serviceProcess(env, service.port);
      }
      await Promise.all(calling);
      for (const from of cut) later.add((await cast(from, here.phone, pick)) ?? (await cast(from, here.phone, pick)) ?? 'nothing');
      again.push(...cut);
    }
    await service.stop();
    await sendTheRest(world, sendSms(kannel.settings, 'http://127.0.0.1:9'), 'others');

    const bySms = new Set(kannel.taken.flatMap(({ body }) => /\d{3} \d{3} \d{4}/.exec(body)?.[0].replaceAll(' ', '') ?? []));
    const entries = await collection(Entry).find({ '_id.cycle': here.cycle }).toArray();
    const untold = entries.filter(({ receipt = '' }) => ![inCall, later, bySms].some((told) => told.has(receipt)));
    const onlyBySms = entries.filter(({ receipt = '' }) => bySms.has(receipt) && !inCall.has(receipt) && !later.has(receipt));
    const unknown = await collection(Message).countDocuments({ kind: 'receipt', state: 'unknown' });
    if (process.env.KILLS)
      process.stdout.write(
        `asterisk: ${KILLS} kills, ${CALLERS * (KILLS + 1)} calls and ${again.length} again, ${entries.length} ballots; heard in the call: ${inCall.size}; by SMS alone: ${onlyBySms.length}; in the next call: ${later.size}; never told: ${untold.length}; SMS of which nobody knows: ${unknown}\n`,
      );
    await expectKept(world, here.cycle, [...inCall, ...later, ...bySms].map(grouped));
    expect([again.length, later.size], 'who calls again hears a receipt').to.deep.equal([later.size, again.length]);
    expect(untold.length, 'only what was on its way to the carrier').to.be.at.most(unknown);
  });

  function settings(): Record<string, string> {
    const { url, user, password, trunk, ttsCommand = '' } = asterisk.settings;
    const { url: kannelUrl, user: kannelUser, password: kannelPassword, secret } = kannel.settings;
    return {
      ...{ ASTERISK_URL: url, ASTERISK_USER: user, ASTERISK_PASSWORD: password, ASTERISK_TRUNK: trunk, TTS_COMMAND: ttsCommand },
      ...{ KANNEL_URL: kannelUrl, KANNEL_USER: kannelUser, KANNEL_PASSWORD: kannelPassword, KANNEL_SECRET: secret },
    };
  }

  /** Calls and casts one pick; gives the receipt as it is heard, undefined if the call broke off before. */
  async function cast(from: string, to: string, pick: number): Promise<string | undefined> {
    const phone = await dialled(from, to);
    await hears(phone, /投票，按1|接着投/, 0);
    const first = phone.heard.some((text) => text.includes('接着投')) ? '2' : '1';
    for (const [keys, what] of [
      [first, /知道号码/],
      ['1', /按项目号/],
      [`${pick}#`, /才算投上/],
      ['#', RECEIPT],
    ] as const) {
      const since = phone.heard.length;
      if (phone.cause !== undefined) return undefined;
      phone.press(keys);
      if (!(await hears(phone, what, since))) {
        phone.hangUp();
        return undefined;
      }
    }
    await hears(phone, SPOKEN, 0);
    phone.hangUp();
    return spokenReceipt(phone);
  }

  /** Until a service listens. */
  async function dialled(from: string, to: string): Promise<AriPhone> {
    for (const end = performance.now() + PATIENCE_MS; ; )
      try {
        return await asterisk.dial(from, to);
      } catch (error) {
        if (performance.now() > end) throw error;
      }
  }

  /** Whether this is heard, before the call is over or the line breaks. */
  async function hears(phone: AriPhone, what: RegExp, since: number): Promise<boolean> {
    const heard = () => phone.heard.slice(since).join('');
    for (const end = performance.now() + PATIENCE_MS; !what.test(heard()); await sleep(5)) {
      if (phone.cause !== undefined || BROKEN.test(heard())) return false;
      if (performance.now() > end) throw new Error(`${what} did not come; heard: ${phone.heard.join(' / ')}`);
    }
    return true;
  }
});

const DIGITS = '零一二三四五六七八九';
/** Ten digits that are spoken behind the word, and nothing between them. */
const SPOKEN = /凭证：?((?:[零一二三四五六七八九幺][，。]?){10})/u;

/** The receipt that was heard; undefined if it was not heard to its end. */
function spokenReceipt({ heard }: AriPhone): string | undefined {
  const [, spoken] = SPOKEN.exec(heard.join('')) ?? [];
  return spoken
    ?.replaceAll('幺', '一')
    .replace(/[，。]/gu, '')
    .replace(/./gu, (digit) => String(DIGITS.indexOf(digit)));
}

/** A receipt as it is written. */
function grouped(receipt: string): string {
  return `${receipt.slice(0, 3)} ${receipt.slice(3, 6)} ${receipt.slice(6)}`;
}
