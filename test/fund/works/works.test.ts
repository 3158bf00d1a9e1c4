import { expect } from 'chai';
import { Account, AccountEntry } from '../../../src/fund/accounts/index.ts';
import type { Typed } from '../../../src/fund/act/index.ts';
import { castBallot, sealDue } from '../../../src/fund/ballots/index.ts';
import { cycleForReaders } from '../../../src/fund/cycles/index.ts';
import { LogEntry } from '../../../src/fund/log/index.ts';
import { type Actor, operator } from '../../../src/fund/people/index.ts';
import { Picture } from '../../../src/fund/pictures/picture.ts';
import {
  acceptWork,
  addProgress,
  beginWorks,
  chooseImplementer,
  dropNews,
  findWork,
  mendWork,
  moveWork,
  newsOfWork,
  payWork,
  recordOffer,
  signContract,
  WORK_STATES,
  Work,
  WorkNews,
  worksOfCycle,
} from '../../../src/fund/works/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { codeOf } from '../../support/codeOf.ts';
import { useDatabase } from '../../support/database.ts';
import { staff } from '../../support/second.ts';
import { changeCycle, type Town, town, votingNow } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { PICTURE, RESULT_DAY, stand, won } from '../../support/works.ts';

const LI = operator('李姐');

describe('the works after a vote', () => {
  const { world } = useDatabase('works');

  it('are made of the winners once the result is there, with what was granted to each: whole and once, whoever looks', async () => {
    const here = await town(world, { residents: 3, cycle: { ...votingNow(world), budget: 20_000 } });
    for (const [person, picks] of [[3], [3, 1], [1]].entries()) await castBallot(world, { picks }, here.act(person));
    await beginWorks(world)();
    expect(await worksOfCycle(here.cycle)).to.deep.equal([]);
    const hour = 60 * 60 * 1_000;
    const close = new Date(world.now().getTime() - 60_000);
    await changeCycle(world, here.cycle, { $set: { 'stages.1.from': close } });
    await sealDue({ ...world, vault: world.vault, now: () => new Date(Date.now() + hour) })();
    const stray = { _id: { cycle: here.cycle, number: 1 }, community: here.community, state: 'rated' as const };
    await collection(Work).insertOne({ ...stray, steps: [], offers: [], papers: [], news: 0, revision: 0 });
    expect(await codeOf(beginWorks(world)()), 'half of it').to.not.equal('fulfilled');
    expect(await collection(Account).findOne({ _id: here.cycle })).to.equal(null);
    await collection(Work).deleteOne({ _id: stray._id });
    const later = { ...world, vault: world.vault };
    await Promise.all([beginWorks(world)(), beginWorks(later)(), beginWorks(world)()]);
    await beginWorks(world)();
    const works = await worksOfCycle(here.cycle);
    expect(works.map(({ _id, state }) => [_id.number, state])).to.deep.equal([
      [1, 'approved'],
      [3, 'approved'],
    ]);
    const account = await collection(Account).findOne({ _id: here.cycle });
    expect(account?.works.map(({ work, granted, paid }) => [work, granted, paid]).toSorted()).to.deep.equal([
      [1, 10_000, 0],
      [3, 10_000, 0],
    ]);
    expect(await collection(AccountEntry).countDocuments({ '_id.cycle': here.cycle })).to.equal(2);
    expect(await collection(LogEntry).countDocuments({ '_id.community': here.community, act: 'work.begin' })).to.equal(1);
  });

  it('wait without a failure where what is remembered of their cycle is from before its seal', async () => {
    const here = await town(world, { residents: 1, cycle: { ...votingNow(world), budget: 10_000 } });
    await castBallot(world, { picks: [3] }, here.act(0));
    let now = world.now().getTime();
    const looking = { ...world, now: () => new Date(now) };
    await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(now - 60_000) } });
    expect(await cycleForReaders(looking)(here.cycle)).to.not.have.property('sealedAt');
    await sealDue({ ...world, now: () => new Date(now + 60 * 60 * 1_000) })();
    await beginWorks(looking)();
    expect(await worksOfCycle(here.cycle)).to.deep.equal([]);
    now += 2_000;
    await beginWorks(looking)();
    expect(await worksOfCycle(here.cycle)).to.have.length(1);
  });

  it('take the steps of one table, forwards and back, and no other', async () => {
    const here = await town(world);
    await won(world, here, { 1: 10_000 });
    const on = { community: here.community, cycle: here.cycle, number: 1, actor: LI };
    const move = (given: object) => tried(world)(moveWork, { ...on, ...given });
    /** Each act as it is refused where its step is not in the table, and otherwise because something else of it is wrong. */
    const acts = {
      offer: async () => tried(world)(recordOffer, { ...on, implementer: 1, amount: 1, day: RESULT_DAY }),
      choose: async () => tried(world)(chooseImplementer, { ...on, seen: (await findWork(here.cycle, 1))?.revision, implementer: 1, reason: '好' }),
      sign: async () => tried(world)(signContract, { ...on, paper: 'HT', amount: 0, day: RESULT_DAY }),
      pay: async () => tried(world)(payWork, { ...on, paper: 'F', amount: 0, day: RESULT_DAY, key: 'k' }),
      accept: async () => tried(world)(acceptWork, { ...on, day: RESULT_DAY }),
      mend: async () => tried(world)(mendWork, { ...on, what: '灯', until: '2000-01-01' }),
    };
    const taken: string[] = [];
    for (const from of WORK_STATES) {
      for (const to of WORK_STATES) {
        await stand(here.cycle, 1, { state: from });
        const plain = await move({ to });
        const needsReason = 'refused' in plain && plain.refused === 'noReason';
        const outcome = needsReason ? await move({ to, reason: '弄错了' }) : plain;
        const isMoved = 'moved' in outcome;
        expect((await findWork(here.cycle, 1))?.state).to.equal(isMoved ? to : from);
        if (isMoved || ('refused' in outcome && outcome.refused !== 'noStep'))
          taken.push(`${from} → ${to}${needsReason ? ' with a reason' : ''}${'refused' in outcome ? ` ${outcome.refused}` : ''}`);
      }
      await stand(here.cycle, 1, { state: from });
      for (const [act, run] of Object.entries(acts)) {
        const { refused } = { refused: 'nothing', ...(await run()) };
        if (!['notSeeking', 'notChosen', 'notPayable', 'notFinished'].includes(refused)) taken.push(`${from}: ${act} ${refused}`);
      }
    }
    expect(taken).to.deep.equal([
      'approved → seeking',
      'seeking → approved with a reason',
      'seeking: offer noImplementer',
      'seeking: choose noOffer',
      'chosen → seeking with a reason',
      'chosen: sign amount',
      'signed → chosen with a reason',
      'signed → under-way',
      'signed: pay amount',
      'under-way → signed with a reason',
      'under-way → finished',
      'under-way: pay amount',
      'finished → under-way with a reason',
      'finished: pay amount',
      'finished: accept day',
      'finished: mend until',
      'to-be-mended → under-way with a reason',
      'to-be-mended → finished',
      'to-be-mended: pay amount',
      'accepted → finished with a reason',
      'accepted → paid unpaid',
      'accepted: pay amount',
      'paid → accepted with a reason',
      'paid → rated',
      'rated → paid with a reason',
    ]);
  });

  it('bear the day of each step: one that has come, and not before the last', async () => {
    const here = await town(world);
    await won(world, here, { 1: 10_000 });
    const to = (day: string) => tried(world)(moveWork, { community: here.community, cycle: here.cycle, number: 1, to: 'seeking', day, actor: LI });
    for (const day of ['2026-01-09', '2999-01-01']) expect(await to(day), day).to.deep.equal({ refused: 'day' });
    for (const day of ['2026-02-30', 'x']) expect(await to(day), day).to.deep.equal({ mistakes: { day: 'day' } });
    expect(await to('2026-01-12')).to.deep.equal({ moved: 'seeking' });
    expect((await findWork(here.cycle, 1))?.steps.map(({ state, day, by }) => [state, day, by])).to.deep.equal([
      ['approved', RESULT_DAY, 'Yisheng'],
      ['seeking', '2026-01-12', '李姐'],
    ]);
    const twice = { community: here.community, cycle: here.cycle, number: 1, to: 'approved', reason: '再想想', from: 'seeking', actor: LI };
    const [one, other] = await Promise.all([tried(world)(moveWork, twice), tried(world)(moveWork, twice)]);
    expect([one, other].filter((outcome) => 'moved' in outcome)).to.have.length(1);
  });

  describe('have news', () => {
    let here: Town;
    before(async () => {
      here = await town(world);
      await won(world, here, { 3: 60_000, 7: 48_000 });
    });
    const add = (given: Typed, number = 3, actor: Actor = LI) =>
      tried(world)(addProgress, { community: here.community, cycle: here.cycle, number, actor, ...given });

    it('with text and pictures, each message once, the newest first', async () => {
      const at = new Date(world.now().getTime() - 3_600_000);
      expect(await add({ text: '挖开了', pictures: [PICTURE], at, key: 'MM1' })).to.deep.equal({ news: 1, isNew: true });
      expect(await add({ text: '挖开了', pictures: [PICTURE], at, key: 'MM1' })).to.deep.equal({ news: 1, isNew: false });
      expect(await add({ text: '管子换好了' })).to.deep.equal({ news: 2, isNew: true });
      const news = await newsOfWork(here.cycle, 3);
      expect(news.map(({ news: number, text, pictures }) => [number, text, pictures.length])).to.deep.equal([
        [2, '管子换好了', 0],
        [1, '挖开了', 1],
      ]);
      const work = await findWork(here.cycle, 3);
      expect([work?.news, work?.picturedAt]).to.deep.equal([2, at]);
      expect(await collection(Picture).countDocuments({ community: here.community })).to.equal(1);
    });

    it('not without either, nor of tomorrow, nor too much', async () => {
      expect(await add({})).to.deep.equal({ refused: 'empty' });
      expect(await add({ text: '好', at: new Date(world.now().getTime() + 60_000) })).to.deep.equal({ refused: 'time' });
      expect(await add({ text: '长'.repeat(501) })).to.deep.equal({ mistakes: { text: 'tooLong' } });
      expect(await add({ text: '多', pictures: Array.from({ length: 13 }, () => PICTURE) })).to.deep.equal({ refused: 'tooMany' });
      expect(await add({ text: '没有' }, 9)).to.deep.equal({ refused: 'noSubject' });
      expect(await collection(WorkNews).countDocuments({ '_id.cycle': here.cycle })).to.equal(2);
    });

    it('of two who add at once, both', async () => {
      await Promise.all([add({ text: '一' }, 7), add({ text: '二' }, 7)]);
      expect((await newsOfWork(here.cycle, 7)).map(({ news }) => news)).to.deep.equal([2, 1]);
      expect((await collection(Work).findOne({ _id: { cycle: here.cycle, number: 7 } }))?.news).to.equal(2);
    });

    it('are taken away by a cadre with a reason, pictures and all; no other has their number', async () => {
      const drop = (reason: string, news = 1) =>
        tried(world)(dropNews, { community: here.community, cycle: here.cycle, number: 3, news, reason, actor: LI });
      expect(await drop(' ')).to.deep.equal({ mistakes: { reason: 'empty' } });
      expect(await drop('拍到了人')).to.deep.equal({ dropped: true });
      expect(await drop('拍到了人')).to.deep.equal({ refused: 'noSubject' });
      expect(await collection(Picture).countDocuments({ community: here.community })).to.equal(0);
      expect((await findWork(here.cycle, 3))?.picturedAt).to.equal(undefined);
      expect(await add({ text: '路面补好了' })).to.deep.equal({ news: 3, isNew: true });
      expect((await newsOfWork(here.cycle, 3)).map(({ news }) => news)).to.deep.equal([3, 2]);
    });

    it('of an implementer only for the work for which they were chosen', async () => {
      const actor = await staff(world, here.community, { role: 'implementer', phone: '+8613800000031' });
      expect(await codeOf(add({ text: '我来说' }, 3, actor))).to.equal('not-allowed');
    });
  });
});
