import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import sharp from 'sharp';
import { tapId } from '../../../src/channels/wechat/render.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { Conversation, conversationId } from '../../../src/dialog/conversation.ts';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { Chat, chatId } from '../../../src/fund/communities/chat.ts';
import { Community, type CommunityRecord } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { Recording, recordingFiles } from '../../../src/fund/inquiries/index.ts';
import { cardHmac, MembershipRequest, operator, Resident, residentId } from '../../../src/fund/people/index.ts';
import { Proposal } from '../../../src/fund/proposals/index.ts';
import { endChat } from '../../../src/fund/roster/index.ts';
import { staffPhones } from '../../../src/fund/staff/index.ts';
import { Work } from '../../../src/fund/works/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { everything } from '../../channels/everything.ts';
import { account } from '../../channels/wechat/channel.ts';
import type { FakeWechat } from '../../fakes/wechat.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { makeCards } from '../../support/madeCards.ts';
import { movedWorld, REMEMBERED_MS } from '../../support/movedWorld.ts';
import { onRoster } from '../../support/onRoster.ts';
import { startService, type TestService } from '../../support/service.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { until } from '../../support/until.ts';

const RECEIPT = /凭证 \d{3} \d{3} \d{4}/;
const LATEST_MS = 4_200;

describe('a WeChat chat', () => {
  const { world: real } = useDatabase('chat');
  const { world, clock } = movedWorld(real);
  let service: TestService;
  let fake: FakeWechat;
  let cycle: string;
  let people = 0;

  before(async () => {
    service = await startService(world, undefined, { withWechat: true });
    fake = account(service);
    cycle = (await Cycle.findOne({ community: service.community._id }).orFail())._id;
  });
  after(() => service.stop());

  const id = () => `${randomInt(1e9)}${randomInt(1e9)}`;
  const text = (content: string, more: Record<string, string> = {}) => ({ MsgType: 'text', Content: content, MsgId: id(), ...more });
  const tap = (number: number, of = cycle) => text(`${number} 不管是什么`, { bizmsgmenuid: tapId(of, number) ?? '' });
  const event = (Event: string, EventKey = '') => ({ MsgType: 'event', Event, EventKey });
  const menus = (openid: string) => fake.sent.filter((one) => one.kind === 'menu' && one.openid === openid);
  /** A resident on the roster to whom this chat belongs. */
  async function resident(over: { community?: string } = {}): Promise<string> {
    people += 1;
    const openid = `oChatTest${people}`;
    const { community = service.community._id } = over;
    await collection(Resident).insertOne(onRoster(world, { _id: openid, community, rosterId: openid, linkedContacts: [`wechat|${openid}`] }));
    return openid;
  }

  /** Delivers a message again if it was not answered in time, as WeChat does, or if its answer was an apology. */
  async function patiently(openid: string, fields: Record<string, string>, tries = 5): Promise<string | undefined> {
    const answer = await fake.deliver(openid, fields).catch(() => undefined);
    return tries > 1 && (answer === undefined || /^(现在记不了|还不知道)/.test(answer)) ? patiently(openid, fields, tries - 1) : answer;
  }

  it('is one, however many first messages come at once', async () => {
    const openid = await resident();
    const answers = await Promise.all(Array.from({ length: 16 }, (_, n) => patiently(openid, text(`提议 第${n}盏路灯坏了`))));
    expect(answers.filter((answer) => answer?.startsWith('记下了'))).to.have.length(3); // as many as a day takes
    expect(answers.filter((answer) => answer?.includes('投票公众号'))).to.have.length(1);
    const id = conversationId(world.vault, { channel: 'wechat', address: openid, to: service.community.phone });
    expect((await collection(Conversation).findOne({ _id: id }))?.revision).to.equal(16);
    expect(await collection(Proposal).countDocuments({ by: openid })).to.equal(3);
  });

  it('answers a tap that comes again alike, and casts it once', async () => {
    const openid = await resident();
    const once = tap(3);
    const answers = [await fake.deliver(openid, once), await fake.deliver(openid, once)];
    expect(answers[0]).to.match(RECEIPT).and.include('还能加');
    expect(answers[1]).to.equal(answers[0]);
    const slow = tap(7);
    const both = await Promise.all([fake.deliver(openid, slow), fake.deliver(openid, slow)]);
    expect(both[0]).to.match(RECEIPT).and.equal(both[1]);
    const before = await collection(Entry).countDocuments();
    expect(await fake.deliver(openid, once)).to.equal(answers[0]);
    expect(await collection(Entry).countDocuments()).to.equal(before);
  });

  it('brings the pictures of a cadre, as MMS does, until they stand on the page of the work', async () => {
    const { community, twilio, url } = service;
    const [openid, image] = ['oCadre', `ME${'a'.repeat(32)}`];
    const phone = '+8613800000029';
    const cadre = { rosterId: openid, role: 'cadre' as const, phone, linkedContacts: [`wechat|${openid}`] };
    await collection(Resident).insertOne(onRoster(world, { _id: openid, community: community._id, ...cadre }));
    expect(await staffPhones(world).link(phone, { community: community._id, channel: 'wechat', address: openid })).to.equal(true);
    const steps = [{ state: 'under-way' as const, day: '2027-03-01', by: '王芳', at: new Date() }];
    const work = { community: community._id, state: 'under-way' as const, steps, offers: [], papers: [], news: 0, revision: 0 };
    await collection(Work).insertOne({ _id: { cycle, number: 3 }, ...work });
    const picture = (background: string) =>
      sharp({ create: { width: 64, height: 48, channels: 3, background } })
        .jpeg()
        .toBuffer();
    fake.media.set('photo', await picture('#a40'));
    twilio.media.set(image, await picture('#04a'));
    expect(await fake.deliver(openid, text('进展 3 杆子立好了'))).to.include('记下了');
    expect(await fake.deliver(openid, { MsgType: 'image', PicUrl: 'https://mmbiz.example/1', MediaId: 'photo', MsgId: id() })).to.include('正在存');
    const wang = { from: '+8613800000021', to: community.phone };
    expect(await twilio.deliver({ ...wang, body: '进展 3 灯亮了', media: [image] })).to.include('没公布');
    const code = () => twilio.accepted.map(({ body }) => /】(\d{6})是您发命令/.exec(body)?.[1]).find((digits) => digits !== undefined);
    while (code() === undefined) await sleep(50);
    expect(await twilio.deliver({ ...wang, body: code() ?? '' })).to.include('正在存');
    const pictures = async () => (await (await fetch(`${url}/c/${community._id}/works/3`)).text()).match(/<img /g)?.length ?? 0;
    while ((await pictures()) < 2) await sleep(200);
  });

  it('of a resident never gets the digits of the staff phone that the roster gives them, though the SMS does not arrive; one that this phone tied does', async () => {
    const { community, twilio, url } = service;
    const [theirs, tied] = ['+8613800000201', '+8613800000202'];
    const [foreign, own] = [await resident(), await resident()];
    for (const [name, phone, openid] of [
      ['郑海涛', theirs, foreign],
      ['周明', tied, own],
    ] as const) {
      await addStaff(world)(community._id, { name, phone, role: 'supervisor' }, operator('Li'));
      const { person, phoneId, searchKeys } = onRoster(world, { _id: openid, community: community._id, rosterId: openid, name, phone });
      await collection(Resident).updateOne({ _id: openid }, { $set: { person, phoneId, searchKeys } });
      await fake.deliver(openid, text('#')); // from now on it may be written to
    }
    expect(await staffPhones(world).link(tied, { community: community._id, channel: 'wechat', address: own })).to.equal(true);
    for (const phone of [theirs, tied]) {
      const headers = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/x-www-form-urlencoded' };
      await fetch(`${url}/console/sign-in`, { method: 'POST', headers, body: new URLSearchParams({ phone }), redirect: 'manual' });
      const sent = () => twilio.accepted.find(({ to, body }) => to === phone && body.includes('您登录要填的数字'));
      await twilio.report(await until('the SMS with the digits', sent), ['undelivered'], 30_003);
    }
    const digitsAt = (openid: string) => fake.sent.filter((one) => one.openid === openid && JSON.stringify(one).includes('您登录要填的数字')).length;
    await until('the digits in the chat, which were asked for later,', () => digitsAt(own));
    expect([digitsAt(own), digitsAt(foreign)]).to.deep.equal([1, 0]);
  });

  describe('with a card that was ended meanwhile', () => {
    let cards = 0;
    const holder = async (linkedContacts: string[] = []) => {
      cards += 1;
      const { _id: community } = service.community;
      const shown = card(7_000 + cards);
      const who = { rosterId: `ended-${cards}`, card: cardHmac(world.vault, community, shown) };
      const _id = residentId(world.vault, community, who.rosterId);
      await collection(Resident).insertOne(onRoster(world, { _id, community, linkedContacts, ...who }));
      const renew = async () => (await makeCards(world, community, { id: who.rosterId }, operator('Li'), { reason: 'lost' })).enact();
      const linked = async () => (await collection(Resident).findOne({ _id }))?.linkedContacts;
      return { shown, renew, linkedOf: linked };
    };

    it('casts nothing from the question that it opened', async () => {
      const { shown, renew } = await holder();
      const thief = `oThief${id()}`;
      await fake.deliver(thief, text('投票'));
      expect(await fake.deliver(thief, text(shown))).to.include('3 社区花园');
      const before = await collection(Entry).countDocuments();
      await renew();
      expect(await fake.deliver(thief, text('3 7'))).to.match(/重新来/);
      expect(await collection(Entry).countDocuments()).to.equal(before);
    });

    it('adds no tap to the ballot that it cast', async () => {
      const { shown, renew } = await holder();
      const thief = `oThief${id()}`;
      await fake.deliver(thief, text('投票'));
      await fake.deliver(thief, text(shown));
      expect(await fake.deliver(thief, tap(3))).to.match(RECEIPT);
      const before = await collection(Entry).countDocuments();
      await renew();
      expect(await fake.deliver(thief, tap(7))).not.to.match(RECEIPT);
      expect(await collection(Entry).countDocuments()).to.equal(before);
    });

    it('links no chat', async () => {
      const { shown, renew, linkedOf } = await holder(['wechat|oOwn']);
      const thief = `oThief${id()}`;
      await fake.deliver(thief, text('投票'));
      expect(await fake.deliver(thief, text(shown))).to.include('您用过另一个微信');
      await renew();
      expect(await fake.deliver(thief, text('是'))).not.to.include('3 社区花园');
      expect(await linkedOf()).to.deep.equal([]);
    });

    it('wants the card with every ballot where a community is strict', async () => {
      const verify = (to: CommunityRecord['verify']) => collection(Community).updateOne({ _id: service.community._id }, { $set: { verify: to } });
      await verify('strict');
      clock.ahead += REMEMBERED_MS;
      try {
        const { shown } = await holder(['wechat|oOwn']);
        const guest = `oGuest${id()}`;
        await fake.deliver(guest, text('投票'));
        await fake.deliver(guest, text(shown));
        expect(await fake.deliver(guest, text('不'))).to.include('3 社区花园');
        expect(await fake.deliver(guest, tap(3))).to.match(RECEIPT);
        const before = await collection(Entry).countDocuments();
        expect(await fake.deliver(guest, tap(7))).not.to.match(RECEIPT);
        expect(await collection(Entry).countDocuments()).to.equal(before);
      } finally {
        await verify(service.community.verify);
        clock.ahead += REMEMBERED_MS;
      }
    });
  });

  it('answers a follow that comes again alike', async () => {
    const openid = `oFollow${id()}`;
    const at = Math.floor(Date.now() / 1_000);
    const first = await fake.deliver(openid, event('subscribe', 'qrscene_qingsong|3'), at);
    expect(first).to.include('3栋');
    const before = await everything();
    expect(await fake.deliver(openid, event('subscribe', 'qrscene_qingsong|3'), at)).to.equal(first);
    expect(await everything()).to.deep.equal(before);
  });

  it('takes what was tapped in another year’s menu for words, which are read back', async () => {
    const openid = await resident();
    const before = await collection(Entry).countDocuments();
    expect(await fake.deliver(openid, { ...tap(3, 'last year'), Content: '3 社区花园' })).to.match(/^还没投。投这些吗：3 社区花园/);
    expect(await fake.deliver(openid, text('3 社区花园', { bizmsgmenuid: '12345' }))).to.be.a('string');
    expect(await collection(Entry).countDocuments()).to.equal(before);
  });

  it('has no answer to reports, pages and places, and records nothing of them', async () => {
    const openid = await resident();
    const before = await everything();
    const place = { MsgType: 'location', Location_X: '30', Location_Y: '104', Scale: '15', Label: '', MsgId: id() };
    for (const fields of [event('VIEW', 'https://a.example'), event('LOCATION'), event('TEMPLATESENDJOBFINISH'), event('CLICK', 'nothing'), place])
      expect(await fake.deliver(openid, fields)).to.equal(undefined);
    expect(await everything()).to.deep.equal(before);
  });

  it('offers items to tap beside the numbers, until the account turns out to have none', async () => {
    const openid = await resident();
    await fake.deliver(openid, text('投票'));
    await until('a menu', () => menus(openid).length > 0);
    expect(menus(openid)).to.have.length(1);
    const other = await startService(world, undefined, { withWechat: true });
    try {
      const poor = account(other);
      poor.privileges.delete('customerService');
      const calls = () => poor.calls.filter((path) => path.endsWith('/custom/send')).length;
      expect(await poor.deliver(openid, text('投票'))).to.include('3 社区花园');
      await until('a call', () => calls() > 0);
      await sleep(200);
      expect(await poor.deliver(openid, text('投票'))).to.include('3 社区花园');
      await sleep(300);
      expect(calls()).to.equal(1);
    } finally {
      await other.stop();
    }
  });

  it('loses no answer while the API hangs', async () => {
    const openid = await resident();
    fake.always('hang');
    try {
      const started = performance.now();
      expect(await fake.deliver(openid, text('投票'))).to.include('3 社区花园');
      expect(await fake.deliver(openid, tap(3))).to.match(RECEIPT);
      expect(performance.now() - started).to.be.below(2 * LATEST_MS);
    } finally {
      fake.always(undefined);
    }
  });

  it('keeps what was spoken where free text is asked for, fetched from WeChat; elsewhere nobody listens', async () => {
    const openid = await resident();
    const sound = Buffer.concat([
      Buffer.from('#!AMR\n'),
      ...Array.from({ length: 100 }, () => Buffer.concat([Buffer.from([0x3c]), Buffer.alloc(31)])),
    ]);
    fake.media.set('spoken-media', sound);
    const voice = () => ({ MsgType: 'voice', MediaId: 'spoken-media', Format: 'amr', Recognition: '', MsgId: id() });
    expect(await fake.deliver(openid, voice())).to.include('打字');
    expect(await collection(Recording).countDocuments()).to.equal(0);
    await fake.deliver(openid, text('问'));
    expect(await fake.deliver(openid, voice())).to.match(/^收到，转给居委会了/);
    const kept = async () => collection(Recording).findOne({ state: 'kept', carrierId: { $exists: false } });
    await until('what is kept', kept);
    const recording = await kept();
    expect(recording?.seconds).to.be.closeTo(2, 0.01);
    expect(await recordingFiles(world).read(recording?._id ?? '')).to.deep.equal(sound);
  });

  it('ends with unfollowing: nobody’s from then on, its ballot stays', async () => {
    const openid = await resident();
    expect(await fake.deliver(openid, tap(3))).to.match(RECEIPT);
    const ballots = await collection(Entry).countDocuments();
    expect(await fake.deliver(openid, event('unsubscribe'))).to.equal(undefined);
    expect((await collection(Resident).findOne({ _id: openid }))?.linkedContacts).to.deep.equal([]);
    expect(await collection(Entry).countDocuments()).to.equal(ballots);
    expect(await fake.deliver(openid, tap(7))).to.include('手机号');
    expect(await collection(Entry).countDocuments()).to.equal(ballots);
  });

  it('is forgotten by unfollowing also a moment after it came again', async () => {
    const openid = `oAgain${id()}`;
    const from = addressHmac(world.vault, { community: service.community._id, channel: 'wechat', address: openid });
    const kept = () => collection(MembershipRequest).countDocuments({ from });
    for (const time of ['first', 'second']) {
      await patiently(openid, event('subscribe'));
      expect(await patiently(openid, text('登记 周强 4栋')), time).to.include('周强');
      expect(await kept(), time).to.equal(1);
      await fake.deliver(openid, event('unsubscribe'));
      await until(`what is kept is gone, the ${time} time`, async () => (await kept()) === 0);
    }
  });

  describe('where there are several communities', () => {
    let there: Town;
    before(async () => {
      there = await town(world, { community: { name: '别处社区' }, cycle: { ...votingNow(world), choices: { min: 2, max: 3 } } });
      clock.ahead += REMEMBERED_MS;
    });

    it('belongs to the one whose poster was scanned last, and without one to none', async () => {
      const openid = `oNobody${id()}`;
      const before = await everything();
      expect(await fake.deliver(openid, text('投 1'))).to.include('扫一下社区海报上的码');
      expect(await fake.deliver(openid, event('SCAN', 'a-community-that-is-not'))).to.include('扫一下社区海报上的码');
      expect(await everything()).to.deep.equal(before);
      expect(await fake.deliver(openid, event('SCAN', there.community))).to.include('别处社区');
      expect(await fake.deliver(openid, event('SCAN', service.community._id))).to.include(service.community.name);
      expect((await collection(Chat).findOne({ _id: chatId(world.vault, openid) }))?.community).to.equal(service.community._id);
      await fake.deliver(openid, event('unsubscribe'));
      expect(await collection(Chat).findOne({ _id: chatId(world.vault, openid) })).to.equal(null);
    });

    it('is forgotten by unfollowing wherever it has been, and only there it is looked for', async () => {
      const openid = `oWandered${id()}`;
      const places = [service.community, await Community.findById(there.community).orFail()];
      await town(world); // it has never been here
      const from = places.map(({ _id: community }) => addressHmac(world.vault, { community, channel: 'wechat', address: openid }));
      const kept = () => collection(MembershipRequest).countDocuments({ from: { $in: from } });
      for (const { _id } of places) {
        await fake.deliver(openid, event('SCAN', _id));
        expect(await fake.deliver(openid, text('登记 周强 4栋'))).to.include('周强');
      }
      expect(await kept()).to.equal(2);
      const looked: string[] = [];
      await endChat(world, async (_, community) => void looked.push(community), openid, world.now());
      expect(looked.toSorted()).to.deep.equal(places.map(({ _id }) => _id).toSorted());
      await fake.deliver(openid, event('SCAN', there.community));
      await fake.deliver(openid, event('SCAN', service.community._id));
      await fake.deliver(openid, event('unsubscribe'));
      expect(await kept()).to.equal(0);
    });

    it('says before the minimum how many are missing, alike when asked twice, and casts from there on', async () => {
      const openid = await resident({ community: there.community });
      expect(await fake.deliver(openid, event('SCAN', there.community))).to.include('最少选2个');
      const first = tap(1, there.cycle);
      const answers = [await fake.deliver(openid, first), await fake.deliver(openid, first)];
      expect(answers[0]).to.include('还差1个').and.include('项目1').and.not.match(RECEIPT);
      expect(answers[1]).to.equal(answers[0]);
      expect(await collection(Entry).countDocuments({ '_id.cycle': there.cycle })).to.equal(0);
      expect(await fake.deliver(openid, tap(3, there.cycle))).to.match(RECEIPT);
      expect(await collection(Entry).countDocuments({ '_id.cycle': there.cycle })).to.equal(1);
    });
  });
});
