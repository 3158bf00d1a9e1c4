import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeRunFile } from '../../src/app/runFile.ts';
import { readLog } from '../../src/fund/log/index.ts';
import { signedIn } from '../../src/fund/staff/session.ts';
import { signInByLink } from '../../src/fund/staff/signIn.ts';
import { useDatabase } from '../support/database.ts';
import { runScript, runScriptWith } from '../support/runScript.ts';
import { town } from '../support/town.ts';

describe('npm run staff', () => {
  const { world, uri } = useDatabase('staffCommand');

  it('adds, lists and removes, makes a link that signs in, and writes all of it into the log', async () => {
    const { community } = await town(world);
    const run = (line: string) => runScript(uri(), 'staff', ...line.replaceAll('SLUG', community).split(' '));
    const wrong = await Promise.all(['add SLUG 13800000001 king --name 王芳 --by Li', 'add SLUG 1 cadre --name 王芳 --by Li', 'link SLUG'].map(run));
    expect(wrong.map(({ status }) => status)).to.deep.equal([2, 2, 2]);

    expect((await run('add SLUG 13800000001 cadre --name 王芳 --by Li')).out).to.equal(`王芳 is cadre in ${community}.\n`);
    expect((await run('add SLUG +8613800000001 cadre --name 王芳 --by Li')).status).to.equal(1);
    expect((await run('add --office 跳伞塔街道 --communities SLUG 13800000002')).status).to.equal(0);
    const listed = await run('list SLUG --json');
    expect(JSON.parse(listed.out)).to.deep.equal([
      { role: 'cadre', name: '王芳', phone: '+8613800000001' },
      { role: 'office', name: '跳伞塔街道', phone: '+8613800000002' },
    ]);
    const link = await run('link SLUG 13800000001');
    const [, token = ''] = /^http:\/\/localhost:3000\/console\/link\/([\w-]{43})\n$/.exec(link.out) ?? [];
    const session = await signInByLink(world, { token, device: 'Firefox' });
    expect((await signedIn(world, session ?? ''))?.roles.map(({ name }) => name)).to.deep.equal(['王芳']);
    expect((await run('link SLUG 13900000009')).status).to.equal(1);
    const beside = mkdtempSync(join(tmpdir(), 'staff-'));
    await writeRunFile(beside, { pid: process.pid, url: 'http://localhost:3471', publicUrl: 'http://localhost:3471' });
    const there = await runScriptWith({ DATA_DIR: beside }, uri(), 'staff', 'link', community, '13800000001');
    expect(there.out, 'where the service runs').to.match(/^http:\/\/localhost:3471\/console\/link\//);
    rmSync(beside, { recursive: true });

    expect((await run('remove SLUG 13800000001 --by Li')).out).to.equal('Removed: 1 role.\n');
    expect(await signedIn(world, session ?? '')).to.equal(null);
    expect((await run('remove SLUG 13800000001 --by Li')).status).to.equal(1);

    const acts: string[] = [];
    for await (const { act, by, role, subject } of readLog(world, community)) acts.push(`${act} ${subject} ${by} ${role}`);
    expect(acts).to.deep.equal([
      'staff.add staff/cadre Li operator',
      'staff.add staff/office operator operator',
      'staff.link staff/cadre operator operator',
      'staff.link staff/cadre operator operator',
      'staff.remove staff/cadre Li operator',
    ]);
  });
});
