import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { checkLog } from '../../../src/fund/ballots/audit/checkLog.ts';
import { readLog } from '../../../src/fund/log/index.ts';
import { Proposal } from '../../../src/fund/proposals/proposal.ts';
import { recordProposal } from '../../../src/fund/proposals/recordProposal.ts';
import { collection } from '../../../src/store/collection.ts';
import { root } from '../../../src/store/files.ts';
import { sha256 } from '../../../src/store/vault.ts';
import { built } from '../../support/built.ts';
import { useDatabase } from '../../support/database.ts';
import { transactionsEnd } from '../../support/killing.ts';
import { type Town, town } from '../../support/town.ts';

const CLIENTS = 8;

describe('the log of several processes', () => {
  const { world, uri } = useDatabase('logProcesses');
  let here: Town;
  let program: string;
  beforeEach(async () => {
    program = await built('test/support/logWriter.ts');
    here = await town(world);
    for (let client = 1; client <= CLIENTS; client += 1) await recordProposal(world, { text: `路灯 ${client}` }, here.act(`+861390000000${client}`));
  });

  /** Four clients in a process of their own. */
  const writer = (numbers: readonly number[], acts: number) => {
    const env = {
      PATH: process.env.PATH,
      TEST_URI: uri(),
      TEST_CYCLE: here.cycle,
      TEST_NUMBERS: numbers.join(','),
      TEST_ACTS: String(acts),
    };
    return spawn(process.execPath, [program], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  };
  const acknowledged = (process: ChildProcess) => {
    const seen = { count: 0 };
    process.stdout?.on('data', (bytes: Buffer) => {
      seen.count += bytes.toString().split('\n').length - 1;
    });
    return seen;
  };
  /** How many acts there are by the proposals, and by the log, which has to be whole. */
  const counted = async () => {
    const proposals = await collection(Proposal).find({ community: here.community }).toArray();
    let text = '';
    for await (const row of readLog(world, here.community)) text += `${JSON.stringify(row)}\n`;
    return { changed: proposals.reduce((sum, { history }) => sum + history.length, 0), logged: checkLog(sha256, text).entries };
  };

  it('is one chain without a gap: eight clients in two processes, 400 acts', async () => {
    const writers = [writer([1, 2, 3, 4], 50), writer([5, 6, 7, 8], 50)];
    const ended = await Promise.all(writers.map((process) => once(process, 'exit')));
    expect(ended.map(([status]) => status)).to.deep.equal([0, 0]);
    expect(await counted()).to.deep.equal({ changed: 400, logged: 400 });
  });

  it('has an act and its entry, or neither, when processes are killed between', async () => {
    let told = 0;
    for (let round = 0; round < 2; round += 1) {
      const writers = [writer([1, 2, 3, 4], 10_000), writer([5, 6, 7, 8], 10_000)];
      const seen = writers.map(acknowledged);
      while (seen.some(({ count }) => count < 20)) await sleep(10);
      for (const process of writers) process.kill('SIGKILL');
      await Promise.all(writers.map((process) => once(process, 'close')));
      told += seen.reduce((sum, { count }) => sum + count, 0);
      await transactionsEnd();
      const { changed, logged } = await counted();
      expect(logged).to.equal(changed);
      expect(logged).to.be.at.least(told);
    }
  });
});
