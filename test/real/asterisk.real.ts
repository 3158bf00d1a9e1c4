import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { Community } from '../../src/fund/communities/community.ts';
import { importCommunity } from '../../src/fund/files/importCommunity.ts';
import { Inquiry } from '../../src/fund/inquiries/inquiry.ts';
import { Recording } from '../../src/fund/inquiries/recording.ts';
import { operator } from '../../src/fund/people/actor.ts';
import { Resident } from '../../src/fund/people/resident.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { ledger } from '../conversations/records.ts';
import { useDatabase } from '../support/database.ts';
import { onRoster } from '../support/onRoster.ts';
import { noAsterisk, type RealAsterisk, realAsterisk } from './realAsterisk.ts';

/** The SIP client takes four calls at once. */
const MANY = 3;

/** `npm run carriers:test`: over Debian's Asterisk, with calls placed by a real SIP client whose keys travel as RFC 4733 events. */
if (noAsterisk) process.stdout.write(`LEFT OUT: Asterisk: ${noAsterisk}\n`);

(noAsterisk ? describe.skip : describe)('over a real Asterisk', function () {
  this.timeout(120_000);
  const { world } = useDatabase('realasterisk');
  let asterisk: RealAsterisk;
  let service: Awaited<ReturnType<typeof onOwnPort>>;
  let line: string;

  const serve = () =>
    onOwnPort((url) =>
      app({ world, log: logger(process.env.LOUD ? 'debug' : 'silent'), publicUrl: url, announces: false, asterisk: asterisk.settings }),
    );
  before(async () => {
    asterisk = await realAsterisk();
    const outcome = await importCommunity(world)('src/demo/community', operator('Li'));
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    await Community.updateOne({ _id: outcome.imported.community }, { $set: { carriers: { voice: 'asterisk' } } });
    line = (await Community.findById(outcome.imported.community).orFail().lean()).phone;
    await asterisk.start();
    service = await serve();
    await sleep(300);
  });
  after(async () => {
    await service?.stop();
    await asterisk?.stop();
  });

  const dial = (from: string) => asterisk.phone.call(from, line.replace('+86', '0'));
  const entries = async () => (await ledger(world)).map(({ picks }) => picks);
  const until = async (is: () => Promise<boolean>) => {
    for (let tries = 0; tries < 400 && !(await is()); tries += 1) await sleep(50);
    if (!(await is()))
      expect.fail(
        JSON.stringify(
          await collection(Message)
            .find({}, { projection: { state: 1, reason: 1, attempts: 1 } })
            .toArray(),
        ),
      );
  };

  /** A call in which the keys of these picks were entered; the last `#` is not. */
  const entered = async (from: string, picks: readonly number[]) => {
    const call = dial(from);
    await call.hears(0);
    for (const keys of ['1', '1', ...picks.map((pick) => `${pick}#`)]) {
      await sleep(200);
      await call.hears(call.press(keys));
    }
    return call;
  };

  it('answers, speaks, takes a vote for two by keys, says the receipt, and ends when the caller hangs up', async () => {
    const call = await entered('13800000001', [3, 7]);
    await call.hears(call.press('#'));
    await until(async () => (await entries()).length === 1);
    expect(await entries()).to.deep.equal([[3, 7]]);
    call.hangUp();
    await call.isOver();
    process.stdout.write(`      ${asterisk.version()}\n`);
  });

  it('takes keys that come ahead of the prompts', async () => {
    const call = dial('13800000006');
    await call.hears(0);
    call.press('111##');
    await until(async () => (await entries()).length === 2);
    expect((await entries()).at(-1)).to.deep.equal([1]);
    call.hangUp();
    await call.isOver();
  });

  it('a call outlives a lost connection: it says its step again, and goes on', async () => {
    const call = await entered('13800000001', [2]);
    await call.quiet(0);
    const cut = performance.now();
    asterisk.cut(500);
    await call.hears(cut);
    await sleep(300);
    await call.hears(call.press('#'));
    await until(async () => (await entries()).length === 3);
    expect((await entries()).at(-1)).to.deep.equal([2]);
    call.hangUp();
    await call.isOver();
  });

  it('a call that another process left ends with a word; what was cast counts, and what was keyed is kept', async () => {
    const call = await entered('13800000001', [1]);
    await service.stop();
    const stopped = performance.now();
    service = await serve();
    await call.hears(stopped);
    await call.isOver();
    const again = dial('13800000001');
    await again.hears(0);
    await sleep(200);
    for (const keys of ['1', '1', '#']) {
      await again.hears(again.press(keys));
      await sleep(200);
    }
    await until(async () => (await entries()).length === 4);
    expect((await entries()).at(-1)).to.deep.equal([1]);
    again.hangUp();
    await again.isOver();
  });

  it('Asterisk killed and started: its calls are over, and the next one is answered', async () => {
    const before = (await entries()).length;
    const call = await entered('13800000006', [3]);
    await asterisk.kill();
    call.hangUp();
    await asterisk.start();
    await sleep(3_000); // until the service has found it
    const next = await entered('13800000006', [7]);
    await next.hears(next.press('#'));
    await until(async () => (await entries()).length === before + 1);
    next.hangUp();
    await next.isOver();
  });

  it('connects a caller with the person; if nobody answers, what they say is recorded and fetched', async () => {
    const call = dial('13800000001');
    await call.hears(0);
    call.press('0');
    await until(async () => asterisk.phone.incoming.length === 1);
    await sleep(1_000);
    asterisk.phone.incoming[0]?.hangUp();
    await call.isOver();
    asterisk.phone.answers(false);
    const alone = dial('13800000001');
    await alone.hears(0);
    alone.press('0');
    await until(async () => asterisk.phone.incoming.length === 2);
    await alone.quiet(performance.now() + 3_000);
    alone.speak(3_000);
    await sleep(3_500);
    alone.hangUp();
    await alone.isOver();
    await until(async () => (await collection(Recording).countDocuments({ state: 'kept' })) === 1);
    expect(await collection(Inquiry).countDocuments({ kind: 'call' })).to.equal(2);
    asterisk.phone.answers(true);
  });

  it('records a proposal, and fetches it from Asterisk', async () => {
    const call = dial('13800000001');
    await call.hears(0);
    await sleep(300);
    call.press('2');
    await call.quiet(performance.now() + 3_000);
    call.speak(3_000);
    await sleep(3_500);
    call.press('#');
    await until(async () => (await collection(Recording).countDocuments({ state: 'kept' })) === 2);
    call.hangUp();
    await call.isOver();
  });

  it('calls with a message, and says whether it was heard', async () => {
    const community = await Community.findOne().orFail().lean();
    const send = (occasion: string) =>
      enqueue(world)({
        occasion,
        community: community._id,
        channel: 'voice',
        address: '+8613800000001',
        language: 'zh-CN',
        kind: 'receipt',
        said: { key: 'common.done' },
      });
    await send('heard');
    await until(async () => (await collection(Message).countDocuments({ _id: /^heard/, state: 'delivered' })) === 1);
    asterisk.phone.answers(false);
    await send('busy');
    await until(async () => (await collection(Message).countDocuments({ _id: /^busy/, state: 'failed', reason: 'call.busy' })) === 1);
    asterisk.phone.answers(true);
  });

  it(`takes ${MANY} calls at once, each a vote for two, and loses no key`, async () => {
    const community = await Community.findOne().orFail().lean();
    const numbers = Array.from({ length: MANY }, (_, index) => `1390000${String(1_000 + index)}`);
    for (const number of numbers) {
      const contact = `sms|+86${number}`;
      await collection(Resident).insertOne(onRoster(world, { _id: contact, community: community._id, rosterId: contact, linkedContacts: [contact] }));
    }
    const before = (await entries()).length;
    const calls = numbers.map(dial);
    await Promise.all(calls.map((call) => call.quiet(0)));
    await Promise.all(
      calls.map(async (call) => {
        const pressed = call.press('1');
        await call.hears(pressed);
        call.press('13#7##');
      }),
    );
    await until(async () => (await entries()).length === before + MANY);
    expect((await entries()).slice(before)).to.deep.equal(numbers.map(() => [3, 7]));
    for (const call of calls) call.hangUp();
    await Promise.all(calls.map((call) => call.isOver()));
  });
});
