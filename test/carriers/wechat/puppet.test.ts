import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { root } from '../../../src/store/files.ts';
import { useFolders } from '../../support/folder.ts';

const FOLDER = join(root, 'src/carriers/wechat/puppet');
const TSC = join(root, 'node_modules/typescript/bin/tsc');
/** What its README's example and its own tests use besides it. */
const BESIDE = ['wechaty', 'express', '@types/node', '@types/express'];
const CHECK = ['--noEmit', '--checkJs', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', '--types', 'node'];

/** Gives what it prints. */
const run = async (program: string, args: readonly string[], cwd: string) => {
  const { stdout } = await promisify(execFile)(program, args, { cwd }).catch((error) => expect.fail(`${error.message}\n${error.stdout}`));
  return stdout;
};

/** Nothing is fetched: what the package depends on is linked from here. */
describe('the puppet, a package of its own', () => {
  const folder = useFolders();
  after(() => rmSync(join(FOLDER, 'dist'), { recursive: true, force: true }));

  it('is packed, and in an empty project its README’s example has types that fit, and its own tests pass', async () => {
    const project = folder({ 'package.json': '{"type": "module"}' });
    await run('npm', ['pack', '--pack-destination', project], FOLDER);
    const { name, dependencies, peerDependencies } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8'));
    const there = join(project, 'node_modules', name);
    mkdirSync(there, { recursive: true });
    const [tarball = ''] = readdirSync(project).filter((file) => file.endsWith('.tgz'));
    await run('tar', ['-xzf', join(project, tarball), '-C', there, '--strip-components=1'], project);
    expect(readdirSync(there)).to.include.members(['README.md', 'CHANGELOG.md', 'LICENSE', 'dist', 'package.json']).and.not.to.include('src');
    for (const needed of [...Object.keys({ ...dependencies, ...peerDependencies }), ...BESIDE]) {
      mkdirSync(dirname(join(project, 'node_modules', needed)), { recursive: true });
      symlinkSync(join(root, 'node_modules', needed), join(project, 'node_modules', needed));
    }
    const [, example = ''] = /```js\n(.*?)```/s.exec(readFileSync(join(there, 'README.md'), 'utf8')) ?? [];
    writeFileSync(join(project, 'example.js'), example);
    await run(process.execPath, [TSC, ...CHECK, 'example.js'], project);
    const tests = readdirSync(join(there, 'dist/test')).filter((file) => file.endsWith('.test.js'));
    const printed = await run(process.execPath, ['--test', '--test-reporter=tap', ...tests.map((file) => join(there, 'dist/test', file))], project);
    expect(printed)
      .to.match(/# pass [1-9]\d/)
      .and.match(/# fail 0/);
  });
});
