import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { Address } from '../../src/contacts/addressBook.ts';
import { CARRIERS } from '../../src/contacts/channel.ts';
import { addressHmac } from '../../src/contacts/contact.ts';
import { forgetRecent } from '../../src/dialog/conversation.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { Inquiry } from '../../src/fund/inquiries/index.ts';
import { Resident } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import { connect } from '../../src/store/connect.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import { useDatabase } from '../support/database.ts';
import { onRoster } from '../support/onRoster.ts';
import { startService, type TestService } from '../support/service.ts';
import { type ChannelUnderTest, FORGERIES, MALFORMED } from './channelUnderTest.ts';
import { everything as everythingNow } from './everything.ts';
import { sms, smsOverAliyun, smsOverKannel, smsOverMas } from './sms/channel.ts';
import { voice, voiceOverAsterisk } from './voice/channel.ts';
import { wechat } from './wechat/channel.ts';

/** A line that hears words takes keys as one that does not. */
const hearing = (line: ChannelUnderTest): ChannelUnderTest => ({ ...line, needs: { ...line.needs, hears: true } });
const CHANNELS: readonly ChannelUnderTest[] = [
  ...[sms, smsOverKannel, smsOverMas, smsOverAliyun],
  ...[voice, hearing(voice), voiceOverAsterisk, hearing(voiceOverAsterisk), wechat],
];
/** The texts of one file of the catalogue, by key. */
const words = (file: string, language = 'zh-CN'): Record<string, string> => JSON.parse(readFileSync(`locales/${language}/${file}.json`, 'utf8'));
/** A pattern for a text of the catalogue: a placeholder stands for any text. */
const pattern = (text: string) => new RegExp(text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\{.*?\}\}/g, '[^]+'));

describe('every channel', () => {
  it('is in this suite', () => {
    const folders = readdirSync('src/channels', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect([...new Set(CHANNELS.map(({ name }) => name))].sort()).to.deep.equal(folders.map(({ name }) => name).sort());
    const carriers = Object.entries(CARRIERS).flatMap(([carrier, brings]) => brings.map((name) => `${name} over ${carrier}`));
    const here = CHANNELS.map(({ name, carrier = name === 'wechat' ? 'wechat' : 'twilio' }) => `${name} over ${carrier}`);
    expect(carriers.filter((one) => !here.includes(one))).to.deep.equal([]);
  });
});

for (const channel of CHANNELS) {
  const { carrier = '', handsOver, isTemplated, refusal = 403, unspoilt = [], tellsOnce } = channel;
  const hears = channel.needs?.hears ? 'hearing words' : '';
  describe(`${channel.name}${carrier && ` over ${carrier}`}${hears && `, ${hears}`}, like every channel`, () => {
    const { world, uri } = useDatabase(`conformance${channel.name}${carrier}${hears && 'hears'}`);
    let service: TestService;

    /** What has no template goes over the next channel when the outbox looks again: how much waits there says nothing. */
    const everything = async (): Promise<Record<string, number>> => {
      await channel.settle?.(service);
      return { ...(await everythingNow()), ...(isTemplated && { outbox: 0 }) };
    };

    before(async () => {
      service = await startService(world, undefined, channel.needs);
    });
    after(async () => {
      await service.stop();
      expect(service.asterisk?.refused ?? []).to.deep.equal([]);
    });

    const { isSpoken, receipt } = channel;
    /** In this channel's own words, if it has some. */
    const own = (file: string, key: string, language?: string) => words(file, language)[`${key}_${channel.name}`] ?? words(file, language)[key];
    const common = (key: string) => own('common', key);
    /** The text, with any values in its placeholders. */
    const said = (file: string, key: string, language?: string) => pattern(own(file, key, language) ?? expect.fail(`no ${file}.${key}`));
    /** The menu; on the phone it is nothing but its options, which are repeated whole. */
    const menu = said('menu', isSpoken ? 'topMissed' : 'top');
    const say = (text: string, from: string, id?: string) => channel.say(service, { from, text, ...(id && { id }) });

    /** A resident on the roster who holds this address alone and has written before. */
    async function resident(): Promise<string> {
      const from = await newResident();
      await say('菜单', from);
      return from;
    }

    async function newResident(): Promise<string> {
      const from = channel.address();
      const contact = `${channel.name === 'wechat' ? 'wechat' : 'sms'}|${from}`;
      await collection(Resident).insertOne(
        onRoster(world, { _id: contact, community: service.community._id, rosterId: contact, linkedContacts: [contact] }),
      );
      return from;
    }

    (tellsOnce ? describe.skip : describe)('refuses', () => {
      for (const how of FORGERIES.filter((how) => !unspoilt.includes(how))) {
        it(`what is ${how}: ${refusal}, empty, nothing recorded`, async () => {
          const before = await everything();
          expect(await channel.spoil(service, { from: channel.address(), text: '投 3 7' }, how)).to.include({ status: refusal, text: '' });
          expect(await everything()).to.deep.equal(before);
        });
      }

      for (const how of MALFORMED) {
        it(`${how}: 400, one line, nothing recorded`, async () => {
          const before = await everything();
          const { status, text, type } = await channel.spoil(service, { from: channel.address(), text: '投 3 7' }, how);
          expect(status).to.equal(400);
          expect(text).to.match(/^[^<\n]+\n$/);
          expect(type).to.match(/^text\/plain/);
          expect(await everything()).to.deep.equal(before);
        });
      }

      it('a body over 64 KiB with 413, before it asks for a signature', async () => {
        const before = await everything();
        const { status, text } = await channel.spoil(service, { from: channel.address(), text: '投 3 7' }, 'over 64 KiB, unsigned');
        expect(status).to.equal(413);
        expect(text).not.to.include('<');
        expect(await everything()).to.deep.equal(before);
      });
    });

    (tellsOnce ? describe.skip : describe)('a delivery that comes again', () => {
      it('gets the same answer, and records nothing twice', async () => {
        const from = await resident();
        const id = channel.id();
        const first = await say('投 3 7', from, id);
        expect(first).to.match(receipt);
        const before = await everything();
        expect(await say('投 3 7', from, id)).to.equal(first);
        expect(await everything()).to.deep.equal(before);
        await say('项目', from);
        const later = await everything();
        expect(await say('投 3 7', from, id)).to.equal(first);
        expect(await everything()).to.deep.equal(later);
      });

      it('gets the same answer also where it was the first one ever', async () => {
        const from = await newResident();
        const id = channel.id();
        const first = await say('投 3 7', from, id);
        expect(first).to.match(receipt);
        if (!isSpoken) expect(first).to.include('退订'); // a caller hears as the call begins that the number is kept
        expect(await say('投 3 7', from, id)).to.equal(first);
      });

      it('ten times at once is one delivery', async () => {
        const from = await resident();
        const entries = await collection(Entry).countDocuments();
        const id = channel.id();
        const answers = await Promise.all(Array.from({ length: 10 }, () => say('投 3', from, id)));
        expect(answers[0]).to.match(receipt);
        expect(new Set(answers).size).to.equal(1);
        expect(await collection(Entry).countDocuments()).to.equal(entries + 1);
      });

      it('after more than five others is told that it was done', async () => {
        const id = channel.id();
        const from = await resident();
        const first = await say('提议 修路灯', from, id);
        for (let i = 0; i < 6; i += 1) await say('菜单', from);
        const before = await everything();
        expect(await say('提议 修路灯', from, id)).to.equal(handsOver ? first : common('done'));
        expect(await everything()).to.deep.equal(before);
      });

      if (!isSpoken)
        it('after more than five others is told its own receipt where it was a ballot, also when another replaced it', async () => {
          const id = channel.id();
          const from = await resident();
          const [mine] = receipt.exec((await say('投 3 7', from, id)) ?? '') ?? expect.fail();
          await say('投 1', from);
          for (let i = 0; i < 5; i += 1) await say('菜单', from);
          const before = await everything();
          expect(await say('投 3 7', from, id)).to.include(mine);
          expect(await everything()).to.deep.equal(before);
        });
    });

    it('takes several messages of one address at once, each of them', async () => {
      const from = await resident();
      const before = (await everything()).turns ?? 0;
      const asked: [text: string, answer: RegExp][] = isSpoken
        ? [
            ['菜单', menu],
            ['菜单', menu],
            ['帮助', menu],
            ['帮助', menu],
          ]
        : [
            ['菜单', menu],
            ['项目', said('projects', 'list')],
            ['帮助', said('help', 'commands')],
            ['进度', said('progress', 'voteUntil')],
          ];
      const answers = await Promise.all(asked.map(([text]) => say(text, from)));
      asked.forEach(([text, answer], index) => {
        expect(answers[index], text).to.match(answer);
      });
      expect((await everything()).turns).to.equal(before + 4 * (tellsOnce ? 2 : 1));
    });

    it(`asks again in other words, and the third time ${isSpoken ? 'offers a person: nobody is called unasked' : 'a person calls'}`, async () => {
      const from = await resident();
      await say('投票', from);
      const answers = [await say('那个那个', from), await say('就那个嘛', from), await say('哎呀', from)];
      expect(new Set(answers).size).to.equal(3);
      expect(answers[2]).to.match(isSpoken ? said('voice', 'offerPerson') : said('person', 'calls'));
      expect(answers[2]).to.include(service.community.person.name);
      expect(
        await collection(Inquiry).countDocuments({
          kind: 'call',
          from: addressHmac(world.vault, { community: service.community._id, channel: channel.name, address: from }),
        }),
      ).to.equal(isSpoken ? 0 : 1);
    });

    (tellsOnce ? it.skip : it)('answers silence, and what only has signs in it, like anything that it does not understand', async () => {
      const from = await resident();
      const nobody = said('voice', 'nobodyThere');
      const answers = isSpoken
        ? [said('voice', 'stillThere'), said('voice', 'noHurry'), nobody, nobody, nobody]
        : [
            said('menu', 'topMissed'),
            said('menu', 'topMissedAgain'),
            said('person', 'calls'),
            said('common', 'unclear'),
            said('common', 'missedAgain'),
          ];
      for (const nothing of ['', ' ', '\n', '……', '🤷']) expect(await say(nothing, from), JSON.stringify(nothing)).to.match(answers.shift() ?? /^$/);
    });

    it('takes characters that nobody should send', async () => {
      const from = await resident();
      if (isSpoken) return void expect(await say('<Response>]]>&#0;', from)).to.match(said('voice', 'noSuchKey'));
      expect(await say('提议 \u0000路灯\u0001坏\ufffe了<Say>&\u202e💡', from)).to.include('路灯坏了<Say>&');
      expect(await say('提议', from)).to.equal(own('propose', 'tell'));
      expect(await say('路灯<Response>]]>&#0;坏了', from))
        .to.include('路灯<Response>]]>&#0;坏了')
        .and.match(said('propose', 'confirm'));
      expect(await say('是', from))
        .to.include('路灯<Response>]]>&#0;坏了')
        .and.match(said('propose', 'noted'));
    });

    it('heeds the opt-out word, and goes on answering', async () => {
      const from = await resident();
      expect(await say('退订', from)).to.satisfy((said: string) => said.startsWith(own('stop', 'done') ?? expect.fail()));
      const book = await collection(Address).findOne({
        _id: addressHmac(world.vault, { community: service.community._id, channel: channel.name, address: from }),
      });
      expect(book?.stoppedAt).to.be.instanceOf(Date);
      expect(await say('菜单', from)).to.match(menu);
      expect(await say('恢复', from)).to.match(said('start', 'done'));
      const again = await collection(Address).findOne({
        _id: addressHmac(world.vault, { community: service.community._id, channel: channel.name, address: from }),
      });
      expect(again?.stoppedAt).to.equal(undefined);
    });

    it('keeps to what an answer may take', async () => {
      const from = await resident();
      channel.fits((await say('投 3 7', from)) ?? '', 'receipt');
      channel.fits((await say('投票', from)) ?? '', 'ballot');
      for (const text of ['菜单', '帮助', '项目', '项目 3', '进度', `提议 ${'长'.repeat(300)}`, '问 '.padEnd(1_000, '长')])
        channel.fits((await say(text, from)) ?? '', 'any');
    });

    it('falls back to the next language where it has no words of its own', async () => {
      const from = await resident();
      await say('普通话', from);
      const mandarin = await say('项目', from);
      if (!isSpoken) {
        expect(await say('四川话', from)).to.equal(own('language', 'sichuanSet', isTemplated ? 'zh-CN' : 'zh-CN-sichuan'));
        expect(await say('项目', from)).to.equal(mandarin);
      }
      await say('English', from);
      expect(mandarin).to.match(isSpoken ? said('progress', 'voteUntil') : said('projects', 'list'));
      expect(await say('项目', from)).to.match(isSpoken ? said('progress', 'voteUntil', 'en') : said('projects', 'list', 'en'));
      await say('普通话', from);
    });

    it('keeps the language that somebody on the roster chose, though they never did more', async () => {
      const from = await newResident();
      await say('English', from);
      const english = await say('项目', from);
      await forgetRecent({ now: () => new Date(Date.now() + 32 * DAY_MS) });
      expect(await say('项目', from)).to.equal(english);
    });

    it('says politely that a number is no community’s, and records nothing', async () => {
      const before = await everything();
      const said = await channel.say(service, { from: channel.address(), to: channel.elsewhere, text: '投 3 7' });
      expect(said).to.equal(isTemplated ? undefined : common('otherNumber'));
      expect(await everything()).to.deep.equal(before);
    });

    if (isSpoken)
      it('answers every call, however many there were', async () => {
        const from = await resident();
        for (let i = 0; i < 40; i += 1) expect(await say('菜单', from)).to.include('投票');
        expect(await say('投 3 7', from)).to.match(receipt);
      });
    else if (!carrier || carrier === 'kannel') {
      // the others differ from Kannel in their doors and in what they send, not in the dialog
      it('is not flooded: one notice after thirty messages, then silence, but for what whose number it is needs', async () => {
        const from = await flooded();
        expect(await say('菜单', from)).to.equal(common('tooMany'));
        for (const other of ['菜单', '投票', '提议 修路灯', '投 99', '那个']) expect(await say(other, from), other).to.equal(undefined);
        expect(await say('投 3 7', from)).to.match(receipt);
        const needs: [text: string, answer: RegExp][] = [
          ['查票', said('receipt', 'counted')],
          ['退订', said('stop', 'done')],
          ['恢复', said('start', 'done')],
          ['加入', said('identify', 'card')],
          ['登记 王芳 3栋', said('requestMembership', 'noted')],
          ['0', said('person', 'calls')],
          ['删除', said('digits', 'eraseMe')],
          ['不是我', said('digits', 'disownBallot')],
        ];
        for (const [text, answer] of needs) expect(await say(text, from), text).to.match(answer);
        expect(await say('菜单', from)).to.equal(undefined);
      });

      it('answers ten messages of a flooded address that defend nobody; then it takes ballots and stops without an answer, also where they come again', async () => {
        const from = await flooded();
        const answers: (string | undefined)[] = [];
        for (let i = 0; i < 20; i += 1) answers.push(await say('查票', from));
        expect(answers.filter((answer) => answer && answer !== common('tooMany'))).to.have.length(10);
        const entries = await collection(Entry).countDocuments();
        const id = channel.id();
        for (let i = 0; i < 2; i += 1) expect(await say('投 3 7', from, id)).to.equal(undefined);
        expect(await collection(Entry).countDocuments()).to.equal(entries + 1);
        expect(await say('退订', from)).to.equal(undefined);
        const book = await collection(Address).findOne({
          _id: addressHmac(world.vault, { community: service.community._id, channel: channel.name, address: from }),
        });
        expect(book?.stoppedAt).to.be.instanceOf(Date);
      });

      it('takes fifty ballots of one person a day, however many are sent', async () => {
        const from = await resident();
        const entries = await collection(Entry).countDocuments();
        const answers: (string | undefined)[] = [];
        for (let i = 0; i < 120; i += 1) answers.push(await say(i % 2 ? '投 3 7' : '投 1', from));
        expect(await collection(Entry).countDocuments()).to.equal(entries + 50);
        expect(answers.filter((answer) => answer !== undefined)).to.have.length.at.most(51);
      });

      it('is not flooded with ballots that are none', async () => {
        const from = await flooded();
        expect(await say('投 99', from)).to.equal(common('tooMany'));
        expect(await say('投 99', from)).to.equal(undefined);
        expect(await say('投 3 7', from)).to.match(receipt);
      });

      it('gives a delivery of before a flood the same answer in it', async () => {
        const id = channel.id();
        const from = await flooded(29);
        const first = await say('项目', from, id);
        expect(await say('菜单', from)).to.equal(common('tooMany'));
        expect(await say('项目', from, id)).to.equal(first);
      });
    }

    /** Gives an address from which so many messages came: with thirty a flood begins. */
    async function flooded(times = 30): Promise<string> {
      const from = await resident();
      for (let i = 1; i < times; i += 1) expect(await say('菜单', from)).to.match(menu);
      return from;
    }

    it('apologises while the database is away, and records nothing', async () => {
      const from = await resident();
      const before = await everything();
      await mongoose.disconnect();
      try {
        const heard = await say('投 3 7', from).catch((error: Error) => error.message);
        // a template may not be known without the database: then the text has to come again
        if (isTemplated && heard?.includes('503')) expect(heard).to.match(/answered 503/);
        // in a call the first step may have reached the commit before that was seen: then it says that it does not know
        else expect(heard).to.be.oneOf([common('nothingRecorded'), ...(tellsOnce ? [common('notKnown')] : [])]);
      } finally {
        await connect(uri());
      }
      const { turns, ...recorded } = await everything();
      expect({ ...recorded, turns: tellsOnce ? before.turns : turns }).to.deep.equal(before); // that a call has ended is recorded later
      expect(await say('投 3 7', from)).to.match(receipt);
    });
  });
}
