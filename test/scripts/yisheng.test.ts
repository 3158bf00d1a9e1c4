import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../../src/store/files.ts';
import { bundleFiles } from '../../src/web/public/bundleFiles.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { runScript } from '../support/runScript.ts';
import { SECRET } from '../support/secret.ts';
import { cycleRecord, town } from '../support/town.ts';

describe('the program', () => {
  const { world, uri } = useDatabase('program');
  const folder = useFolders();
  const help = async (...words: string[]) => {
    const { status, out, err } = await runScript(uri(), words[0] ?? '--help', ...words.slice(1), '--help');
    expect([status, err], words.join(' ')).to.deep.equal([0, '']);
    return out;
  };
  const namesIn = (text: string) =>
    [...(text.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}(\w+)/gm)].flatMap(([, name = '']) => (name === 'help' ? [] : [name]));

  it('has every command of package.json, and help for each and for each of its verbs', async () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const own = Object.entries(scripts).filter(([, line]) => line.startsWith('node bin/yisheng.js'));
    for (const [name, line] of own) expect(line).to.equal(`node bin/yisheng.js ${name}`);
    const subjects = namesIn(await help());
    expect(subjects).to.include.members(['start', ...own.map(([name]) => name)]);
    for (const subject of subjects) {
      const shown = await help(subject);
      expect(shown).to.include(`Usage: yisheng ${subject} `);
      for (const verb of namesIn(shown)) expect(await help(subject, verb)).to.include(`Usage: yisheng ${subject} ${verb} `);
    }
  });

  it('completes subjects, verbs and the options of the verb in bash', async () => {
    const { out } = await runScript(uri(), 'completion', 'bash');
    const completed = (...words: string[]) =>
      execFileSync('bash', ['-c', `${out}\nCOMP_WORDS=(yisheng "$@"); COMP_CWORD=$#; _yisheng; echo "\${COMPREPLY[*]}"`, '_', ...words], {
        encoding: 'utf8',
      }).trim();
    expect(completed('cy')).to.equal('cycle');
    expect(completed('cycle', 'mo')).to.equal('move');
    expect(completed('cycle', 'move', 'list', '--r')).to.equal('--reason');
    expect(completed('broadcast', '--text', '停水', '--dry')).to.equal('--dry-run');
    expect((await runScript(uri(), 'completion', 'zsh')).out).to.match(/^#compdef yisheng\n/);
    expect((await runScript(uri(), 'completion', 'fish')).status).to.equal(2);
  });

  it('runs as it is packed, without sources and what compiles them, and with what browsers load', async () => {
    const { cycle } = await town(world, { cycle: cycleRecord('firs', new Date()) });
    const place = folder({});
    execFileSync(process.execPath, [join(root, 'bin/build.js')]);
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', place], { cwd: root, encoding: 'utf8' }),
    );
    execFileSync('tar', ['xzf', packed.filename], { cwd: place });
    symlinkSync(join(root, 'node_modules'), join(place, 'package/node_modules'));
    const env = { PATH: process.env.PATH, MONGODB_URI: uri(), SECRET };
    expect(
      execFileSync(process.execPath, [join(place, 'package/bin/yisheng.js'), 'cycle', 'list'], { cwd: place, env, encoding: 'utf8' }),
    ).to.include(cycle);
    expect(readdirSync(join(place, 'package/dist/assets'))).to.have.members([...(await bundleFiles()).keys()]);
  });
});
