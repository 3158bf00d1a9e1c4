import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { root } from '../../src/store/files.ts';
import { built } from '../support/built.ts';

const real = join(root, 'test/elections/');
const NADWISLE = 'Poland_Warszawa_2019_Nadwisle.pb';

async function elections(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [await built('test/support/yisheng.ts'), 'elections', ...args])) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error;
    return { code: error.code, stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

describe('npm run elections', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'yisheng-elections-'));
    const gdynia = 'Poland_Gdynia_2020_Babie_Doly__small.pb.gz';
    copyFileSync(join(real, gdynia), join(folder, gdynia));
    writeFileSync(join(folder, NADWISLE), gunzipSync(readFileSync(join(real, `${NADWISLE}.gz`))));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('tells what is the same and what a lot decides, and exits 0', async () => {
    const { code, stdout } = await elections(folder);
    expect(stdout).to.match(/Babie_Doly__small\.pb\.gz .*official lot/);
    expect(stdout).to.match(/Nadwisle\.pb .*official same/);
    expect(stdout).to.include('4 passed, 0 failed (1 passed by lot)');
    expect(code).to.equal(0);
  });

  it('exits 1 where anything differs: a winner, a line that cannot be read, another file than expected', async () => {
    const nadwisle = join(folder, NADWISLE);
    const text = readFileSync(nadwisle, 'utf8');
    writeFileSync(nadwisle, text.replace(/^(2195;.*);1\r$/m, '$1;0\r'));
    writeFileSync(join(folder, 'broken.pb'), text.replace('budget;135502', 'budget;much'));
    writeFileSync(join(folder, 'cut.pb.gz'), readFileSync(join(real, `${NADWISLE}.gz`)).subarray(0, 500));
    copyFileSync(join(real, 'Netherlands_Assen_2024.pb.gz'), join(folder, 'Poland_Swiecie_2023.pb.gz'));
    const { 'Poland_Swiecie_2023.pb': swiecie, 'Poland_Lodz_2020_Nr_33.pb': lodz } = JSON.parse(readFileSync(join(real, 'expected.json'), 'utf8'));
    writeFileSync(join(folder, 'expected.json'), JSON.stringify({ 'Poland_Swiecie_2023.pb': swiecie, 'Poland_Lodz_2020_Nr_33.pb': lodz }));
    const { code, stdout } = await elections(folder);
    expect(stdout).to.match(/Nadwisle\.pb .*official DIFFERENT/);
    expect(stdout).to.match(/broken\.pb:\d+: budget is no number: much/);
    expect(stdout).to.include('cut.pb.gz cannot be unpacked');
    expect(stdout).to.include('another SHA-256').and.to.include('is in expected.json, but not in the folder');
    expect(stdout).to.include('3 passed, 5 failed (1 passed by lot)');
    expect(code).to.equal(1);
  });

  it('exits 2 on wrong use', async () => {
    expect(await elections()).to.deep.include({ code: 2, stdout: '' });
    expect((await elections(join(folder, 'nothing'))).stderr).to.include('There is no .pb or .pb.gz file');
  });
});
