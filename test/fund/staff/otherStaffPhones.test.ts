import { expect } from 'chai';
import { operator } from '../../../src/fund/people/index.ts';
import { changeResident } from '../../../src/fund/roster/changeResident.ts';
import { ALL, withOtherStaffPhone } from '../../../src/fund/staff/index.ts';
import { useDatabase } from '../../support/database.ts';
import { performer } from '../../support/performer.ts';
import { addStaff } from '../../support/staff.ts';
import { town } from '../../support/town.ts';

describe('a phone on a roster', () => {
  const { world } = useDatabase('other-staff-phones');
  const [CADRE, SUPERVISOR, OFFICE, NOBODY] = ['+8613900000001', '+8613900000002', '+8613900000003', '+8613900000009'];

  it('is not the staff phone of somebody else, wherever they are staff; a resident who is staff has the same name in both places', async () => {
    const [here, elsewhere] = [await town(world), await town(world)];
    const given = operator('李姐');
    await addStaff(world)(here.community, { name: '王 芳', phone: CADRE, role: 'cadre' }, given);
    await addStaff(world)(elsewhere.community, { name: '王芳', phone: CADRE, role: 'council' }, given);
    await addStaff(world)(elsewhere.community, { name: '郑海涛', phone: SUPERVISOR, role: 'supervisor' }, given);
    await addStaff(world)(ALL, { name: '街道办', phone: OFFICE, role: 'office' }, given);
    const refused = async (name: string | undefined, phone: string | undefined) => (await withOtherStaffPhone(world, [{ name, phone }])).length === 1;
    expect(await refused('王芳', CADRE)).to.equal(false);
    expect(await refused('陈桂芳', CADRE)).to.equal(true);
    expect(await refused(undefined, CADRE), 'without a name').to.equal(true);
    expect(await refused('王芳', SUPERVISOR), 'of another community').to.equal(true);
    expect(await refused('街道办', OFFICE), 'an office is nobody').to.equal(true);
    expect([await refused('陈桂芳', NOBODY), await refused('陈桂芳', undefined)]).to.deep.equal([false, false]);
    const roster = [
      { name: '甲', phone: NOBODY },
      { name: '乙', phone: SUPERVISOR },
      { name: '郑海涛', phone: SUPERVISOR },
    ];
    expect(await withOtherStaffPhone(world, roster)).to.deep.equal([roster[1]]);
    await addStaff(world)(here.community, { name: '陈桂芳', phone: CADRE, role: 'helper' }, given);
    expect([await refused('王芳', CADRE), await refused('陈桂芳', CADRE)], 'two names: whose it is, nobody knows').to.deep.equal([true, true]);
  });

  it('is not come to by names either: given while a resident is called like the member, and called otherwise afterwards', async () => {
    const here = await town(world);
    const actor = operator('李姐');
    await addStaff(world)(here.community, { name: '郑海涛', phone: SUPERVISOR, role: 'supervisor' }, actor);
    const resident = await here.person('1', { name: '陈桂芳' });
    const stands = await here.person('2', { name: '陈桂', phone: SUPERVISOR }); // since before they were staff
    const change = async (of: string, name: string) => {
      const outcome = await performer(world, here, actor)(changeResident, { resident: of }, { name, phone: SUPERVISOR, role: 'resident' });
      return outcome.is === 'refused' ? outcome.refused : outcome.is;
    };
    expect(await change(resident, '陈桂芳')).to.equal('staffPhone');
    expect(await change(resident, '郑海涛')).to.equal('done');
    expect(await change(resident, '陈桂芳')).to.equal('staffPhone');
    expect(await change(stands, '陈桂芳'), 'what stands may be mended').to.equal('done');
  });
});
