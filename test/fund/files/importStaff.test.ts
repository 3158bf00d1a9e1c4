import { expect } from 'chai';
import { importCommunity } from '../../../src/fund/files/importCommunity.ts';
import { type OpenedLogRow, readLog } from '../../../src/fund/log/index.ts';
import { operator, Resident } from '../../../src/fund/people/index.ts';
import { staffOf } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { addStaff } from '../../support/staff.ts';

const COMMUNITY = 'slug: shanhe\nname: 山河\nphone: "+862881110001"\nperson: {name: 居委会, phone: "+862880000003"}\n';
const LI = operator('李姐');

describe('staff.csv', () => {
  const { world } = useDatabase('importStaff');
  const folder = useFolders();
  const imported = (staff: string, replace = false) =>
    importCommunity(world, folder({ 'community.yaml': COMMUNITY, 'staff.csv': staff }), LI, { replace });
  const staff = async () => (await staffOf(world, 'shanhe')).map(({ role, name, phone }) => `${role} ${name} ${phone}`);

  it('gives roles, leaves who is left out, takes them with --replace; nobody becomes a resident', async () => {
    await imported('name,phone,role\n王芳,13800000001,cadre\n王芳,13800000001,council\n张伟,+8613800000002,supervisor\n');
    expect(await staff()).to.deep.equal(['cadre 王芳 +8613800000001', 'council 王芳 +8613800000001', 'supervisor 张伟 +8613800000002']);
    await addStaff(world)('shanhe', { name: '跳伞塔街道', phone: '+8613800000009', role: 'office' }, LI);
    await imported('role,phone,name\ncadre,13800000001,王小芳\nhelper,13800000003,何静\n');
    expect(await staff()).to.have.length(5);
    const outcome = await imported('role,phone,name\ncadre,13800000001,王小芳\nhelper,13800000003,何静\n', true);
    expect('imported' in outcome && outcome.imported.staff).to.deep.equal({ added: 0, changed: 0, removed: 2 });
    expect(await staff()).to.deep.equal(['cadre 王小芳 +8613800000001', 'helper 何静 +8613800000003', 'office 跳伞塔街道 +8613800000009']);
    expect(await collection(Resident).countDocuments({ community: 'shanhe' })).to.equal(0);
    const rows: OpenedLogRow[] = [];
    for await (const row of readLog(world, 'shanhe')) rows.push(row);
    expect(rows.at(-1)?.opening?.detail.after).to.deep.include({
      staff: {
        added: [],
        changed: [],
        removed: [
          { name: '王芳', role: 'council' },
          { name: '张伟', role: 'supervisor' },
        ],
      },
    });
  });

  it('is refused whole, line by line', async () => {
    const outcome = await imported(
      'name,phone,role\n,13800000001,cadre\n王芳,138,cadre\n王芳,13800000001,office\n张伟,13800000002,cadre\n张伟,13800000002,cadre\n',
    );
    expect('problems' in outcome && outcome.problems.map(({ file, line, what }) => `${file}:${line}: ${what}`)).to.deep.equal([
      'staff.csv:2: name is missing',
      'staff.csv:3: phone is not a phone number',
      'staff.csv:4: role must be one of cadre, council, supervisor, helper, implementer',
      'staff.csv:6: this phone has this role in line 5 already',
    ]);
    const columns = await imported('name,phone,mail\n');
    expect('problems' in columns && columns.problems.map(({ what }) => what)).to.deep.equal([
      'column mail is not known; known are name, phone, role',
      'column role is missing',
    ]);
  });
});
