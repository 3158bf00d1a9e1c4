import { execFileSync } from 'node:child_process';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { useFolders } from '../support/folder.ts';
import { runScript } from '../support/runScript.ts';

describe('npm run verify', () => {
  const folder = useFolders();

  it('reads neither a pipe nor what is larger than any audit', async () => {
    const audit = folder({});
    const results = join(audit, 'results.json');
    execFileSync('mkfifo', [results]);
    const piped = await runScript('', 'verify', audit);
    expect([piped.status, piped.out]).to.deep.equal([1, 'results.json:1: is no regular file\n']);
    rmSync(results);
    writeFileSync(results, '');
    truncateSync(results, 2 ** 40);
    const large = await runScript('', 'verify', audit);
    expect([large.status, large.out]).to.deep.equal([1, 'results.json:1: is larger than 10 MB, more than is read here\n']);
  });
});
