import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Entry, placesOf } from '../../src/fund/ballots/index.ts';
import { Batch, enterAccepted, Slip } from '../../src/fund/paper/index.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { built } from '../support/built.ts';
import { useDatabase } from '../support/database.ts';
import { expectVerified } from '../support/expectLedger.ts';
import { transactionsEnd } from '../support/killing.ts';
import { accepted, closed, handIn, keyed, type Says, serials, table } from '../support/paper.ts';
import { town, votingNow } from '../support/town.ts';

const BATCHES = 4;
const IN_BATCH = 12;
const SLIPS = BATCHES * IN_BATCH;

describe('a process that is killed while it enters slips', () => {
  const { world, uri } = useDatabase('killedBatch');

  it('leaves each slip entered once, also where the batch is accepted again meanwhile; the seal and verify hold', async () => {
    const { cycle, residents } = await town(world, { residents: SLIPS, cycle: votingNow(world) });
    const place = { cycle, table: await table(world, cycle) };
    const slips: Says[] = (await serials(world, cycle, SLIPS)).map((serial, n) => [serial, [1 + (n % 3)]]);
    for (const [n, [serial]] of slips.entries()) await handIn(world, place, serial, { resident: residents[n] ?? '' });
    await closed(world, place);
    for (const left = [...slips]; left.length > 0; ) await keyed(world, place, left.splice(0, IN_BATCH));
    const entered = () => collection(Entry).countDocuments(placesOf(cycle));
    const program = await built('test/support/batchAccepter.ts');
    const begin = (batches: number) => {
      const env = { PATH: process.env.PATH, TEST_URI: uri(), TEST_CYCLE: cycle, TEST_MOST: String(batches) };
      const child = spawn(process.execPath, [program], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
      const over = once(child, 'close'); // it may be done before it is killed
      return async () => {
        child.kill('SIGKILL');
        await over;
      };
    };
    const isAccepting = async () => (await collection(Batch).findOne({ '_id.cycle': cycle, state: { $in: ['entering', 'accepted'] } })) !== null;

    // killed just as the first batch is accepted and its entries are on their way
    const killFirst = begin(1);
    while (!(await isAccepting())) await sleep(1);
    await killFirst();
    expect(await entered()).to.be.at.most(IN_BATCH);
    // two at once: each batch is accepted by both, and one of them is killed in the middle of it
    const killSecond = begin(BATCHES);
    const from = await entered();
    while ((await entered()) === from) await sleep(1);
    const here = accepted(world, cycle, 2);
    await killSecond();
    await here;
    await transactionsEnd();
    await enterAccepted(world);
    const all = Array.from({ length: BATCHES }, (_, n) => accepted(world, cycle, n + 1));
    expect(await Promise.all(all)).to.deep.equal(all.map(() => ({ accepted: 2, outcomes: { counted: IN_BATCH } })));
    expect(await entered()).to.equal(SLIPS);
    expect(await collection(Slip).countDocuments({ cycle, outcome: 'counted' })).to.equal(SLIPS);
    await expectVerified(world, cycle, SLIPS);
  });
});
