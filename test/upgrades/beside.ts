import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import { connect } from '../../src/store/connect.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import { root } from '../../src/store/files.ts';
import { databaseIn, server } from '../support/database.ts';
import { TOKEN } from '../support/serviceProcess.ts';
import { putBack, readKept } from './kept.ts';

/** A checkout of the release before with its packages: `git worktree add ../before TAG`, `npm ci` there. */
const BEFORE = process.env.BEFORE ?? '';
const HOUR_MS = 3_600_000;
const RECEIPT = /\d{3} \d{3} \d{4}/;

/** `BEFORE=FOLDER npm run upgrades:beside`: the release before and this one on one database, one after the other, back, and beside each other. */
describe('the release before, and this version', function () {
  this.timeout(600_000);
  const receipts: string[] = [];
  let env: Record<string, string | undefined>;
  let version: string;
  let phone = '';
  let phones: readonly string[] = [];

  before(async () => {
    if (!existsSync(join(BEFORE, 'package.json'))) throw new Error('BEFORE names a checkout of the release before.');
    version = JSON.parse(readFileSync(join(BEFORE, 'package.json'), 'utf8')).version;
    const kept = readKept(join(root, `test/upgrades/${version}.json.gz`));
    const uri = databaseIn((await server()).uri, `beside_${process.pid}`);
    await connect(uri);
    await putBack(kept);
    phones = kept.phones;
    const community = await mongoose.connection.collection<{ _id: string; phone: string }>('communities').findOne({ _id: 'hupan' });
    phone = community?.phone ?? '';
    const cycles = mongoose.connection.collection<{ _id: string; stages: { stage: string; from: Date }[] }>('cycles');
    const stages = (await cycles.findOne({ _id: 'hupan-1' }))?.stages ?? [];
    const now = stages.map((one) => ({ ...one, from: new Date(Date.now() + (one.stage === 'implement' ? 3 : -1) * HOUR_MS) }));
    await cycles.updateOne({ _id: 'hupan-1' }, { $set: { stages: now } });
    const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: TOKEN, TWILIO_PHONE_NUMBER: '+862880000001' };
    const folder = mkdtempSync(join(tmpdir(), 'yisheng-beside-'));
    const { PATH, HOME } = process.env;
    env = {
      PATH,
      HOME,
      MONGODB_URI: uri,
      SECRET: kept.secret,
      DATA_DIR: folder,
      LOG_LEVEL: 'error',
      ...account,
      TWILIO_API_URL: 'http://127.0.0.1:9',
    };
  });
  after(() => mongoose.connection.dropDatabase());

  it('vote on one database: the old one, this one, the old one again, and both at once; every receipt is in the ledger', async () => {
    const old = await started(BEFORE);
    await old.votes(0);
    await old.stop();
    const here = await started(root);
    await signed();
    await here.votes(0);
    await here.votes(1);
    await here.stop();
    const back = await started(BEFORE);
    await back.votes(1);
    await back.votes(2);
    const beside = await started(root);
    await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 2 ? back : beside).votes(n % phones.length)));
    await back.stop();
    for (const receipt of receipts) expect((await fetch(`${beside.url}/api/receipts/${receipt.replaceAll(' ', '')}`)).status, receipt).to.equal(200);
    expect(receipts).to.have.length(45);
    await beside.stop();
  });

  async function started(folder: string) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const settings = { ...env, PORT: String(port), PUBLIC_URL: url };
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/app/main.ts'], {
      cwd: folder,
      env: settings,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    while (!(await fetch(`${url}/readyz`).catch(() => undefined))?.ok) {
      expect(child.exitCode, folder).to.equal(null);
      await sleep(100);
    }
    return {
      url,
      votes: async (who: number) => {
        const text = { from: phones[who] ?? '', to: phone, body: `投 ${1 + (receipts.length % 3)}` };
        const said = await asCarrier({ url, publicUrl: url, authToken: TOKEN }, text);
        receipts.push(RECEIPT.exec(said ?? '')?.[0] ?? expect.fail(said ?? ''));
      },
      stop: async () => {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        expect((await ended)[0]).to.equal(0);
      },
    };
  }

  /** Cycles of the version before may bear no mark of their dates. */
  async function signed(): Promise<void> {
    const words = ['bin/yisheng.js', 'cycle', 'sign', 'hupan-1', '--by', '李姐'];
    const [status] = await once(spawn(process.execPath, words, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
    expect(status).to.equal(0);
  }
});
