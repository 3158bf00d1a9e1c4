import { expect } from 'chai';
import type { Act, Typed } from '../../../src/fund/act/index.ts';
import { Community } from '../../../src/fund/communities/community.ts';
import { importCommunity } from '../../../src/fund/files/importCommunity.ts';
import { markSlip } from '../../../src/fund/paper/markSlip.ts';
import { operator } from '../../../src/fund/people/actor.ts';
import { MembershipRequest, requestMembership } from '../../../src/fund/people/requestMembership.ts';
import { Resident } from '../../../src/fund/people/resident.ts';
import { enterProposal } from '../../../src/fund/proposals/recordProposal.ts';
import { addResident } from '../../../src/fund/roster/addResident.ts';
import { changeResident } from '../../../src/fund/roster/changeResident.ts';
import { addStaff } from '../../../src/fund/roster/staffActs.ts';
import { Staff } from '../../../src/fund/staff/staff.ts';
import { addImplementer } from '../../../src/fund/works/implementers.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { serials } from '../../support/paper.ts';
import { performer } from '../../support/performer.ts';
import { acceptRequest } from '../../support/requests.ts';
import { openTable } from '../../support/tables.ts';
import { type Town, town, votingNow } from '../../support/town.ts';

describe('a number of the service itself', () => {
  const { world } = useDatabase('ownNumbers');
  const folder = useFolders();
  const LI = operator('李姐');
  const TEXTED = '+8613900007777';
  let here: Town;
  let elsewhere: Town;
  let own: readonly string[];

  beforeEach(async () => {
    [here, elsewhere] = [await town(world, { cycle: votingNow(world) }), await town(world)];
    await collection(Community).updateOne({ _id: elsewhere.community }, { $set: { textNumber: TEXTED.slice(3), carriers: { sms: 'mas' } } });
    own = [here.phone, (await numbers(here)).callback ?? '', elsewhere.phone, TEXTED];
  });
  afterEach(() => collection(Community).deleteMany({}));
  const numbers = async ({ community }: Town) => (await collection(Community).findOne({ _id: community })) ?? { callback: undefined };

  it('is nobody’s phone, whoever writes it down, and wherever', async () => {
    const resident = await here.person('1', { name: '王秀英' });
    const perform = performer(world, here, LI);
    const tries: readonly (readonly [Act, Typed, Record<string, string>])[] = [
      [addResident, { name: '陈桂芳', role: 'resident' }, {}],
      [changeResident, { name: '王秀英', role: 'resident', reason: '换了' }, { resident }],
      [addStaff, { name: '老周', role: 'helper' }, {}],
      [addImplementer, { organisation: '吴记', kind: 'trader', person: '吴' }, {}],
      [enterProposal, { text: '修路灯', origin: 'paper', key: 'one' }, { cycle: here.cycle }],
    ];
    for (const [act, input, at] of tries)
      for (const phone of own) {
        const outcome = await perform(act, at, { ...input, phone });
        expect(outcome.is === 'refused' ? outcome.refused : outcome.is, `${act.name} ${phone}`).to.equal('ownNumber');
      }
    expect([await collection(Resident).countDocuments({ phoneId: { $exists: true } }), await collection(Staff).countDocuments({})]).to.deep.equal([
      0, 0,
    ]);
  });

  it('asks for nobody to join: neither by a message or a call that bears it, nor at a table; what asked before is not accepted', async () => {
    for (const phone of own) {
      expect(await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(phone)), phone).to.deep.equal({ refused: 'ownNumber' });
    }
    const [serial = ''] = await serials(world, here.cycle, 1);
    await openTable(world, here.notify)({ cycle: here.cycle, place: '门口', received: 1, other: '周', actor: LI });
    const at = { cycle: here.cycle, number: '1' };
    const marked = await performer(world, here, LI)(markSlip, at, { id: 'one', serial, name: '赵小梅', phone: here.phone, other: '周' });
    expect(marked).to.include({ is: 'refused', refused: 'ownNumber' });
    expect(await collection(MembershipRequest).countDocuments({})).to.equal(0);

    const later = '+8613900000009';
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(later));
    await collection(Community).updateOne({ _id: elsewhere.community }, { $set: { callback: later } });
    const accepting = { community: here.community, request: 1, actor: LI, reason: '来过' };
    expect(await acceptRequest(world, here.notify)(accepting)).to.deep.equal({ refused: 'ownNumber' });
  });

  it('is told by its line in files of residents and staff, also that of a community that the same files make', async () => {
    const made = ['slug: made', 'name: 新社区', 'language: zh-CN', 'timezone: Asia/Shanghai', 'phone: "+862881234567"', 'verify: either'];
    const from = folder({
      'community.yaml': [...made, 'person: {name: 居委会, phone: "+862880000003"}', ''].join('\n'),
      'residents.csv': ['id,name,phone', '1,王秀英,+8613800000001', `2,陈桂芳,${here.phone}`, '3,赵小梅,+862881234567', ''].join('\n'),
      'staff.csv': ['name,phone,role', '老周,+8613800000150,helper', `老李,${TEXTED},cadre`, '老赵,+862881234567,cadre', ''].join('\n'),
    });
    const outcome = await importCommunity(world, from, LI);
    const what = 'phone is a number of the service itself';
    const told = 'problems' in outcome ? outcome.problems.map((problem) => [problem.file, problem.line, problem.what]) : [];
    expect(told).to.deep.equal([
      ['residents.csv', 3, what],
      ['residents.csv', 4, what],
      ['staff.csv', 3, what],
      ['staff.csv', 4, what],
    ]);
  });
});
