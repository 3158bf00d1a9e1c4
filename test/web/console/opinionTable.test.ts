import { expect } from 'chai';
import { operator, STAFF_ROLES } from '../../../src/fund/people/actor.ts';
import { Proposal } from '../../../src/fund/proposals/proposal.ts';
import { recordProposal } from '../../../src/fund/proposals/recordProposal.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';
import { actsIn, browse, cookieOf, staffAll, useOffice } from './office.ts';

const ELSEWHERE = '+8613900000053';

describe('the table of opinions, sent by whoever it is not made for', function () {
  this.timeout(60_000);
  const { world } = useDatabase('opinionTable');
  const office = useOffice(world);
  let here: Town;
  let elsewhere: Town;
  const table = () => `/console/${here.community}/proposals/opinions`;
  const send = () => `/console/${here.community}/proposals/examineMany`;
  const costs = async () =>
    (
      await collection(Proposal)
        .find({ '_id.cycle': { $in: [here.cycle, elsewhere.cycle] } }, { sort: { _id: 1 } })
        .toArray()
    ).map(({ opinion }) => opinion?.cost ?? (opinion ? opinion.reason : undefined));

  beforeEach(async () => {
    [here, elsewhere] = [await town(world, { residents: 2 }), await town(world, { residents: 1 })];
    await staffAll(world, here.community);
    await addStaff(world)(elsewhere.community, { name: '赵敏', phone: ELSEWHERE, role: 'cadre' }, operator('李姐'));
    for (const text of ['修路灯', '种树', '修亭子']) await recordProposal(world, { text }, here.act(0));
    await recordProposal(world, { text: '别处的' }, elsewhere.act(0));
  });
  const UNTOUCHED = [undefined, undefined, undefined, undefined];
  const ROW = { 'seen-1': '0', 'cost-1': '5000' };

  it('is read and sent by cadres of the community alone', async () => {
    for (const role of STAFF_ROLES.filter((one) => one !== 'cadre')) {
      const { get, post } = await office.as(role);
      expect([(await get(table())).status, (await post(send(), ROW)).status], role).to.deep.equal([403, 403]);
    }
    const other = browse(() => office, await cookieOf(world, ELSEWHERE));
    const nobody = browse(() => office);
    expect([(await other.get(table())).status, (await other.post(send(), ROW)).status]).to.deep.equal([404, 404]);
    expect([(await nobody.get(table())).status, (await nobody.post(send(), ROW)).status]).to.deep.equal([303, 403]);
    const cadre = await office.as('cadre');
    expect((await cadre.post(send(), ROW, { 'Sec-Fetch-Site': 'cross-site' })).status).to.equal(403);
    expect(await costs()).to.deep.equal(UNTOUCHED);
    expect(await actsIn(here.community)).to.not.include('proposal.examineMany');
  });

  it('keeps nothing of a form with made-up rows or fields, and says at the row what is wrong', async () => {
    const { post } = await office.as('cadre');
    const tries: readonly (readonly [what: string, status: number, form: Readonly<Record<string, string | readonly string[]>>])[] = [
      ['no row', 422, {}],
      ['a row that nobody has', 409, { 'seen-99': '0', 'cost-99': '1' }],
      ['one good row, one that nobody has', 409, { ...ROW, 'seen-99': '0', 'cost-99': '1' }],
      ['a draft that was not there', 409, { 'seen-1': '1', 'cost-1': '1' }],
      ['a moment that is none', 422, { 'seen-1': 'x', 'cost-1': '1' }],
      ['a sum below nothing', 422, { 'seen-1': '0', 'cost-1': '-1' }],
      ['a sum that is none', 422, { 'seen-1': '0', 'cost-1': '1e9' }],
      ['a sum of a quintillion', 422, { 'seen-1': '0', 'cost-1': '9'.repeat(18) }],
      ['more of their own than it costs', 422, { ...ROW, 'own-1': '5001' }],
      ['can be done, and cannot', 422, { ...ROW, 'reason-1': 'notOurs' }],
      ['a reason that is none', 422, { 'seen-1': '0', 'reason-1': '__proto__' }],
      ['a manner that is none', 422, { 'seen-1': '0', 'cost-1': '1', 'manner-1': 'constructor' }],
      ['a sentence that is too long', 422, { 'seen-1': '0', 'sentence-1': '长'.repeat(5_000) }],
      ['the same field twice', 422, { 'seen-1': '0', 'cost-1': ['1', '2'] }],
    ];
    for (const [what, status, form] of tries) {
      const answer = await post(send(), form);
      expect(answer.status, what).to.equal(status);
      expect(await costs(), what).to.deep.equal(UNTOUCHED);
    }
    expect(await actsIn(here.community)).to.not.include('proposal.examineMany');
  });

  it('stands ten thousand rows at once: nothing is kept, and the next form is answered', async () => {
    const { get, post } = await office.as('cadre');
    const rows = Array.from({ length: 10_000 }, (_, n) => [`seen-${n + 1}`, '0'] as const);
    const sums = Array.from({ length: 10_000 }, (_, n) => [`cost-${n + 1}`, '1'] as const);
    const answer = await post(send(), Object.fromEntries([...rows, ...sums]));
    expect(answer.status).to.be.oneOf([413, 422, 409]);
    expect((await answer.text()).length).to.be.below(1_000_000);
    expect(await costs()).to.deep.equal(UNTOUCHED);
    expect((await get(table())).status).to.equal(200);
  });

  it('is kept once where it is sent twice at once, and whose came second is told', async () => {
    const { post } = await office.as('cadre');
    const both = await Promise.all([post(send(), ROW), post(send(), ROW)]);
    expect(both.map(({ status }) => status)).to.deep.equal([303, 303]);
    expect((await actsIn(here.community)).filter((act) => act === 'proposal.examineMany')).to.have.length(1);
    const apart = await Promise.all([post(send(), { 'seen-2': '0', 'cost-2': '1' }), post(send(), { 'seen-2': '0', 'cost-2': '2' })]);
    expect(apart.map(({ status }) => status).toSorted()).to.deep.equal([303, 409]);
    const stale = await post(send(), { 'seen-1': '0', 'cost-1': '9' });
    expect([stale.status, (await stale.text()).includes('5,000')], 'a stale one shows what is there').to.deep.equal([409, true]);
    expect(await costs()).to.include(5_000);
  });
});
