import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Entry } from '../../src/fund/ballots/index.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { ledger } from '../conversations/records.ts';
import { useDatabase } from '../support/database.ts';
import { expectKept } from '../support/expectLedger.ts';
import { SECRET } from '../support/secret.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { town, votingNow } from '../support/town.ts';
import { noAsterisk, type PhoneCall, type RealAsterisk, realAsterisk } from './realAsterisk.ts';
import { noKannel, type RealKannel, realKannel } from './realKannel.ts';

/** `WHOLE=1 npm run carriers:test`: the service is killed (kill -9) and started under real counterparts. */
const isWhole = process.env.WHOLE === '1';
if (!isWhole) process.stdout.write('LEFT OUT: whole elections, a hundred calls at once and kills over real carriers (WHOLE=1)\n');
const KILLS = 3;
const NUMBER = '106901234501';
/** After this time nothing of what a key has stopped is on its way to the ear. */
const STOPPED_MS = 1_500;

function killed(name: string) {
  const { world, uri } = useDatabase(name);
  let dataDir: string;
  let service: ServiceProcess & { readonly port: number };
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-killed-'));
  });
  after(async () => {
    await service?.kill();
    await rm(dataDir, { recursive: true, force: true });
  });
  const start = async (settings: Record<string, string>) => {
    service = await serviceProcess({ DATA_DIR: dataDir, MONGODB_URI: uri(), SECRET, ...settings }, service?.port);
    return service;
  };
  return { world, start, kill: () => service.kill() };
}

(noKannel || !isWhole ? describe.skip : describe)('the service killed three times under a real Kannel', function () {
  this.timeout(180_000);
  const { world, start, kill } = killed('killedkannel');
  const VOTERS = 40;
  let kannel: RealKannel;
  before(async () => {
    kannel = await realKannel();
  });
  after(() => kannel?.stop());

  it('every text that Kannel was given is one ballot, and no receipt comes twice', async () => {
    const here = await town(world, {
      ...{ residents: VOTERS, community: { carriers: { sms: 'kannel' }, textNumber: NUMBER }, cycle: votingNow(world) },
    });
    const { url, user, password, secret } = kannel.settings;
    const settings = { KANNEL_URL: url, KANNEL_USER: user, KANNEL_PASSWORD: password, KANNEL_SECRET: secret };
    await kannel.start((await start(settings)).url);
    const texts = VOTERS * (KILLS + 1);
    const counted = () => collection(Entry).countDocuments({ '_id.cycle': here.cycle });
    for (let round = 0; round <= KILLS; round += 1) {
      for (const from of here.phones) kannel.text(from.slice(3), NUMBER, `投 ${1 + (round % 3)}`);
      if (round === KILLS) break;
      while ((await counted()) < VOTERS * round + VOTERS / 4) await sleep(5);
      await kill();
      await start(settings);
      for (let tries = 0; tries < 600 && (await counted()) < VOTERS * (round + 1); tries += 1) await sleep(50);
    }
    for (let tries = 0; tries < 600 && (await counted()) < texts; tries += 1) await sleep(50);
    const receipts = () => kannel.arrived.flatMap(({ text }) => /\d{3} \d{3} \d{4}/.exec(text)?.[0] ?? []);
    await sleep(10_000);
    expect(await counted()).to.equal(texts);
    const replies = await collection(Message).find({ kind: 'reply' }).toArray();
    expect(replies).to.have.length(texts);
    const waiting = replies.filter(({ state }) => ['pending', 'leased', 'sending', 'unknown'].includes(state)).length;
    await expectKept(world, here.cycle, receipts());
    expect(new Set(receipts()).size, 'none twice').to.equal(receipts().length);
    process.stdout.write(
      `      ${texts} texts, ${KILLS} kills: ${texts} ballots, ${receipts().length} receipts arrived, ${waiting} wait for the leases of who was killed\n`,
    );
  });
});

(noAsterisk || !isWhole ? describe.skip : describe)('the service killed three times under a real Asterisk', function () {
  this.timeout(240_000);
  const { world, start, kill } = killed('killedasterisk');
  const VOTERS = 6;
  let asterisk: RealAsterisk;
  before(async () => {
    asterisk = await realAsterisk(VOTERS);
    await asterisk.start();
  });
  after(() => asterisk?.stop());

  it('every ballot whose receipt was said counts, none twice, and every open call ends with a word', async () => {
    const here = await town(world, { residents: VOTERS, community: { carriers: { voice: 'asterisk' } }, cycle: votingNow(world) });
    const { url, user, password, trunk } = asterisk.settings;
    const settings = { ASTERISK_URL: url, ASTERISK_USER: user, ASTERISK_PASSWORD: password, ASTERISK_TRUNK: trunk };
    await start(settings);
    await asterisk.isHeard();
    const picks = async () => (await ledger(world)).map((entry) => entry.picks.join());
    const dial = async (from: string) => {
      const call = asterisk.phone.call(from, here.phone);
      await call.hears(0, 60_000);
      return call;
    };
    const votes = async (call: PhoneCall) => {
      let pressed = 0;
      for (const keys of ['1', '1', '3#', '2#', '#']) {
        await sleep(200);
        pressed = await call.press(keys);
        await call.hears(pressed, 60_000);
      }
      await call.hears(pressed + STOPPED_MS, 60_000);
    };
    let acknowledged = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const before = await picks();
      // half have their receipts, and half are on their way to it
      const calls = await Promise.all(here.phones.map(dial));
      const [done, onTheirWay] = [calls.slice(0, VOTERS / 2), calls.slice(VOTERS / 2)];
      await Promise.all(done.map(votes));
      await Promise.all(onTheirWay.map(async (call) => call.hears(await call.press('1'), 60_000)));
      acknowledged += done.length;
      expect((await picks()).slice(before.length)).to.deep.equal(done.map(() => '2,3'));
      await kill();
      const killedAt = performance.now();
      await start(settings);
      await Promise.all(
        calls.map(async (call) => {
          await call.hears(killedAt, 60_000);
          await call.isOver();
        }),
      );
    }
    expect(await picks()).to.deep.equal(Array(acknowledged).fill('2,3'));
    await expectKept(world, here.cycle, []);
    process.stdout.write(
      `      ${KILLS} kills under ${VOTERS} open calls each: ${acknowledged} ballots acknowledged, ${acknowledged} there, all calls ended with a word\n`,
    );
  });
});
