import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import '../../src/outreach/callBacks.ts';
import { root } from '../../src/store/files.ts';
import { createIndexes } from '../../src/store/indexes.ts';
import { databaseIn, useDatabase } from '../support/database.ts';
import { commandRunner } from '../support/runScript.ts';
import { SECRET } from '../support/secret.ts';
import { putBack, readKept } from '../upgrades/kept.ts';

/** Commands that are not run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  bench: 'measures for minutes; .ci/run has no time for it',
  'carriers:test': '.ci/run runs it',
  'community move': 'to another deployment: test/operation/move.test.ts',
  chat: 'somebody types: test/scripts/chat.test.ts',
  check: '.ci/run runs it',
  'docs:pictures': 'changes docs/pictures; needs a minute',
  'docs:update': 'changes docs; a test fails where it was forgotten',
  'looks:update': 'keeps new screenshots after a person looked at them',
  'upgrades:beside': 'needs a checkout of the release before',
  learn: 'changes locales; a test fails where it was forgotten',
  replay: 'a whole election takes minutes: its parts are in test/scripts/replay.test.ts, whole ones in npm run carriers:test',
  log: 'goes on after a restore, with every witness asked: test/fund/heads/headsLog.test.ts',
  'secret rotate': 'replaces SECRET: test/operation/drill.test.ts',
  speech: 'asks a recogniser: test/real/hearing.real.ts',
  'templates check': 'its community has a carrier of templates: test/carriers/aliyun.test.ts',
  carrier: 'its accounts need a carrier: test/app/carrierAccounts.test.ts',
  witness: 'a service of its own: test/witness/witness.test.ts',
  'witness:test': 'needs programs in Go: it says so where there are none',
  'wechat check': 'asks WeChat: test/scripts/wechat.test.ts',
  'wechat menu': 'asks WeChat: test/scripts/wechat.test.ts',
  'wechat qr': 'asks WeChat: test/scripts/wechat.test.ts',
};

/** What is run, in this order, on a round that is over and a community that is voting, and the exit code. */
const RUN: readonly (readonly [line: string, status: number])[] = [
  ['cycle -- sign qingsong-demo --by 王芳', 0],
  ['cycle -- sign hupan-1 --by 王芳', 0],
  ['cycle -- sign hupan-1 --by 王芳', 1],
  ['community -- export qingsong exported', 0],
  ['community -- token --office 玉林街道办', 0],
  ['residents -- list qingsong --pending', 0],
  ['residents -- accept hupan 1 --new --by 王芳', 0],
  ['residents -- unlock hupan +8613700000000 --by 王芳', 1],
  ['residents -- cards qingsong --new 3 --out card.csv --by 王芳', 0],
  ['staff -- list qingsong', 0],
  ['misses -- qingsong', 0],
  ['inbox -- list hupan', 0],
  ['inbox -- answer hupan 1 --text 八点 --by 王芳', 0],
  ['proposals -- state qingsong 5 considered --by 王芳', 0],
  ['cycle -- list', 0],
  ['cycle -- show hupan-1', 0],
  ['cycle -- extend hupan-1 --to +2d --by 王芳 --reason 下雨', 0],
  ['cycle -- move hupan-1 implement --by 王芳', 1],
  ['cycle -- open hupan-1 --by 王芳 --reason 等不了', 1],
  ['tally -- qingsong-demo', 0],
  ['tally -- hupan-1', 1],
  ['audit -- qingsong-demo --out audit', 0],
  ['verify -- audit', 0],
  ['audit -- qingsong-demo --out public --public', 0],
  ['verify -- public', 0],
  ['broadcast -- --community qingsong --to building:3 --text {name}:明天{building}停水,八点到五点 --by 王芳 --dry-run', 0],
  ['recordings -- list qingsong', 0],
  ['prompts -- qingsong --out prompts.csv', 0],
  ['print -- qingsong report --out report.pdf', 0],
  ['templates -- export qingsong --out templates.csv', 0],
  // these data are an earlier version's, whose cards, offices, settings and accounts bear no marks: it says so
  ['doctor -- --json', 1],
];

const DOCUMENTS = ['README.md', ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))];
const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
const OPERATORS = readFileSync(join(root, 'docs/operators.md'), 'utf8');
const BACKUP_KEY = Buffer.alloc(32, 3).toString('base64');

describe('the commands that the documents show', () => {
  const { uri } = useDatabase('documented');
  const folder = mkdtempSync(join(tmpdir(), 'yisheng-commands-'));
  const inFolder = commandRunner(folder);
  const run = (line: string, settings: Record<string, string>) => {
    const [script = '', ...args] = line.split(' ').filter((word) => word !== '--');
    expect(SCRIPTS[script], `npm run ${script}`).to.equal(`node bin/yisheng.js ${script}`);
    return inFolder({ words: [script, ...args], settings: { PATH: process.env.PATH, SECRET, BACKUP_KEY, DATA_DIR: folder, ...settings } });
  };
  after(() => rmSync(folder, { recursive: true }));

  it('are run below, or there is a reason why not', () => {
    const run = new Set([...RUN.map(([line]) => nameOf(line)), ...guided().map(({ line }) => nameOf(line))]);
    const shown = DOCUMENTS.flatMap((name) =>
      [...readFileSync(join(root, name), 'utf8').matchAll(/npm run ([\w:]+(?: -- [^`#|\n]+)?)/g)].map(([, line = '']) => nameOf(line)),
    );
    const missing = [...new Set(shown)].filter((name) => !run.has(name) && !(name in NOT_RUN) && !isAlone(name, run) && !name.endsWith('…'));
    expect(missing).to.deep.equal([]);
    expect(Object.keys(NOT_RUN).filter((name) => run.has(name) || !((name.split(' ')[0] ?? '') in SCRIPTS))).to.deep.equal([]);
  });

  it('lead a new operator from an empty database to a vote, and print what the guide says', async () => {
    mkdirSync(join(folder, 'my-community'));
    for (const name of ['community.yaml', 'residents.csv', 'cycle.yaml'])
      writeFileSync(join(folder, 'my-community', name), blockOf(name).replace(/^stages: .*$/m, STAGES));
    for (const { line, says } of guided()) {
      const isRestore = line.startsWith('restore');
      const { status, out, err } = await run(line, { MONGODB_URI: isRestore ? databaseIn(uri(), `restored_${process.pid}`) : uri() });
      expect(status, `${line}\n${err}`).to.equal(0);
      if (says) expect(masked(out), line).to.equal(masked(says));
    }
    await mongoose.connection.useDb(`restored_${process.pid}`).dropDatabase();
  });

  it('do what they say on the data of a round that is over and of a vote', async () => {
    await mongoose.connection.dropDatabase();
    const kept = readKept(join(root, 'test/upgrades/0.1.0.json.gz'));
    await putBack(kept);
    await createIndexes(); // as the start of the service does: no command knows of call-backs
    const ahead = new Date(kept.at).getTime() - Date.now();
    await mongoose.connection.collection<{ _id: string }>('democlock').updateOne({ _id: 'demo' }, { $set: { ahead } });
    const note = { pid: process.pid, url: 'http://127.0.0.1:9', publicUrl: 'http://127.0.0.1:9', authToken: 'of-a-demo' };
    writeFileSync(join(folder, 'service.json'), JSON.stringify(note));
    for (const [line, status] of RUN) {
      const ran = await run(line, { SECRET: kept.secret, MONGODB_URI: uri() });
      expect([line, ran.status], ran.err + ran.out).to.deep.equal([line, status]);
    }
    await mongoose.connection.dropDatabase(); // it has an earlier version's indexes, too: nobody else is to meet them
  });
});

/** Long enough before the vote for everything that the guide does. */
const STAGES = 'stages: {announce: -10d, propose: -5d, vote: "+10dT08:00", implement: "+20dT20:00", closed: +300d}';

/** The lines of the guide from an empty machine to a vote that begin with `$`, and what stands below each. */
function guided(): { line: string; says: string }[] {
  const guide = OPERATORS.slice(OPERATORS.indexOf('## From an empty machine'), OPERATORS.indexOf('## What holds against'));
  const blocks = [...guide.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block.replace(/^ {3}/gm, ''));
  return blocks.flatMap((block) =>
    block.split(/^\$ /m).flatMap((piece) => {
      const [command = '', ...says] = piece.split('\n');
      const line = /npm run (.*?)( +#.*)?$/.exec(command)?.[1];
      return line ? [{ line: line.replace(' /backups/', ' backups/'), says: says.join('\n') }] : [];
    }),
  );
}

/** The file that the page shows below its name. */
function blockOf(name: string): string {
  const at = OPERATORS.indexOf(`\n\`${name}\`\n`);
  return /```\w+\n(.*?)```/s.exec(OPERATORS.slice(at))?.[1] ?? expect.fail(`${name} is not shown`);
}

/** The script, and its verb if it has verbs: `cycle show`. */
function nameOf(line: string): string {
  const [script = '', verb = ''] = line.split(' ').filter((word) => word !== '--');
  return WITH_VERBS.includes(script) && verb ? `${script} ${verb.replace(/[`,.;:)]+$/, '')}` : script;
}

const WITH_VERBS = ['community', 'residents', 'staff', 'inbox', 'proposals', 'cycle', 'recordings', 'templates', 'wechat', 'secret'];

/** A script with verbs that is named without one. */
function isAlone(name: string, run: ReadonlySet<string>): boolean {
  return WITH_VERBS.includes(name) && [...run, ...Object.keys(NOT_RUN)].some((other) => other.startsWith(`${name} `));
}

/** Without what differs between two runs: hashes, counts, moments, folders. */
function masked(text: string): string {
  return text
    .replace(/\/?backups\//g, '')
    .replace(/\b[0-9a-f]{64}\b/g, '…')
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '…')
    .replace(/^\d+ collections/gm, '… collections')
    .replace(/\b\d+(?=:…)/g, '…')
    .trim();
}
