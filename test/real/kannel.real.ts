import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { overCarrier, type TextLine } from '../../scripts/replay/castOver.ts';
import { electionBytes } from '../../scripts/support/electionFile.ts';
import { officialLot } from '../../scripts/support/officialLot.ts';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { writeElection } from '../../scripts/support/writeElection.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { readPabulib } from '../../src/fund/ballots/pabulib/index.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { kannelVersion, noKannel, type RealKannel, realKannel } from './realKannel.ts';

/** `npm run carriers:test`: over Debian's Kannel (`apt install kannel`), with an SMPP server that plays the phones. */
if (noKannel) process.stdout.write(`LEFT OUT: Kannel: ${noKannel}\n`);

const NUMBER = '106901234501';
/** So many ballots of the election in CI; `WHOLE=1` plays all. */
const SOME = process.env.WHOLE === '1' ? Number.POSITIVE_INFINITY : 40;

(noKannel ? describe.skip : describe)('over a real Kannel', function () {
  this.timeout(90_000);
  const { world } = useDatabase('realkannel');
  let kannel: RealKannel;
  let service: Awaited<ReturnType<typeof onOwnPort>>;
  const logged: string[] = [];

  before(async () => {
    kannel = await realKannel();
    const outcome = await importCommunity(world, 'src/demo/community', operator('Li'));
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    await Community.updateOne({ _id: outcome.imported.community }, { $set: { carriers: { sms: 'kannel' }, textNumber: NUMBER } });
    const log = logger('warn', { write: (line) => void logged.push(line) });
    service = await onOwnPort((url) => app({ world, log, publicUrl: url, announces: false, kannel: kannel.settings }));
    await kannel.start(service.url);
  });
  after(async () => {
    await service?.stop();
    await kannel?.stop();
    process.stdout.write(
      `      ${kannelVersion()}, ${kannel.arrived.length} texts on phones, in ${kannel.arrived.reduce((sum, { parts }) => sum + parts, 0)} parts\n`,
    );
  });

  const next = async (to: string, since = kannel.arrived.length) => {
    for (let tries = 0; tries < 600; tries += 1) {
      const found = kannel.arrived.slice(since).find((text) => text.to.endsWith(to.slice(-11)));
      if (found) return found;
      await sleep(50);
    }
    return expect.fail('no text came to the phone');
  };
  const says = async (from: string, text: string, to = NUMBER) => {
    const since = kannel.arrived.length;
    kannel.text(from, to, text);
    return next(from, since);
  };

  it('takes a vote in UCS-2, and the receipt comes in parts from the number that was texted, extension digits or not', async () => {
    const receipt = await says('13800000001', '投 3 7');
    expect(receipt.text).to.match(/^投好了：3 社区花园、7 路灯。凭证 \d{3} \d{3} \d{4}/);
    expect([receipt.from, receipt.parts]).to.deep.equal([NUMBER, 2]);
    const counted = await says('8613800000001', '查票🙏', `${NUMBER}02`);
    expect(counted.text).to.match(/凭证 \d{3} \d{3} \d{4}/);
    expect(counted.from).to.equal(NUMBER);
  });

  it('keeps what the delivery reports say', async () => {
    const since = kannel.arrived.length;
    await says('13800000006', '项目');
    expect(kannel.arrived[since]?.parts).to.be.greaterThan(1);
    for (let tries = 0; tries < 200 && (await collection(Message).countDocuments({ kind: 'reply', state: { $ne: 'delivered' } })) > 0; tries += 1)
      await sleep(50);
    expect(await collection(Message).countDocuments({ kind: 'reply', state: { $ne: 'delivered' } })).to.equal(0);
  });

  it('killed and started, Kannel takes the next ballot, and a reply that found it dead arrives once', async () => {
    const entries = await collection(Entry).countDocuments();
    await kannel.kill();
    const since = kannel.arrived.length;
    const query = new URLSearchParams({ from: '13800000006', to: NUMBER, id: 'while-dead', text: '投 3' });
    expect((await fetch(`${service.url}/kannel/${kannel.settings.secret}/sms?${query}`)).status).to.equal(200);
    await kannel.start();
    expect((await next('13800000006', since)).text).to.match(/^投好了：3 社区花园/);
    expect((await says('13800000001', '投 1')).text).to.match(/^(投|改)好了.*：1 /);
    expect(await collection(Entry).countDocuments()).to.equal(entries + 2);
    expect(kannel.arrived.slice(since).filter(({ to }) => to.endsWith('13800000006'))).to.have.length(1);
  });

  it('brings a text again as long as its reply cannot be kept: one ballot, one receipt', async () => {
    const entries = await collection(Entry).countDocuments();
    const since = kannel.arrived.length;
    const replies = (validator: object) =>
      mongoose.connection.getClient().db(mongoose.connection.name).command({ collMod: Message.collection.name, validator });
    await replies({ kind: { $ne: 'reply' } });
    try {
      const told = logged.length;
      kannel.text('13800000005', NUMBER, '投 3');
      while (logged.slice(told).filter((line) => line.includes('deliver-again')).length < 2) await sleep(50);
    } finally {
      await replies({});
    }
    expect((await next('13800000005', since)).text).to.match(/^Voted: 3 社区花园/);
    expect(await collection(Entry).countDocuments()).to.equal(entries + 1);
    expect(kannel.arrived.slice(since)).to.have.length(1);
  });

  it('takes long texts in parts, in whatever order they come; of one that lacks a part nothing is cast', async () => {
    const [phone, entries] = ['13800000006', () => collection(Entry).countDocuments()];
    const before = await entries();
    const tells = `老人晚上走路摔过两回，${'晚上黑得看不见，买菜回来害怕。'.repeat(10)}`;
    const inParts = (text: string) => text.match(/.{1,67}/gs) ?? [];
    const comes = (text: string, order: readonly number[]) => {
      expect(inParts(text)).to.have.length(3);
      const since = kannel.arrived.length;
      kannel.parts(phone, NUMBER, inParts(text), order);
      return since;
    };
    const first = await next(phone, comes(`投 3 7 ${tells}🙏`, [1, 3]));
    await next(phone, kannel.arrived.indexOf(first) + 1);
    expect(await entries()).to.equal(before);
    expect((await next(phone, comes(`${tells}我投 1 3🙏`, [3, 1, 2]))).text).to.match(/1 [^、]*、3 社区花园[？。]/);
    expect((await says(phone, '是')).text).to.match(/^(投|改)好了.*：1 .*、3 社区花园。.*凭证/s);
    expect(await entries()).to.equal(before + 1);
  });

  it('takes the old alphabet with its escapes, and gives it back', async () => {
    const escaped = Buffer.from('PROPOSE Lamp \x1b(gate 3\x1b) \x1be5 \x1b<x\x1b>\x1b@\x1b=', 'latin1');
    const since = kannel.arrived.length;
    kannel.bytes('13800000005', NUMBER, escaped);
    expect((await next('13800000005', since)).text).to.include('Lamp {gate 3} €5 [x]|~');
  });
});

(noKannel ? describe.skip : describe)('an election over a real Kannel', function () {
  this.timeout(SOME > 1_000 ? 900_000 : 120_000);
  const { world } = useDatabase('realelection');

  it('plays a real election: every ballot counts as it stands in the file, once, and has its receipt', async () => {
    const kannel = await realKannel();
    const election = readPabulib(electionBytes('test/elections/Poland_Warszawa_2019_Nadwisle.pb.gz').toString('utf8'), 'Nadwisle');
    const line: TextLine = {
      name: 'kannel',
      number: '106977',
      settings: { kannel: kannel.settings },
      get taken() {
        return kannel.arrived.map(({ to, from, text }) => ({ to, from, body: text }));
      },
      attach: ({ url }) => kannel.start(url),
      push: async ({ from, to, body }) => {
        kannel.text(from, to, body);
        return { status: 200, type: null, text: '' };
      },
      stop: () => kannel.stop(),
    };
    const whole = writeElection({ ...election, votes: election.votes.slice(0, SOME) }, officialLot(election));
    const { ballots, wrong, winners } = await overCarrier(world, whole, async () => line);
    expect([ballots, wrong]).to.deep.equal([whole.votes.length, 0]);
    if (SOME > election.votes.length)
      expect(winners).to.deep.equal(election.projects.filter(({ selected }) => selected === 1).map(({ number }) => number));
  });
});
