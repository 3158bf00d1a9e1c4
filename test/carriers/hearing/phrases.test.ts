import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { kept } from '../../../bench/kept.ts';

const pythons = ['python3', join(kept('whisper'), 'venv/bin/python')];
const python = pythons.find((one) => spawnSync(one, ['-c', 'import numpy']).status === 0);
if (!python) process.stdout.write('LEFT OUT: how deploy/hearing chooses among phrases: no python3 with numpy on this machine\n');

(python ? describe : describe.skip)('deploy/hearing', () => {
  it('chooses what was said among the phrases that may be said (phrases_test.py)', () => {
    const { status, stderr } = spawnSync(python ?? '', ['-B', 'test/carriers/hearing/phrases_test.py'], { encoding: 'utf8' });
    expect(stderr).to.match(/^Ran [1-9]\d* tests/m);
    expect(status, stderr).to.equal(0);
  });
});
