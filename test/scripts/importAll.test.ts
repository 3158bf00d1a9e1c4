import { expect } from 'chai';
import { Community } from '../../src/fund/communities/community.ts';
import { Resident } from '../../src/fund/people/resident.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { runScript } from '../support/runScript.ts';

describe('npm run community -- import --all', () => {
  const { uri } = useDatabase('importAll');
  const folder = useFolders();
  const filesOf = (n: number, residents: string) => ({
    [`c${n}/community.yaml`]: `slug: all-${n}\nname: 第${n}社区\ntimezone: Asia/Shanghai\nphone: "+86288000${n}"\nperson: {name: 居委会, phone: "+862880000003"}\n`,
    [`c${n}/residents.csv`]: `id,name,phone\n${residents}\n`,
  });

  it('imports each folder, names the one that is wrong and what, and keeps it from no other', async () => {
    const one = '1,王秀英,+8613800000001';
    const dir = folder({
      ...Object.assign({}, ...[1001, 1002, 1003, 1004, 1005].map((n) => filesOf(n, one))),
      ...filesOf(1006, '1,王秀英,no phone'),
      'notes/read.me': '',
    });
    const first = await runScript(uri(), 'community', 'import', '--all', dir);
    expect(first.status).to.equal(1);
    expect(first.err)
      .to.match(/c1006\/residents\.csv:2: .*phone/)
      .and.include('5 imported, 1 wrong.');
    expect(first.out.match(/^all-\d+: 1 residents added/gm)).to.have.length(5);
    expect(await collection(Community).distinct('_id')).to.have.members([1001, 1002, 1003, 1004, 1005].map((n) => `all-${n}`));
    expect(await collection(Resident).countDocuments()).to.equal(5);

    const again = await runScript(uri(), 'community', 'import', '--all', folder(filesOf(1001, `${one}\n2,李建国,`)), '--json');
    expect([again.status, JSON.parse(again.out)]).to.deep.equal([
      0,
      { community: 'all-1001', residents: { added: 1, changed: 0, removed: 0, left: 0 } },
    ]);
  });
});
