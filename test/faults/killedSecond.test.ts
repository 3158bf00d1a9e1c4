import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { Account, AccountEntry, publicAccount } from '../../src/fund/accounts/index.ts';
import { castBallot, sealDue } from '../../src/fund/ballots/index.ts';
import { LogEntry } from '../../src/fund/log/index.ts';
import { MembershipRequest, operator, Resident, requestMembership } from '../../src/fund/people/index.ts';
import { Second } from '../../src/fund/second/second.ts';
import { payWork, signContract, Work } from '../../src/fund/works/index.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { built } from '../support/built.ts';
import { useDatabase } from '../support/database.ts';
import { transactionsEnd } from '../support/killing.ts';
import { acceptRequest } from '../support/requests.ts';
import { member, staff } from '../support/second.ts';
import { changeCycle, town, votingNow } from '../support/town.ts';
import { tried } from '../support/tried.ts';
import { RESULT_DAY, stand, won } from '../support/works.ts';

/** Half of them are requests, half are payments in parts. */
const MOST = 100;
const PART = 10;
/** Cycles whose result is there, and whose works begin meanwhile. */
const SEALED = 20;

describe('a process that is killed while a second person confirms, and works begin', () => {
  const { world, uri } = useDatabase('killedSecond');

  it('has done each act, with its entry and the confirmation, or nothing of it; in the end each once', async () => {
    const { community, cycle, act, notify } = await town(world, { cycle: votingNow(world) });
    const cadre = await staff(world, community, { role: 'cadre', phone: '+8613800000101' });
    await member(world, community, { role: 'supervisor', phone: '+8613800000102' });
    await won(world, { community, cycle }, { 3: MOST * PART });
    await stand(cycle, 3, { state: 'chosen' });
    const on = { community, cycle, number: 3, day: RESULT_DAY };
    expect(await tried(world)(signContract, { ...on, actor: operator('李姐'), paper: 'HT', amount: MOST * PART })).to.deep.equal({ signed: true });
    await sealedCycles();
    for (let request = 1; request <= MOST / 2; request += 1) {
      await tried(world)(payWork, { ...on, amount: PART, paper: `F${request}`, key: `${request}`, actor: cadre });
      await requestMembership(world, { name: `何静${request}`, building: '3栋' }, act(`+86139000${String(request).padStart(5, '0')}`));
      await acceptRequest(world, notify)({ community, request, actor: cadre });
    }
    const counted = async () => ({
      confirmed: await collection(Second).countDocuments({ '_id.community': community, state: 'confirmed' }),
      told: await collection(LogEntry).countDocuments({ '_id.community': community, act: 'second.confirm' }),
      logged: await collection(LogEntry).countDocuments({ '_id.community': community, act: 'request.accept' }),
      accepted: await collection(MembershipRequest).countDocuments({ '_id.community': community, state: 'accepted' }),
      residents: await collection(Resident).countDocuments({ community }),
      payments: await collection(LogEntry).countDocuments({ '_id.community': community, act: 'work.pay' }),
      entries: await collection(AccountEntry).countDocuments({ '_id.cycle': cycle, kind: 'paid' }),
      paid: (await publicAccount(cycle))?.paid,
    });
    const each = (count: number) => {
      const [accepted, payments] = [Math.floor(count / 2), Math.ceil(count / 2)];
      return {
        ...{ confirmed: count, told: count, logged: accepted, accepted, residents: accepted },
        ...{ payments, entries: payments, paid: payments * PART },
      };
    };
    const program = await built('test/support/secondConfirmer.ts');
    const run = async (killAfter: number) => {
      const most = { TEST_MOST: String(MOST), TEST_KILL_AFTER: String(killAfter) };
      const env = { PATH: process.env.PATH, TEST_URI: uri(), TEST_COMMUNITY: community, ...most };
      const child = spawn(process.execPath, [program], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
      let lines = 0;
      child.stdout.on('data', (bytes: Buffer) => {
        lines += bytes.toString().split('\n').length - 1;
      });
      const ended = await once(child, 'close');
      return { ended, lines };
    };

    let acknowledged = 0;
    for (let round = 0; round < 3; round += 1) {
      const { ended, lines } = await run(20);
      expect(ended).to.deep.equal([null, 'SIGKILL']);
      acknowledged += lines;
      await transactionsEnd();
      const now = await counted();
      expect(now).to.deep.equal(each(now.confirmed));
      await begunWhole();
      expect(now.confirmed).to.be.at.least(acknowledged).and.at.most(MOST);
    }
    expect((await run(Number.POSITIVE_INFINITY)).ended).to.deep.equal([0, null]);
    expect(await counted()).to.deep.equal(each(MOST));
    expect(await begunWhole(), 'in the end all have begun').to.equal(SEALED);
    expect(await collection(Message).countDocuments({ community, kind: 'answer' }), 'everybody is told once').to.equal(MOST / 2);
  });

  /** Cycles that are sealed, each with a ballot for one project. */
  async function sealedCycles(): Promise<void> {
    for (let n = 0; n < SEALED; n += 1) {
      const here = await town(world, { community: { _id: `sealed-${n}` }, residents: 1, cycle: votingNow(world) });
      await castBallot(world, { picks: [1] }, here.act(0));
      await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(world.now().getTime() - 60_000) } });
    }
    await sealDue({ ...world, vault: world.vault, now: () => new Date(Date.now() + 60_000) })();
  }

  /** Each has all that begins with its works, or nothing of it; gives how many have. */
  async function begunWhole(): Promise<number> {
    const begun = await Promise.all(
      Array.from({ length: SEALED }, async (_, n) => {
        const community = `sealed-${n}`;
        const counts = [Work, Account, AccountEntry].map((model) =>
          mongoose.connection.collection(model.collection.name).countDocuments({ community }),
        );
        const all = [...(await Promise.all(counts)), await collection(LogEntry).countDocuments({ '_id.community': community, act: 'work.begin' })];
        expect(all.join(' '), community).to.be.oneOf(['3 1 3 1', '0 0 0 0']); // all three win
        return all[1] ?? 0;
      }),
    );
    return begun.reduce((sum, count) => sum + count, 0);
  }
});
