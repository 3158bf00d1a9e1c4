import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { root } from '../../../src/store/files.ts';

const FOLDER = 'src/carriers/wechat/puppet/test';

describe('the puppet, a package of its own', function () {
  this.timeout(120_000);

  it('passes its own tests', async () => {
    const files = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.test.ts'));
    const child = spawn(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=tap', ...files.map((name) => join(FOLDER, name))], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed, status] = await Promise.all([text(child.stdout), new Promise((resolve) => child.on('exit', resolve))]);
    expect(status, printed).to.equal(0);
    expect(printed).to.match(/# pass [1-9]\d/);
  });
});
