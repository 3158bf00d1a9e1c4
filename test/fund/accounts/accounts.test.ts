import { expect } from 'chai';
import fc from 'fast-check';
import { totalOf } from '../../../src/fund/accounts/account.ts';
import { type Fund, paperKey, refusalOf, withEntry } from '../../../src/fund/accounts/addEntry.ts';
import {
  Account,
  AccountEntry,
  type AccountEntryRecord,
  closeAccount,
  ENTRY_KINDS,
  entriesOf,
  publicAccount,
} from '../../../src/fund/accounts/index.ts';
import { recountAccount } from '../../../src/fund/accounts/readAccount.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { addExtra, addOwn, changeGrant, correctEntry, findWork, payWork, signContract } from '../../../src/fund/works/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { chooses, stand, won } from '../../support/works.ts';

const LI = operator('李姐');
const DAY = '2026-02-01';

describe('a cycle’s account', () => {
  const { world } = useDatabase('accounts');
  let here: Town;
  const at = (number: number) => ({ community: here.community, cycle: here.cycle, number, actor: LI });
  const pay = (amount: number, key: string, number = 3) => tried(world)(payWork, { ...at(number), amount, day: DAY, paper: `发票${key}`, key });
  const fix = (entry: number, to: number, seen: number, reason = '写错了') =>
    tried(world)(correctEntry, {
      community: here.community,
      cycle: here.cycle,
      entry,
      amount: to,
      was: seen,
      day: DAY,
      reason,
      key: `${entry}-${to}`,
      actor: LI,
    });

  before(async () => {
    here = await town(world, { community: { papers: 'warned' } });
    await won(world, here, { 3: 60_000, 7: 48_000 }, 110_000);
    await chooses(world, here, 3, '+8613800000006');
  });

  it('takes no contract beyond what was granted and brought', async () => {
    const sign = (amount: number) => tried(world)(signContract, { ...at(3), paper: 'HT-1', amount, day: DAY, until: '2026-06-01' });
    expect(await sign(60_001)).to.deep.equal({ refused: 'beyondGrant' });
    expect(await sign(62_001), 'above the offer that was chosen').to.deep.equal({ refused: 'beyondOffer' });
    expect((await findWork(here.cycle, 3))?.state).to.equal('chosen');
    const own = { community: here.community, cycle: here.cycle, work: 3, amount: 2_000, day: DAY, key: 'own', actor: LI };
    expect(await tried(world)(addOwn, own)).to.include({ entry: 3 });
    expect(await tried(world)(addOwn, own), 'the same form').to.include({ entry: 3 });
    expect(await sign(62_000)).to.deep.equal({ signed: true });
    expect(await tried(world)(changeGrant, { ...own, amount: 50_000, reason: '少批', key: 'less' })).to.deep.equal({ refused: 'beyondGrant' });
    expect(await tried(world)(changeGrant, { ...own, amount: 65_000, reason: ' ', key: 'more' })).to.deep.equal({ mistakes: { reason: 'empty' } });
    const more = { ...own, amount: 65_000, reason: '材料涨价', key: 'more' };
    expect(await tried(world)(changeGrant, more), 'beyond the budget').to.deep.equal({ refused: 'beyondFund' });
    const extra = {
      community: here.community,
      cycle: here.cycle,
      amount: 3_000,
      day: DAY,
      paper: '街办3号',
      reason: '街道补的',
      key: 'extra',
      actor: LI,
    };
    expect(await tried(world)(addExtra, { ...extra, paper: ' ' })).to.deep.equal({ mistakes: { paper: 'empty' } });
    expect(await tried(world)(addExtra, extra)).to.include({ entry: 5 });
    expect(await tried(world)(changeGrant, more)).to.include({ entry: 6 });
    expect(await tried(world)(changeGrant, { ...more, amount: 65_001, key: 'most' })).to.deep.equal({ refused: 'beyondFund' });
    expect(await fix(5, 2_999, 3_000), 'what is granted already').to.deep.equal({ refused: 'beyondFund' });
  });

  it('pays in parts, each form once, and never more than is contracted, also if many pay at once', async () => {
    expect(await pay(20_000, 'a')).to.deep.equal({ entry: 7, isAll: false });
    expect(await pay(20_000, 'a')).to.deep.equal({ entry: 7, isAll: false });
    expect(await pay(42_001, 'b')).to.deep.equal({ refused: 'beyondContract' });
    for (const wrong of [0, -5, 0.5, Number.NaN]) expect(await pay(wrong, 'c'), String(wrong)).to.have.any.keys('refused', 'mistakes');
    const many = await Promise.all(Array.from({ length: 8 }, (_, n) => pay(30_000, `at once ${n}`)));
    expect(many.filter((outcome) => 'entry' in outcome)).to.have.length(1);
    expect(many.filter((outcome) => 'refused' in outcome && outcome.refused === 'beyondContract')).to.have.length(7);
    expect(await publicAccount(here.cycle)).to.include({ granted: 113_000, own: 2_000, contracted: 62_000, paid: 50_000, left: 65_000 });
  });

  it('is not outwitted by two processes that pay at once', async () => {
    const other = { ...world, vault: world.vault }; // a queue and a log head of its own, as another process has
    const both = await Promise.all([
      pay(12_000, 'here'),
      tried(other)(payWork, { ...at(3), amount: 12_000, day: DAY, paper: '发票二', key: 'there' }),
    ]);
    expect(both.map((outcome) => ('refused' in outcome ? outcome.refused : 'paid')).toSorted()).to.deep.equal(['beyondContract', 'paid']);
    expect((await publicAccount(here.cycle))?.paid).to.equal(62_000);
  });

  it('is corrected by entries, with a reason; the wrong ones stay', async () => {
    expect(await fix(7, 18_000, 20_000, '')).to.deep.equal({ mistakes: { reason: 'empty' } });
    expect(await fix(7, 18_000, 19_000)).to.deep.equal({ refused: 'changed' });
    expect(await fix(99, 1, 0)).to.deep.equal({ refused: 'noEntry' });
    const twice = await Promise.all([fix(7, 18_000, 20_000), fix(7, 17_000, 20_000)]);
    expect(
      twice.filter((outcome) => 'entry' in outcome),
      'one of two corrections of the same',
    ).to.have.length(1);
    expect((await entries()).find(({ _id }) => _id.entry === 7)).to.include({ amount: 20_000, paper: '发票a' });
    expect((await entries()).at(-1)).to.include({ corrects: 7, reason: '写错了' });
    expect(await fix((await entries()).at(-1)?._id.entry ?? 0, 5, -2_000)).to.deep.equal({ refused: 'isCorrection' });
  });

  it('closes with what is left once nothing is owed, and takes nothing more', async () => {
    const close = async () =>
      tried(world)(closeAccount, { community: here.community, cycle: here.cycle, seen: (await publicAccount(here.cycle))?.entries ?? 0, actor: LI });
    expect(await close()).to.deep.equal({ refused: 'owed' });
    const contract = (await entries()).find(({ kind }) => kind === 'contracted')?._id.entry ?? 0;
    const paid = (await publicAccount(here.cycle))?.paid ?? 0;
    expect(await fix(contract, paid, 62_000)).to.have.property('entry');
    expect(await tried(world)(closeAccount, { community: here.community, cycle: here.cycle, seen: 1, actor: LI })).to.deep.equal({
      refused: 'changed',
    });
    const left = 115_000 - paid;
    expect(await close()).to.deep.equal({ left });
    expect(await pay(1, 'late')).to.deep.equal({ refused: 'closed' });
    expect((await publicAccount(here.cycle))?.closed?.left).to.equal(left);
  });

  it('has sums that its entries give again', async () => {
    const account = await collection(Account).findOne({ _id: here.cycle });
    expect(await recountAccount(here.cycle)).to.deep.equal({
      extra: account?.extra,
      works: account?.works.toSorted((one, other) => one.work - other.work),
    });
    expect((await entries()).map(({ _id }) => _id.entry)).to.deep.equal(Array.from({ length: account?.entries ?? 0 }, (_, n) => n + 1));
    expect(await collection(AccountEntry).countDocuments({ '_id.cycle': here.cycle })).to.equal(account?.entries);
  });

  it('takes an accepted work to paid with the last part', async () => {
    const there = await town(world, { community: { papers: 'warned' } });
    await won(world, there, { 3: 1_000 });
    await stand(there.cycle, 3, { state: 'chosen' });
    const on = { community: there.community, cycle: there.cycle, number: 3, actor: LI };
    expect(await tried(world)(signContract, { ...on, paper: 'HT', amount: 1_000, day: DAY })).to.deep.equal({ signed: true });
    await stand(there.cycle, 3, { state: 'accepted' });
    const part = (amount: number, key: string) => tried(world)(payWork, { ...on, amount, day: DAY, paper: `F${key}`, key });
    expect(await part(400, '1')).to.include({ isAll: false });
    expect((await findWork(there.cycle, 3))?.state).to.equal('accepted');
    expect(await part(600, '2')).to.include({ isAll: true });
    expect((await findWork(there.cycle, 3))?.state).to.equal('paid');
    expect(await part(1, '3')).to.deep.equal({ refused: 'notPayable' });
  });

  it('refuses whatever would break its rule, whatever comes', () => {
    const entry = fc.record({ kind: fc.constantFrom(...ENTRY_KINDS), work: fc.constantFrom(1, 2), amount: fc.integer({ min: -60, max: 90 }) });
    const sums = (work: number) => ({ work, granted: 100, own: 0, contracted: 0, paid: 0 });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (given) => {
        let fund: Fund = { budget: 220, extra: 0, works: [sums(1), sums(2)] };
        for (const { kind, work: number, amount } of given) {
          const work = kind === 'extra' ? undefined : number;
          const after = withEntry(fund, { kind, ...(work !== undefined && { work }), amount }) ?? fund;
          if (!refusalOf({}, { kind, ...(work !== undefined && { work }), amount }, after)) fund = after;
          expect(totalOf(fund.works).granted).to.be.at.most(fund.budget + fund.extra);
          for (const { granted, own, contracted, paid } of fund.works)
            expect(paid <= contracted && contracted <= granted + own && Math.min(granted, own, contracted, paid, fund.extra) >= 0).to.equal(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('knows a paper’s number however it is written, and others apart', () => {
    const same = [
      'F0012',
      'Ｆ００１２',
      'f12',
      ' F-12',
      '发票 F 012',
      'No.F12',
      '第F12号',
      '发票号码：F12',
      'Ϝ12',
      'Fl2',
      '發票Ｆ１２',
      'Nо.F12',
      'Ғ І2',
    ];
    expect(new Set(same.map(paperKey))).to.deep.equal(new Set(['f12']));
    const others = ['F120', '尾款1', '尾款2', '款', '1', '10', '发票', '收据'];
    expect(new Set(others.map(paperKey)).size).to.equal(others.length);
  });

  async function entries(): Promise<AccountEntryRecord[]> {
    const all: AccountEntryRecord[] = [];
    for await (const some of entriesOf(here.cycle)) all.push(...some);
    return all;
  }
});
