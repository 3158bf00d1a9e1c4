import { expect } from 'chai';
import { messageParts, messageUnits, noticeText } from '../../../src/app/words.ts';
import { Address } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { loadCatalogue } from '../../../src/dialog/loadCatalogue.ts';
import { castBallot } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { type Actor, Resident } from '../../../src/fund/people/index.ts';
import { Broadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { type Check, checkBroadcast, sendBroadcast } from '../../../src/outreach/broadcasts/checkBroadcast.ts';
import type { BroadcastDeps, Draft } from '../../../src/outreach/broadcasts/planBroadcast.ts';
import { queueBroadcast } from '../../../src/outreach/broadcasts/queueBroadcast.ts';
import { countBroadcast, messagesOf, readMessages, readProgress, troubledBroadcasts } from '../../../src/outreach/broadcasts/readBroadcasts.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { cancelBroadcast, pauseBroadcast } from '../../support/broadcasts.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town, votingNow } from '../../support/town.ts';

const PHONE = '+86138000000';

describe('checkBroadcast and sendBroadcast', () => {
  const { world } = useDatabase('checkbroadcast');
  let here: Town;
  let deps: BroadcastDeps;
  let cadre: Actor;

  before(async () => {
    deps = { channels: ['sms'], word: noticeText(world, await loadCatalogue()), units: messageUnits, parts: messageParts };
  });
  beforeEach(async () => {
    here = await town(world, { community: { quiet: '00:00-00:00', prices: { sms: 0.05, currency: 'CNY' } } });
    cadre = { kind: 'staff', role: 'cadre', id: '1', name: '刘芳', community: here.community };
    await here.person('1', { name: '王秀英', building: '3栋', phone: `${PHONE}01` });
    await here.person('2', { name: '李建国', building: '3栋', phone: `${PHONE}02` });
    for (const phone of ['01', '02']) await hasHeard(phone);
  });

  const hasHeard = (phone: string) =>
    collection(Address).insertOne({
      _id: addressHmac(world.vault, here.act(PHONE + phone)),
      log: [{ what: 'first', at: world.now(), channel: 'sms', words: Buffer.of() }],
    });
  const draft = (text: string, to = 'all'): Draft => ({ community: here.community, text, to });
  const check = async (given: Draft): Promise<Check> => {
    const outcome = await checkBroadcast(world, deps)(given, cadre);
    if ('refused' in outcome) throw new Error(outcome.refused);
    return outcome.check;
  };
  const send = (given: Draft, mark: string) => sendBroadcast(world, deps)(given, mark, cadre);
  const warnedOf = async (text: string) => (await check(draft(text))).warnings;
  const sent = () => collection(Broadcast).countDocuments({ community: here.community });

  it('shows the first text as it arrives, segment by segment, and whom it is the first for', async () => {
    const { plan, preview } = await check(draft(`{name}:${'停水'.repeat(40)}`, 'building:3'));
    expect([plan.messages, plan.firsts, plan.cost]).to.deep.equal([2, 0, 0.2]);
    expect(preview?.parts).to.have.length(2);
    expect(preview?.parts.join('')).to.match(/^【青松社区】(王秀英|李建国):(停水){40}$/);
    await here.person('3', { building: '3栋', phone: `${PHONE}03` });
    expect((await check(draft('停水'))).plan.firsts).to.equal(1);
  });

  it('warns of length, of characters that cost more, of links, and if nobody is reached', async () => {
    expect(await warnedOf('明天停水，“八点”到五点…')).to.deep.equal([]);
    expect(await warnedOf('停'.repeat(70))).to.deep.equal([{ warning: 'long', segments: 2 }]);
    expect(await warnedOf(`${'停'.repeat(63)}💧`)).to.deep.equal([
      { warning: 'long', segments: 2 },
      { warning: 'special', characters: ['💧'] },
    ]);
    expect(await warnedOf('看www.example.cn/a')).to.deep.equal([{ warning: 'link', link: 'www.example.cn/a' }]);
    await here.person('9', { building: '9栋' });
    expect((await check(draft('停水', 'building:9'))).warnings).to.deep.equal([{ warning: 'nobody' }]);
    await collection(Community).updateOne({ _id: here.community }, { $set: { name: 'Green Pines', language: 'en' } });
    deps = { ...deps, word: noticeText({ ...world }, await loadCatalogue()) };
    const english = 'The water is off tomorrow from eight to five. Please fill a bucket. '.repeat(2);
    expect(await warnedOf(`${english}Dont`)).to.deep.equal([]);
    expect(await warnedOf(`${english}Don’t`)).to.deep.equal([
      { warning: 'long', segments: 3 },
      { warning: 'special', characters: ['’'] },
    ]);
  });

  it('sends what was checked, once', async () => {
    const { mark } = await check(draft('停水'));
    const both = await Promise.all([send(draft('停水'), mark), send(draft('停水'), mark)]);
    const ids = both.map((outcome) => ('sent' in outcome ? outcome.sent._id : outcome));
    expect(ids[0]).to.be.a('string').and.equal(ids[1]);
    expect(await send(draft('停水'), mark)).to.include({ isNew: false });
    expect((await check(draft('停水'))).before?._id).to.equal(ids[0]);
    expect(await sent()).to.equal(1);
  });

  it('checks again if text, people, prices or night changed meanwhile, or it was cancelled', async () => {
    const { mark } = await check(draft('停水'));
    const isChanged = async (given = draft('停水'), its = mark) => 'changed' in (await send(given, its));
    expect(await isChanged(draft('停电'))).to.equal(true);
    expect(await isChanged(draft('停水', 'building:3'))).to.equal(true);
    for (const forged of ['', '2', '9.9.x', mark.replace(/^\d+/, '99')]) expect(await isChanged(draft('停水'), forged), forged).to.equal(true);
    expect(await isChanged()).to.equal(false);
    expect(await sent()).to.equal(1);
  });

  it('checks again if somebody was added or has another phone', async () => {
    for (const change of [
      () => here.person('3', { phone: `${PHONE}03` }),
      () => here.person('4', {}),
      () => collection(Resident).deleteOne({ community: here.community }),
      () => collection(Community).updateOne({ _id: here.community }, { $set: { prices: { sms: 0.5, currency: 'CNY' } } }),
      () => collection(Community).updateOne({ _id: here.community }, { $set: { quiet: '00:00-23:59' } }),
    ]) {
      const { mark } = await check(draft('停水'));
      await change();
      expect(await send(draft('停水'), mark), change.toString()).to.have.property('changed');
    }
    expect(await sent()).to.equal(0);
  });

  it('goes on where it only reaches fewer: who stopped or voted meanwhile gets none', async () => {
    const { mark } = await check(draft('停水'));
    await collection(Address).updateOne({ _id: addressHmac(world.vault, here.act(`${PHONE}02`)) }, { $set: { stoppedAt: new Date() } });
    expect(await send(draft('停水'), mark)).to.include({ isNew: true });
  });

  it('is not sent by a form that was open before it was cancelled', async () => {
    const { mark } = await check(draft('停水'));
    const first = await send(draft('停水'), mark);
    if (!('sent' in first)) throw new Error('not sent');
    await cancelBroadcast(world, first.sent._id, cadre);
    expect(await send(draft('停水'), mark)).to.have.property('changed');
    expect(await send(draft('停水'), (await check(draft('停水'))).mark)).to.include({ isNew: true });
  });

  it('is refused to whoever may not send, and sends to nobody', async () => {
    const supervisor: Actor = { ...cadre, kind: 'staff', role: 'supervisor', community: here.community };
    for (const refused of [checkBroadcast(world, deps)(draft('停水'), supervisor), sendBroadcast(world, deps)(draft('停水'), '', supervisor)])
      expect(await refused.catch((error: { code?: string }) => error.code)).to.equal('not-allowed');
    await here.person('9', { building: '9栋' });
    expect(await send(draft('停水', 'building:9'), (await check(draft('停水', 'building:9'))).mark)).to.deep.equal({ refused: 'nobody' });
  });

  it('tells nobody who has not voted: in the check, as it runs and in what became of it there are tens', async () => {
    here = await town(world, { residents: 34, community: { quiet: '00:00-00:00', prices: { sms: 0.05, currency: 'CNY' } }, cycle: votingNow(world) });
    cadre = { kind: 'staff', role: 'cadre', id: '1', name: '刘芳', community: here.community };
    const given = draft('来投票', 'not-voted');
    const counted = async () => {
      const { plan } =
        (await checkBroadcast({ ...world }, deps)(given, cadre).then((outcome) => ('check' in outcome ? outcome.check : undefined))) ?? {};
      return [plan?.messages, plan?.channels.map(({ messages, units }) => [messages, units]), plan?.cost?.toFixed(2)];
    };
    const { mark } = await check(given);
    expect(await counted()).to.deep.equal([40, [[40, 40]], '1.70']);
    for (let n = 0; n < 9; n += 1) await castBallot(world, { picks: [1] }, here.act(n));
    expect(await counted(), 'nine voted').to.deep.equal([40, [[40, 40]], '1.70']);
    await castBallot(world, { picks: [1] }, here.act(9));
    expect(await counted(), 'the tenth').to.deep.equal([30, [[30, 30]], '1.20']);
    expect(await checkBroadcast(world, deps)(draft('{name}，来投票', 'not-voted'), cadre)).to.deep.equal({ refused: 'ownWords' });
    const outcome = await sendBroadcast({ ...world }, deps)(given, mark, cadre);
    if (!('sent' in outcome)) throw new Error(JSON.stringify(outcome));
    const { sent } = outcome;
    await queueBroadcast(world, ['sms'], sent._id);
    expect(await collection(Message).countDocuments({ broadcast: sent._id })).to.equal(24);
    await collection(Message).updateMany({ broadcast: sent._id }, { $set: { state: 'sent' } });
    const some = await collection(Message).find({ broadcast: sent._id }).limit(7).toArray();
    await collection(Message).updateMany({ _id: { $in: some.map(({ _id }) => _id) } }, { $set: { state: 'failed', reason: 'twilio.30003' } });
    const progress = await readProgress(world, sent._id);
    expect(progress).to.deep.include({ total: 20, waiting: 0, isInTens: true, states: { sent: 10, failed: 0 } });
    expect(await countBroadcast(sent)).to.deep.equal([{ channel: 'sms', state: 'sent', count: 10 }]);
    expect(await troubledBroadcasts.read({ world, community: here.community, actor: cadre }, new Date(0)), 'seven failed').to.deep.equal([]);
    expect(await readMessages.read({ world, community: here.community, actor: cadre }, sent, { skip: 0, limit: 10 })).to.deep.equal({
      messages: [],
      more: false,
    });
    expect((await check(draft('来投票'))).plan.leftOut.already, 'how many of a building have not').to.equal(0);
    for await (const _ of messagesOf(sent)) expect.fail('a message');
  });

  it('takes nobody for new while a vote is open: who first wrote to vote would show', async () => {
    here = await town(world, { residents: 2, community: { quiet: '00:00-00:00' }, cycle: votingNow(world) });
    cadre = { kind: 'staff', role: 'cadre', id: '1', name: '刘芳', community: here.community };
    expect((await check(draft('停水'))).plan).to.include({ messages: 2, firsts: 0 });
  });

  it('is neither paused nor cancelled once all of it was sent', async () => {
    const outcome = await send(draft('停水'), (await check(draft('停水'))).mark);
    if (!('sent' in outcome)) throw new Error('not sent');
    const { _id } = outcome.sent;
    await queueBroadcast(world, ['sms'], _id);
    await collection(Message).updateMany({ broadcast: _id }, { $set: { state: 'sent' } });
    expect(await pauseBroadcast(world, _id, cadre)).to.deep.equal({ refused: 'over' });
    expect(await cancelBroadcast(world, _id, cadre)).to.deep.equal({ refused: 'over' });
    expect(await collection(Broadcast).findOne({ _id }))
      .to.include({ state: 'queued' })
      .and.not.to.have.property('pausedAt');
  });
});
