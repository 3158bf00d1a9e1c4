import { expect } from 'chai';
import { closeAccount, entriesBefore, publicAccount } from '../../../src/fund/accounts/index.ts';
import type { Actor } from '../../../src/fund/people/index.ts';
import { refuseSecond } from '../../../src/fund/second/index.ts';
import {
  addExtra,
  addOwn,
  changeGrant,
  correctEntry,
  dropDocument,
  findWork,
  keepDocument,
  mendWork,
  moveWork,
  payWork,
  publicDocument,
  readDocument,
  recordOffer,
  signContract,
} from '../../../src/fund/works/index.ts';
import { DAY_MS, dayOf } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import { confirmSecond, staff } from '../../support/second.ts';
import { type Town, town } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { chooses, importAccount, LATER, PAPER, stand, won } from '../../support/works.ts';

const DAY = dayOf(new Date(), 'Asia/Shanghai');
const ALONE = 5_000;

describe('the money of a work, which one person cannot bend', () => {
  const { world } = useDatabase('money');
  let here: Town;
  let cadre: Actor;
  let supervisor: Actor;
  let forms = 0;

  /** 60,000 of a budget of 100,000 are granted to work 3, and 30,000 to work 7; contracts for 50,000 and 20,000 are signed. */
  beforeEach(async () => {
    here = await town(world, { community: { twoPersonsAbove: ALONE } });
    await won(world, here, { 3: 60_000, 7: 30_000 }, 100_000);
    cadre = await staff(world, here.community, { role: 'cadre', phone: '+8613800000001', name: '王芳' });
    supervisor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000002', name: '陈杰' });
    await chooses(world, here, 3, '+8613800000003');
    await stand(here.cycle, 7, { state: 'chosen', chosen: { implementer: 1, amount: 20_000, reason: '熟手', by: '王芳', at: world.now() } });
    for (const [number, amount] of [
      [3, 50_000],
      [7, 20_000],
    ] as const)
      expect(await tried(world)(signContract, { ...on(number), paper: `HT-${number}`, amount, day: DAY })).to.deep.equal({ signed: true });
  });

  const key = () => {
    forms += 1;
    return `form ${forms}`;
  };
  const on = (number = 3) => ({ community: here.community, cycle: here.cycle, number, actor: cadre });
  const pay = (amount: number, paper: string, more: object = {}, number = 3) =>
    tried(world)(payWork, { ...on(number), amount, day: DAY, paper, key: key(), ...more });
  const entry = () => ({ community: here.community, cycle: here.cycle, work: 3, day: DAY, key: key(), actor: cadre });
  const grant = (to: number) => tried(world)(changeGrant, { ...entry(), amount: to, reason: '材料涨价' });
  const own = (amount: number) => tried(world)(addOwn, { ...entry(), amount });
  const extra = (amount: number) => tried(world)(addExtra, { ...entry(), amount, paper: '街办3号', reason: '街道补的' });
  const correct = (number: number, seen: number, to: number) =>
    tried(world)(correctEntry, { ...entry(), entry: number, was: seen, amount: to, reason: '写错了' });
  const confirm = async (asked: Promise<object> | object) => {
    const outcome = await asked;
    if (!('waits' in outcome)) throw new Error(`it does not wait: ${JSON.stringify(outcome)}`);
    return confirmSecond(world)({ community: here.community, number: Number(outcome.waits), actor: supervisor });
  };
  const DONE = { confirmed: true };
  const keep = async (kind: string, isPublic = false) => {
    const kept = await tried(world)(keepDocument, {
      ...on(),
      kind,
      title: kind,
      file: { ...PAPER, original: kind },
      ...(isPublic && { isPublic: 'yes' }),
    });
    return 'kept' in kept ? String(kept.kept) : expect.fail(JSON.stringify(kept));
  };
  const account = async () => (await publicAccount(here.cycle)) ?? expect.fail();
  const newest = async () => (await entriesBefore(here.cycle, { limit: 1 }))[0] ?? expect.fail();
  const state = async (number = 3) => (await findWork(here.cycle, number))?.state;

  it('bears a day that can be true: none to come, no payment before its contract, nothing years before its account or due years ahead', async () => {
    const ago = (days: number) => dayOf(new Date(world.now().getTime() - days * DAY_MS), 'Asia/Shanghai');
    const refused = { refused: 'day' };
    for (const day of ['1999-01-01', '2025-01-09', ago(-1), '2999-01-01']) {
      expect(await tried(world)(addOwn, { ...entry(), amount: 1_000, day }), `brought ${day}`).to.deep.equal(refused);
      expect(await tried(world)(changeGrant, { ...entry(), amount: 61_000, reason: '涨价', day }), `granted ${day}`).to.deep.equal(refused);
      expect(await tried(world)(addExtra, { ...entry(), amount: 1_000, paper: '街办3号', reason: '补', day }), `extra ${day}`).to.deep.equal(refused);
      expect(await pay(1_000, 'FP-1', { day }), `paid ${day}`).to.deep.equal(refused);
      const row = Buffer.from(`day,kind,work,amount,paper\n${day},paid,3,5,FP-1\n`);
      const file = { cycle: here.cycle, bytes: row, isTry: false, actor: cadre };
      expect(await importAccount(world)(file), `imported ${day}`).to.deep.equal({ problems: [{ row: 2, why: 'day' }] });
    }
    expect(await pay(1_000, 'FP-1', { day: ago(1) }), 'before the contract').to.deep.equal(refused);
    expect(await pay(1_000, 'FP-1', { day: DAY })).to.have.property('entry');
    const paid = (await newest())._id.entry;
    const wrong = { ...entry(), entry: paid, was: 1_000, amount: 900, reason: '写错了' };
    expect(await tried(world)(correctEntry, { ...wrong, day: ago(1) }), 'a correction of it').to.deep.equal(refused);
    const early = { ...entry(), amount: 1_000, paper: '街办3号', reason: '头年就批了', day: '2025-11-20' };
    expect(await confirm(tried(world)(addExtra, early)), 'a paper of the year before').to.deep.equal(DONE);
    await stand(here.cycle, 3, { state: 'finished' });
    const mend = async (until: string) => tried(world)(mendWork, { ...on(), seen: (await findWork(here.cycle, 3))?.revision, what: '漏水', until });
    await stand(here.cycle, 7, { state: 'chosen' });
    const sign = (until: string) => tried(world)(signContract, { ...on(7), paper: 'HT-8', amount: 1, day: DAY, until });
    for (const until of ['1999-01-01', ago(1), '2999-01-01', ago(-740)]) {
      expect(await mend(until), `to be mended ${until}`).to.deep.equal({ refused: 'until' });
      expect(await sign(until), `to be finished ${until}`).to.deep.equal({ refused: 'until' });
    }
    expect(await mend(LATER)).to.deep.equal({ toBeMended: true });
    await stand(here.cycle, 7, { state: 'seeking', offers: [{ implementer: 1, asked: { by: '王芳', at: world.now() } }] });
    for (const day of ['1999-01-01', ago(-1)])
      expect(await tried(world)(recordOffer, { ...on(7), implementer: 1, amount: 1_000, day }), `offered ${day}`).to.deep.equal(refused);
  });

  it('is granted by two, and no more than there is; what comes beyond the budget is an entry of its own, by two', async () => {
    expect(await grant(900_000)).to.deep.equal({ refused: 'beyondFund' });
    expect(await grant(70_001)).to.deep.equal({ refused: 'beyondFund' });
    const asked = await grant(70_000);
    expect((await account()).granted, 'before it is confirmed').to.equal(90_000);
    expect(await confirm(asked)).to.deep.equal(DONE);
    expect(await newest()).to.include({ kind: 'granted', amount: 10_000, by: '王芳', second: '陈杰' });
    const more = await extra(4_000);
    expect(await grant(74_000), 'what is not there yet').to.deep.equal({ refused: 'beyondFund' });
    expect(await confirm(more)).to.deep.equal(DONE);
    expect(await newest()).to.include({ kind: 'extra', amount: 4_000, paper: '街办3号', day: DAY, second: '陈杰' });
    expect(await confirm(grant(74_000))).to.deep.equal(DONE);
    expect(await account()).to.include({ budget: 100_000, extra: 4_000, granted: 104_000 });
    const entries = await entriesBefore(here.cycle, { limit: 10 });
    const [added] = entries.filter(({ kind }) => kind === 'extra');
    expect(await correct(added?._id.entry ?? 0, 4_000, 3_999), 'what is granted').to.deep.equal({ refused: 'beyondFund' });
  });

  it('is not raised by what one person says that residents bring, but for little', async () => {
    expect(await own(ALONE)).to.have.property('entry');
    expect(await own(1), 'in parts').to.have.property('waits');
    expect((await account()).own).to.equal(ALONE);
  });

  it('counts together what was paid of a work since a second person last confirmed, whoever pays', async () => {
    expect(await pay(3_000, 'a')).to.have.property('entry');
    expect(await pay(2_000, 'b')).to.have.property('entry');
    expect(await pay(1, 'c'), 'one more').to.have.property('waits');
    const other = await staff(world, here.community, { role: 'cadre', phone: '+8613800000004', name: '赵敏' });
    expect(await pay(1, 'd', { actor: other }), 'by another cadre').to.have.property('waits');
    expect(await pay(ALONE, 'e', {}, 7), 'of another work').to.have.property('entry');
    expect(await confirm(pay(10_000, 'f'))).to.deep.equal(DONE);
    const both = await Promise.all([pay(3_000, 'g'), pay(3_000, 'h')]);
    expect(
      both.filter((outcome) => 'entry' in outcome),
      'at once',
    ).to.have.length(1);
    expect((await account()).paid).to.equal(5_000 + ALONE + 10_000 + 3_000);
  });

  it('is not paid twice on one number without a reason and a second person', async () => {
    expect(await pay(1_000, 'F0012')).to.have.property('entry');
    expect(await pay(1_000, '发票 ｆ－１２')).to.deep.equal({ refused: 'paperUsed' });
    expect(await pay(1_000, 'f12', {}, 7), 'of another work').to.deep.equal({ refused: 'paperUsed' });
    const asked = await pay(1_000, 'f12', { reason: '一张发票分两次付' });
    expect((await account()).paid).to.equal(1_000);
    expect(await confirm(asked)).to.deep.equal(DONE);
    expect(await newest()).to.include({ paper: 'f12', reason: '一张发票分两次付', second: '陈杰' });
    const two = await Promise.all([pay(1, 'twice'), pay(1, 'twice')]);
    expect(
      two.filter((outcome) => 'entry' in outcome),
      'at once',
    ).to.have.length(1);
  });

  it('is paid off only after the acceptance, with contract, sheet and invoice; nobody removes them then', async () => {
    expect(await confirm(pay(49_999, 'a'))).to.deep.equal(DONE);
    expect(await pay(1, 'b')).to.deep.equal({ refused: 'notAccepted' });
    expect(await confirm(correct((await newest())._id.entry, 49_999, 49_998))).to.deep.equal(DONE);
    expect(await correct(5, 49_998, 50_000), 'by a correction').to.deep.equal({ refused: 'notAccepted' });
    await stand(here.cycle, 3, { state: 'accepted' });
    expect(await pay(2, 'b')).to.deep.equal({ refused: 'noPapers' });
    const kept: string[] = [];
    for (const kind of ['contract', 'acceptance', 'invoice']) kept.push(await keep(kind));
    expect(await pay(2, 'b')).to.have.property('isAll', true);
    expect(await state()).to.equal('paid');
    for (const id of kept) expect(await tried(world)(dropDocument, { ...on(), document: id, reason: '换一张' })).to.deep.equal({ refused: 'isUsed' });
    await tried(world)(moveWork, { ...on(), to: 'accepted', reason: '再看看' });
    await stand(here.cycle, 3, { papers: ['acceptance'] });
    expect(await tried(world)(moveWork, { ...on(), to: 'paid' })).to.deep.equal({ refused: 'noPapers' });
  });

  it('rests on papers that stay once a second person had them before them; what was for everybody is taken from everybody', async () => {
    const [kept, open] = [await keep('plan'), await keep('other', true)];
    const asked = await pay(10_000, 'a');
    const dropped = await keep('offer');
    expect(await tried(world)(dropDocument, { ...on(), document: dropped, reason: '放错了' })).to.deep.equal({ dropped: true });
    expect(await confirm(asked)).to.deep.equal(DONE);
    const drop = (id: string) => tried(world)(dropDocument, { ...on(), document: id, reason: '有人名' });
    expect(await drop(kept)).to.deep.equal({ refused: 'isUsed' });
    expect(await publicDocument(world, here.community, open), 'for everybody').to.not.equal(null);
    expect(await drop(open)).to.deep.equal({ hidden: true });
    expect(await publicDocument(world, here.community, open)).to.equal(null);
    expect(await readDocument.read({ world, community: here.community, actor: supervisor }, open), 'for who confirmed').to.not.equal(null);
    expect(await drop(open)).to.deep.equal({ refused: 'isUsed' });
  });

  it('is no longer called paid once a correction leaves something owed, and can be paid again', async () => {
    await stand(here.cycle, 3, { state: 'accepted', papers: ['contract', 'acceptance', 'invoice'] });
    expect(await confirm(pay(50_000, 'a'))).to.deep.equal(DONE);
    expect(await state()).to.equal('paid');
    await tried(world)(moveWork, { ...on(), to: 'rated' });
    const paid = (await newest())._id.entry;
    const asked = await correct(paid, 50_000, 45_000);
    expect([await state(), (await account()).paid], 'by one person').to.deep.equal(['rated', 50_000]);
    expect(await confirm(asked)).to.deep.equal(DONE);
    const work = (await findWork(here.cycle, 3)) ?? expect.fail();
    expect(work.state).to.equal('accepted');
    expect(work.steps.at(-1)).to.include({ state: 'accepted', isBack: true, reason: '写错了', by: '王芳', second: '陈杰' });
    expect(await pay(5_001, 'b')).to.deep.equal({ refused: 'beyondContract' });
    expect(await pay(5_000, 'b')).to.have.property('isAll', true);
    expect(await state()).to.equal('paid');
    expect(await confirm(correct(3, 50_000, 50_500)), 'the contract').to.deep.equal(DONE);
    expect(await state()).to.equal('accepted');
    expect(await confirm(correct(3, 50_500, 50_000))).to.deep.equal(DONE);
    expect(await state(), 'nothing is owed again').to.equal('paid');
  });

  it('is closed for good by two', async () => {
    await confirm(correct(3, 50_000, 0));
    await confirm(correct(4, 20_000, 0));
    const close = async () =>
      tried(world)(closeAccount, { community: here.community, cycle: here.cycle, seen: (await account()).entries, actor: cadre });
    const asked = await close();
    expect((await account()).closed, 'by one person').to.equal(undefined);
    expect(await pay(1, 'a')).to.deep.equal({ refused: 'beyondContract' });
    expect(await confirm(asked)).to.deep.equal(DONE);
    expect((await account()).closed?.left).to.equal(90_000);
    expect(await own(1)).to.deep.equal({ refused: 'closed' });
  });

  it('does nothing that was refused, or that holds no more when it is confirmed', async () => {
    const asked = await grant(70_000);
    if (!('waits' in asked)) return expect.fail();
    await refuseSecond(world, { community: here.community, number: Number(asked.waits), actor: supervisor, reason: '不行' });
    expect((await account()).granted).to.equal(90_000);
    const [less, more] = [await grant(55_000), await tried(world)(changeGrant, { ...entry(), work: 7, amount: 40_000, reason: '多批' })];
    expect(await confirm(more)).to.deep.equal(DONE);
    expect(await confirm(correct(2, 60_000, 59_000))).to.deep.equal(DONE);
    expect(await confirm(less), 'it was looked at before').to.deep.equal({ refused: 'notHeld', why: 'account.grant.not.changed' });
    return undefined;
  });
});
