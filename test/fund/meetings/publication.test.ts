import { expect } from 'chai';
import { addressHmac, phoneContact } from '../../../src/contacts/contact.ts';
import { castBallot, openBallot, sealDue } from '../../../src/fund/ballots/index.ts';
import { ballotMark, Cycle, calendarMark, currentCycle, isFrozen, stageAt, voteOf } from '../../../src/fund/cycles/index.ts';
import type { BallotChange } from '../../../src/fund/files/index.ts';
import { holdVotes, publicPublication, readPublication, recordObjection } from '../../../src/fund/meetings/index.ts';
import { Objection, objectionText } from '../../../src/fund/meetings/objection.ts';
import { Publication, publicationState } from '../../../src/fund/meetings/publication.ts';
import { aboutIn } from '../../../src/fund/meetings/recordObjection.ts';
import { type Actor, operator } from '../../../src/fund/people/index.ts';
import { recordProposal } from '../../../src/fund/proposals/index.ts';
import { forgetAt } from '../../../src/fund/roster/eraseResident.ts';
import { refuseSecond } from '../../../src/fund/second/index.ts';
import { publicLog } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { moveCycle, openAllTheSame, planCycle, setBallot } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { answerObjection, checkPublication, enterObjection, publish } from '../../support/meetings.ts';
import { draftOpinion, giveOpinions } from '../../support/proposals.ts';
import { confirmSecond, staff } from '../../support/second.ts';
import { changeCycle, type Town, town } from '../../support/town.ts';

const LI = operator('李姐');
const STRANGER = '+8613900000099';
const SUPERVISOR = { kind: 'staff', role: 'supervisor', id: '1', name: '郑海涛' } as const;

describe('a publication', () => {
  const { world } = useDatabase('publication');
  let here: Town;
  let supervisor: Actor;
  beforeEach(async () => {
    here = await town(world, { residents: 2 });
    await changeCycle(world, here.cycle, { $set: { 'stages.0.stage': 'publish' } });
    supervisor = { ...SUPERVISOR, community: here.community };
  });
  const publishNow = (seen = 0) => publish(world)({ cycle: here.cycle, seen, actor: LI });
  const check = (number = 1, finding?: string) =>
    checkPublication(world)({ cycle: here.cycle, number, actor: supervisor, ...(finding !== undefined && { finding }) });
  const object = (text: string, from: string | number = 0) => recordObjection(world, { text }, here.act(from));
  const answer = (number: number, text = '三家比过价') => answerObjection(world, here.notify)({ cycle: here.cycle, number, text, actor: LI });

  it('stands as its table says', () => {
    const now = new Date(0);
    const right = { check: { by: '郑', at: now } };
    const wrong = { check: { ...right.check, finding: '少一项' } };
    const table = [
      [{}, 0, 0, 'unchecked'],
      [{}, 1, 1, 'unchecked'],
      [wrong, 0, 0, 'wrong'],
      [wrong, 1, 1, 'wrong'],
      [{ ...right, differs: now }, 1, 1, 'differs'],
      [right, 2, 1, 'overdue'],
      [right, 1, 0, 'open'],
      [right, 0, 0, 'clear'],
    ] as const;
    for (const [publication, open, overdue, state] of table) expect(publicationState(publication, { open, overdue })).to.equal(state);
  });

  it('is made once of two forms, and anew only by somebody who saw the one before', async () => {
    const both = await Promise.all([publishNow(), publishNow()]);
    expect(both).to.have.deep.members([{ published: 1 }, { refused: 'changed' }]);
    expect(await publishNow()).to.deep.equal({ refused: 'changed' });
    expect(await publishNow(1)).to.deep.equal({ published: 2 });
    expect(await check(1)).to.deep.equal({ refused: 'changed' });
  });

  it('is of the feasible proposals while there are no projects, and of nothing where there is nothing', async () => {
    await collection(Cycle).updateOne({ _id: here.cycle }, { $set: { projects: [] } });
    expect(await publishNow()).to.deep.equal({ refused: 'nothing' });
    for (const text of ['修路灯', '装棚子']) await recordProposal(world, { text }, here.act(0));
    await draftOpinion(world)({ cycle: here.cycle, number: 2, opinion: { isFeasible: true, cost: 900 }, seen: undefined, actor: LI });
    await giveOpinions(world, here.notify)({ cycle: here.cycle, numbers: [2], actor: LI });
    expect(await publishNow()).to.deep.equal({ published: 1 });
    expect(await object('1 灯呢')).to.deep.equal({ unknown: 1 });
    expect(await object('2 太贵')).to.include({ number: 1 });
  });

  it('is not made once the vote has opened', async () => {
    await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(world.now().getTime() - 1) } });
    expect(await publishNow()).to.deep.equal({ refused: 'voting' });
  });

  it('is found wrong, then right, and then no more', async () => {
    expect(await check()).to.deep.equal({ refused: 'changed' });
    await publishNow();
    expect(await check(1, '少一项')).to.deep.equal({});
    expect(await check()).to.deep.equal({});
    expect(await check(1, '少一项')).to.deep.equal({ refused: 'already' });
    await publishNow(1);
    const both = await staff(world, here.community, { role: 'supervisor', phone: STRANGER, name: '王芳' });
    await staff(world, here.community, { role: 'cadre', phone: STRANGER, name: '王芳' });
    expect(await checkPublication(world)({ cycle: here.cycle, number: 2, actor: both }), 'a cadre, too').to.deep.equal({ refused: 'samePerson' });
    const otherPhone = await staff(world, here.community, { role: 'supervisor', phone: '+8613900000077', name: '王芳' });
    expect(await checkPublication(world)({ cycle: here.cycle, number: 2, actor: otherPhone }), 'from another phone').to.deep.equal({
      refused: 'samePerson',
    });
  });

  it('gets objections with numbers, each once under its act, due in ten days, about what is on the list', async () => {
    await publishNow();
    const act = here.act(0);
    const first = await recordObjection(world, { text: '3 太贵 13800001234' }, act);
    if (!('number' in first)) throw new Error('it was not recorded');
    expect(new Date(first.due).getTime() - act.at.getTime()).to.equal(10 * DAY_MS);
    expect(await recordObjection(world, { text: '3 太贵 13800001234' }, act)).to.deep.equal(first);
    const many = await Promise.all(here.residents.map((_, n) => object('整个不对', n)));
    expect(many.map((one) => 'number' in one && one.number).toSorted()).to.deep.equal([2, 3]);
    expect(await object('4 太贵')).to.deep.equal({ unknown: 4 });
    expect(await object('3号')).to.deep.equal({ empty: true });
    expect(await collection(Objection).findOne({ _id: { cycle: here.cycle, number: 1 } })).to.include({ about: 3, origin: 'sms' });
  });

  it('gets questions instead outside its stage, unless a list is published, and from somebody who sends very many', async () => {
    for (let times = 0; times < 10; times += 1) expect(await object(`不对${times}`)).to.have.property('number');
    expect(await object('不对')).to.deep.equal({ passOn: true });
    expect(await object('不对', 1)).to.have.property('number');
    const stranger = (n: number) => object('不对', `+86139${String(n).padStart(8, '0')}`);
    for (let times = 0; times < 25; times += 1) expect(await stranger(times % 3)).to.have.property('number');
    expect(await stranger(0), 'from the 26th on one of each address').to.deep.equal({ passOn: true });
    for (let n = 3; n < 28; n += 1) expect(await stranger(n)).to.have.property('number');
    expect(await stranger(28), 'the 51st of people who are not on the roster').to.deep.equal({ passOn: true });
    expect(await object('不对', 1), 'who is on it').to.have.property('number');
    await changeCycle(world, here.cycle, { $set: { 'stages.0.stage': 'deliberate' } });
    const early = await town(world, { residents: 1 });
    const objection = { text: '不对', origin: 'paper' as const };
    const byHand = (key: string) => enterObjection(world)({ cycle: early.cycle, objection, actor: LI, key });
    expect(await recordObjection(world, { text: '3 不对' }, early.act(0))).to.deep.equal({ passOn: true });
    expect(await byHand('before')).to.deep.equal({ refused: 'stage' });
    await publish(world)({ cycle: early.cycle, seen: 0, actor: LI });
    expect(await recordObjection(world, { text: '3 不对' }, early.act(0))).to.have.property('number', 1);
    expect(await byHand('published')).to.deep.equal({ entered: 2 });
  });

  it('answers an objection once, and its author there where it came from', async () => {
    await object('3 太贵');
    const answers = await Promise.all([answer(1), answer(1)]);
    expect(answers).to.have.deep.members([{ notified: true }, { refused: 'answered' }]);
    expect(await answer(2)).to.deep.equal({ refused: 'noSubject' });
    expect(here.notices.map(({ address, said }) => [address, said])).to.deep.include([
      here.phones[0],
      { key: 'notice.objectionAnswered', params: { number: 1, answer: '三家比过价' } },
    ]);
  });

  it('is public with its check, and with objections and their answers once they are answered, numbers masked', async () => {
    expect(await publicPublication(world, here.cycle)).to.equal(null);
    await publishNow();
    await object('3 太贵，打给我 13800001234');
    await object('整个不对', 1);
    await check(1, '少一项');
    await answer(1, '比过价，问 13800005678');
    const told = await publicPublication(world, here.cycle);
    const [objection] = told?.objections ?? [];
    expect(told).to.deep.include({
      unanswered: 1,
      list: [
        { number: 3, title: '社区花园', cost: 60_000 },
        { number: 7, title: '修路灯', short: '路灯', cost: 48_000 },
      ],
    });
    expect(told?.check).to.include({ finding: '少一项' });
    expect(told?.objections).to.have.length(1);
    expect(objection).to.include({ number: 1, about: 3, text: '太贵，打给我 138********', answer: '比过价，问 138********' });
    expect(JSON.stringify(told)).to.not.match(/整个不对|李姐|郑海涛/);
  });

  it('takes an objection that a cadre writes down, once, and refuses what does not fit', async () => {
    const enter = (objection: { text: string; about?: number; phone?: string }, key = 'form') =>
      enterObjection(world)({ cycle: here.cycle, objection: { origin: 'paper', ...objection }, actor: LI, key: `${here.community} ${key}` });
    const [one, other] = await Promise.all([enter({ text: '太贵', about: 3, phone: STRANGER }), enter({ text: '太贵', about: 3, phone: STRANGER })]);
    expect([one, other]).to.deep.equal([{ entered: 1 }, { entered: 1 }]);
    expect(await enter({ text: ' ' }, '2')).to.deep.equal({ mistakes: { text: 'empty' } });
    expect(await enter({ text: '太贵', about: 4 }, '3')).to.deep.equal({ refused: 'unknown' });
    expect(await answer(1)).to.deep.equal({ notified: true });
  });

  it('knows nothing of who objected once they are deleted', async () => {
    await object('3 太贵，打给我 13800001234', STRANGER);
    await object('3 太贵，打给我 13800001234', 0);
    const at = world.now();
    expect(await forgetAt(world, { community: here.community, at }, [phoneContact(STRANGER)])).to.equal(true);
    await forgetAt(world, { community: here.community, at }, [], here.residents[0]);
    const kept = await collection(Objection).find({ community: here.community }, { promoteBuffers: true }).toArray();
    for (const one of kept) {
      expect(one).to.not.have.any.keys('address', 'from', 'resident', 'channel');
      expect(objectionText(world.vault, one)).to.equal('太贵，打给我 138********');
    }
    expect(JSON.stringify(kept)).to.not.include(addressHmac(world.vault, { community: here.community, ...phoneContact(STRANGER) }));
    expect(await answer(1)).to.deep.equal({ notified: false });
  });

  it('is told by a number at the beginning what an objection is about', () => {
    const table: readonly [string, ReturnType<typeof aboutIn>][] = [
      ['3 太贵', { about: 3, text: '太贵' }],
      ['３号，太贵', { about: 3, text: '太贵' }],
      ['三号太贵', { about: 3, text: '太贵' }],
      ['项目3：太贵', { about: 3, text: '太贵' }],
      ['3', { about: 3, text: '' }],
      ['3个月太久', { text: '3个月太久' }],
      ['三号院更黑', { text: '三号院更黑' }],
      ['3号楼更黑', { text: '3号楼更黑' }],
      ['整个不对', { text: '整个不对' }],
    ];
    for (const [written, about] of table) expect(aboutIn(written), written).to.deep.equal(about);
  });

  describe('and the vote', () => {
    let ahead = 0;
    const later: World = { ...world, now: () => new Date(Date.now() + ahead) };
    before(() => Object.assign(later, { ...world, vault: world.vault, now: () => new Date(Date.now() + ahead) }));
    beforeEach(() => {
      ahead = 0;
    });
    /** Other processes, which remember what they have read. */
    const processes = Array.from({ length: 2 }, () => ({ ...later, now: () => new Date(Date.now() + ahead) }));
    const cycleNow = async () => {
      const cycle = await collection(Cycle).findOne({ _id: here.cycle });
      if (!cycle) throw new Error('no cycle');
      return cycle;
    };
    const vote = (process = later) => castBallot(process, { picks: [3] }, here.act(0, { at: later.now() }));
    const check = (number = 1, finding?: string) =>
      checkPublication(later)({ cycle: here.cycle, number, actor: supervisor, ...(finding !== undefined && { finding }) });
    const open = (actor: Actor = LI) => openAllTheSame(later)({ id: here.cycle, actor, reason: '大家等着' });
    const look = () => holdVotes(later);
    const NONE = { short: undefined, category: undefined, detail: undefined, place: undefined, due: undefined };
    const set = async (change: BallotChange) =>
      setBallot(later, here.notify)(here.community, { id: here.cycle, seen: ballotMark(await cycleNow()), change }, LI);
    const DAY = 5 * DAY_MS + 3_000;

    it('is opened by nobody on its day while the list is not found right, in no process, and by itself once it is', async () => {
      await publishNow();
      await look();
      for (const process of processes) await currentCycle(process)(here.community, process.now());
      expect(voteOf(await cycleNow(), later.now()), 'its day is announced').to.not.equal(undefined);
      const due = sealDue(later);
      ahead = DAY - 4_000;
      await due(); // what it read of the calendar is used on the day, too
      ahead = DAY;
      expect(await vote()).to.deep.equal({ refused: { reason: 'held' } });
      for (const process of processes) {
        expect(isFrozen(await currentCycle(process)(here.community, process.now()))).to.equal(false);
        expect(await openBallot(process, {}, { community: here.community, at: process.now() })).to.deep.equal({ held: true });
      }
      await due();
      expect((await cycleNow()).frozen).to.equal(undefined);
      await check(1, '少一项');
      await look();
      expect(await vote(), 'it is found wrong').to.deep.equal({ refused: { reason: 'held' } });
      await check();
      await look();
      ahead += 2_500;
      expect(await vote()).to.have.property('receipt');
      const opened = voteOf(await cycleNow(), later.now());
      expect(Number(opened?.from)).to.be.greaterThan(Number(here.cycle && (await cycleNow()).stages[1]?.from));
      for (const process of processes) expect(isFrozen(await currentCycle(process)(here.community, process.now()))).to.equal(true);
      await look();
      expect((await cycleNow()).holds, 'and stays open').to.have.length(1);
    });

    it('is held by an objection that is unanswered past its day, not by one whose day comes later', async () => {
      await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(Date.now() + 11 * DAY_MS) } });
      await changeCycle(world, here.cycle, { $set: { 'stages.2.from': new Date(Date.now() + 30 * DAY_MS) } });
      await publishNow();
      await check();
      await object('3 太贵');
      await look();
      ahead = 11 * DAY_MS + 3_000;
      expect(await vote()).to.deep.equal({ refused: { reason: 'held' } });
      await answer(1);
      await look();
      ahead += 2_500;
      expect(await vote()).to.have.property('receipt');

      const other = await town(world, { residents: 1 });
      await changeCycle(world, other.cycle, { $set: { 'stages.0.stage': 'publish' } });
      ahead = 0;
      await publish(world)({ cycle: other.cycle, seen: 0, actor: LI });
      await checkPublication(world)({ cycle: other.cycle, number: 1, actor: { ...SUPERVISOR, community: other.community } });
      await recordObjection(world, { text: '3 太贵' }, other.act(0));
      await look();
      ahead = DAY;
      expect(await castBallot(later, { picks: [3] }, other.act(0, { at: later.now() }))).to.have.property('receipt');
    });

    it('is held from the moment on in which its ballot is another one than was published and checked, and let go once they say the same', async () => {
      const asCost = (cost: number) => set({ project: { ...NONE, number: 3, title: '社区花园', cost }, at: 3 });
      const byHand = () => moveCycle(later)({ id: here.cycle, stage: 'vote', actor: LI });
      await publishNow();
      expect(await byHand(), 'nobody has checked it').to.deep.equal({ refused: 'held' });
      await check();
      expect(await asCost(90_000)).to.have.property('set');
      expect(await byHand(), 'dearer than published').to.deep.equal({ refused: 'held' });
      await look();
      ahead = DAY;
      expect(await vote(processes[0])).to.deep.equal({ refused: { reason: 'held' } });
      ahead = 0;
      expect(await asCost(60_000)).to.have.property('set');
      expect(await byHand(), 'it is another ballot than was checked').to.deep.equal({ refused: 'held' });
      await check();
      ahead = DAY - 4_000;
      expect(await asCost(90_000), 'about to open').to.deep.equal({ refused: 'frozen' });
      ahead = DAY;
      expect(await vote()).to.have.property('receipt');
    });

    it('is held once anything of the ballot is changed that was checked, by a cadre or past the service, until it is checked again', async () => {
      const isHeld = async () => (await cycleNow()).holds?.some(({ to }) => to === undefined) ?? false;
      await look();
      expect(await isHeld(), 'nothing is published, and there is a stage for it').to.equal(true);
      await publishNow();
      await check();
      expect(await isHeld()).to.equal(false);
      const project = { ...NONE, number: 7, title: '修路灯', short: '路灯', cost: 48_000, detail: '八盏灯' };
      const rules = { budget: 300_000, rule: 'greedy', threshold: 0, choices: { min: 1, max: 2 }, lot: undefined };
      const changes: readonly BallotChange[] = [
        { project: { ...project, detail: '八盏灯，装在书记家门口' }, at: 7 },
        { project: { ...project, place: '后门' }, at: 7 },
        { rules: { ...rules, rule: 'equal-shares' } },
        { rules: { ...rules, threshold: 500 } },
        { rules: { ...rules, choices: { min: 1, max: 1 } } },
        { rules: { ...rules, lot: [7, 3] } },
        { rules: { ...rules, budget: 60_000 } },
      ];
      for (const [n, change] of changes.entries()) {
        expect(await set(change), `${n}`).to.have.property('set');
        expect(await isHeld(), `${n}`).to.equal(true);
        const read = (await readPublication.read({ world: later, community: here.community, actor: supervisor }))?.published;
        expect([read?.state, read?.changed !== undefined], `${n}`).to.deep.equal(['unchecked', true]);
        const seen = ballotMark(await cycleNow());
        const checking = { cycle: here.cycle, number: 1, actor: supervisor };
        expect(await checkPublication(later)({ ...checking, ballot: 'another' }), 'it is not what they looked at').to.deep.equal({
          refused: 'changed',
        });
        expect(await checkPublication(later)({ ...checking, ballot: seen })).to.deep.equal({});
        expect(await isHeld(), `${n}`).to.equal(false);
      }
      const ends = async (to: Date | undefined) => {
        await collection(Publication).updateOne({ '_id.cycle': here.cycle }, { $set: { to } });
        await look();
        return isHeld();
      };
      const { to } = (await collection(Publication).findOne({ '_id.cycle': here.cycle })) ?? {};
      expect(await ends(new Date(0)), 'public for shorter than was checked').to.equal(true);
      expect(await ends(to)).to.equal(false);
      await collection(Cycle).updateOne({ _id: here.cycle }, { $set: { 'projects.0.detail': '写进数据库的' } });
      await collection(Publication).updateOne({ '_id.cycle': here.cycle }, { $set: { 'check.by': '别人' } });
      await look();
      expect(await isHeld(), 'written into the database').to.equal(true);
    });

    it('is held until its ballot is made of what was published of proposals, each at its cost, and of nothing else', async () => {
      await collection(Cycle).updateOne({ _id: here.cycle }, { $set: { projects: [] } });
      for (const text of ['修路灯', '装棚子']) await recordProposal(world, { text }, here.act(0));
      const opinion = { isFeasible: true, cost: 900 } as const;
      for (const number of [1, 2]) await draftOpinion(world)({ cycle: here.cycle, number, opinion, seen: undefined, actor: LI });
      await giveOpinions(world, here.notify)({ cycle: here.cycle, numbers: [1, 2], actor: LI });
      await publishNow();
      await check();
      const add = (number: number, from?: number) => set({ project: { ...NONE, number, title: `项目${number}`, cost: 900 }, from });
      const isHeld = async () => (await cycleNow()).holds?.some(({ to }) => to === undefined) ?? false;
      const steps: [string, () => Promise<unknown>, boolean][] = [
        ['checked, and there is no ballot', async () => ({}), true],
        ['only one of both', () => add(5, 1), true],
        ['both, and nobody has checked them', () => add(6, 2), true],
        ['checked', () => check(), false],
        ['one that nobody proposed', () => add(7), true],
        ['it goes, and nobody has checked that', () => set({ remove: 7 }), true],
        ['checked', () => check(), false],
        ['one is dearer', () => set({ project: { ...NONE, number: 5, title: '项目5', cost: 901 }, at: 5 }), true],
        ['published anew', () => publishNow(1), true],
        ['and checked', () => check(2), false],
      ];
      for (const [what, step, held] of steps) {
        expect(await step(), what).to.not.have.any.keys('refused', 'mistakes');
        expect(await isHeld(), what).to.equal(held);
      }
    });

    it('opens all the same when two agree, with a reason that everybody may read; one alone cannot', async () => {
      await publishNow();
      await look();
      const cadre = await staff(world, here.community, { role: 'cadre', phone: STRANGER, name: '王芳' });
      const other = await staff(world, here.community, { role: 'supervisor', phone: '+8613900000098', name: '周明' });
      expect(await open(cadre), 'its day has not come').to.deep.equal({ refused: 'notHeld' });
      expect(await moveCycle(later)({ id: here.cycle, stage: 'vote', actor: LI })).to.deep.equal({ refused: 'held' });
      ahead = DAY;
      expect(await open(cadre)).to.deep.equal({ waits: 1 });
      expect(await vote()).to.deep.equal({ refused: { reason: 'held' } });
      await set({ remove: 7 });
      const stale = { community: here.community, number: 1, actor: other };
      expect(await confirmSecond(later)(stale), 'a project went meanwhile').to.deep.equal({
        refused: 'notHeld',
        why: 'cycle.openAllTheSame.not.changed',
      });
      await refuseSecond(later, { ...stale, reason: '选票变了' });
      expect(await open(cadre)).to.deep.equal({ waits: 2 });
      const second = { ...stale, number: 2 };
      expect(await confirmSecond(later)(second)).to.deep.equal({ confirmed: true });
      expect(await vote()).to.have.property('receipt');
      await look();
      expect(await open()).to.deep.equal({ refused: 'notHeld' });
      const { deeds } = await publicLog(later)(here.community, { limit: 9, hasClosed: async () => false });
      expect(deeds.map(({ act, reason }) => [act, reason])).to.deep.include(['cycle.openAllTheSame', '大家等着']);
      expect((await cycleNow()).moves).to.have.length(1);
    });

    it('is not let go for the last hours of its time, which nobody would notice: it takes other dates, or two', async () => {
      const asCost = (cost: number) => set({ project: { ...NONE, number: 3, title: '社区花园', cost }, at: 3 });
      await publishNow();
      await check();
      expect(await asCost(90_000), 'a cadre holds it back by this').to.have.property('set');
      ahead = 10 * DAY_MS - 10 * 60_000;
      expect(await asCost(60_000), 'and lets it go ten minutes before the close').to.have.property('set');
      await check();
      await look();
      ahead += 2_500;
      expect(await vote()).to.deep.equal({ refused: { reason: 'held' } });
      const hours = (count: number) => new Date(later.now().getTime() + count * 3_600_000).toISOString().slice(0, 16);
      const stages = { publish: '2026-01-01', vote: hours(24), implement: hours(72) };
      expect(await planCycle(later)(here.community, { id: here.cycle, seen: calendarMark(await cycleNow()), stages }, LI)).to.have.property(
        'planned',
      );
      await look();
      ahead += 25 * 3_600_000 + 8 * 3_600_000;
      expect(await vote()).to.have.property('receipt');
    });

    it('is held while a text calls a project otherwise than was published and checked', async () => {
      const called = (short: string | undefined) => set({ project: { ...NONE, number: 3, title: '社区花园', cost: 60_000, short }, at: 3 });
      const isHeld = async () => (await cycleNow()).holds?.some(({ to }) => to === undefined) ?? false;
      expect(await called('花园')).to.have.property('set');
      await publishNow();
      await check();
      expect(await isHeld()).to.equal(false);
      expect(await called('路灯')).to.have.property('set');
      expect(await isHeld(), 'the name of the other project').to.equal(true);
      expect(await called('花园')).to.have.property('set');
      expect(await isHeld(), 'nobody has checked that').to.equal(true);
      await check();
      expect(await isHeld()).to.equal(false);
    });

    it('has not taken place if it was held until its close, and the file changes nothing of that', async () => {
      await publishNow();
      await look();
      ahead = DAY;
      const plan = {
        id: here.cycle,
        seen: calendarMark(await cycleNow()),
        stages: { publish: '2026-01-01', vote: '2026-02-01', implement: '2090-01-01' },
      };
      expect(await planCycle(later)(here.community, plan, LI)).to.have.property('planned');
      expect(await vote()).to.deep.equal({ refused: { reason: 'held' } });
      const over = new Date('2090-01-02');
      expect([voteOf(await cycleNow(), over), stageAt(await cycleNow(), over)]).to.deep.equal([undefined, 'implement']);
    });
  });
});
