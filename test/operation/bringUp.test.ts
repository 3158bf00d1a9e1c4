import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../../src/store/files.ts';
import { useFolders } from '../support/folder.ts';

const TOOLS = 'bash env dirname mktemp rm mkdir flock timeout grep tail cut cat date head readlink'.split(' ');
/** What `package` looks for. */
const PROGRAMS = 'bearerbox caddy promtool espeak-ng'.split(' ');

describe('the counterparts that CI promises', () => {
  const folder = useFolders();

  /** Runs bringUp.sh where these programs are there, as root, with an apt-get that installs nothing and of which `update` ends so. */
  function broughtUp(there: readonly string[], update: 0 | 1) {
    const bin = folder({});
    const stub = (name: string, body: string) => {
      writeFileSync(join(bin, name), `#!/bin/bash\n${body}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    for (const name of TOOLS) symlinkSync(spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim(), join(bin, name));
    for (const name of there) stub(name, 'exit 0');
    stub('id', 'echo 0');
    stub('apt-get', `[ "$1" = update ] && exit ${update}; exit 100`);
    const kept = join(folder({}), 'asterisk');
    for (const each of ['debian/usr/sbin', 'python']) mkdirSync(join(kept, each), { recursive: true });
    writeFileSync(join(kept, 'debian/usr/sbin/asterisk'), '');
    chmodSync(join(kept, 'debian/usr/sbin/asterisk'), 0o755);
    const { status, stdout } = spawnSync(join(root, 'test/real/bringUp.sh'), {
      encoding: 'utf8',
      env: { PATH: bin, HOME: bin, ASTERISK_ROOT: kept },
    });
    return { status, said: stdout };
  }

  it('fail it where one is missing and apt works, and are left out where apt does not', () => {
    expect(broughtUp(PROGRAMS, 0)).to.deep.equal({ status: 0, said: '' });
    const lacking = PROGRAMS.filter((name) => name !== 'bearerbox');
    expect(broughtUp(lacking, 0))
      .to.include({ status: 1 })
      .and.have.property('said')
      .that.includes('NOT BROUGHT UP: kannel')
      .and.includes('apt works');
    expect(broughtUp(lacking, 1)).to.include({ status: 0 }).and.have.property('said').that.includes('NOT BROUGHT UP: kannel');
  });
});
