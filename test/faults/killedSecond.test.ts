import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { LogEntry } from '../../src/fund/log/logEntry.ts';
import { MembershipRequest, requestMembership } from '../../src/fund/people/requestMembership.ts';
import { Resident } from '../../src/fund/people/resident.ts';
import { acceptRequest } from '../../src/fund/roster/decideRequest.ts';
import { Second } from '../../src/fund/second/second.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { useDatabase } from '../support/database.ts';
import { member, staff } from '../support/second.ts';
import { town, votingNow } from '../support/town.ts';

const MOST = 150;

describe('a process that is killed while a second person confirms', function () {
  this.timeout(180_000);
  const { world, uri } = useDatabase('killedSecond');
  const endsTransactionsAfter = (seconds: number) =>
    mongoose.connection.getClient().db('admin').command({ setParameter: 1, transactionLifetimeLimitSeconds: seconds });
  afterEach(() => endsTransactionsAfter(60));

  it('has done each act, with its entry and the confirmation, or nothing of it; in the end each once', async () => {
    await endsTransactionsAfter(1);
    const { community, act, notify } = await town(world, { cycle: votingNow(world) });
    const cadre = await staff(world, community, { role: 'cadre', phone: '+8613800000101' });
    await member(world, community, { role: 'supervisor', phone: '+8613800000102' });
    for (let request = 1; request <= MOST; request += 1) {
      await requestMembership(world)({ name: `何静${request}`, building: '3栋' }, act(`+86139000${String(request).padStart(5, '0')}`));
      await acceptRequest(world, notify)({ community, request, actor: cadre });
    }
    const counted = async () => ({
      confirmed: await collection(Second).countDocuments({ '_id.community': community, state: 'confirmed' }),
      told: await collection(LogEntry).countDocuments({ '_id.community': community, act: 'second.confirm' }),
      logged: await collection(LogEntry).countDocuments({ '_id.community': community, act: 'request.accept' }),
      accepted: await collection(MembershipRequest).countDocuments({ '_id.community': community, state: 'accepted' }),
      residents: await collection(Resident).countDocuments({ community }),
    });
    const each = (count: number) => ({ confirmed: count, told: count, logged: count, accepted: count, residents: count });
    const begin = () => {
      const env = { PATH: process.env.PATH, TEST_URI: uri(), TEST_COMMUNITY: community, TEST_MOST: String(MOST) };
      const program = fileURLToPath(new URL('../support/secondConfirmer.ts', import.meta.url));
      const child = spawn(process.execPath, ['--import', 'tsx', program], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
      const seen = { count: 0 };
      child.stdout.on('data', (bytes: Buffer) => {
        seen.count += bytes.toString().split('\n').length - 1;
      });
      return { child, seen };
    };

    let acknowledged = 0;
    for (let round = 0; round < 3; round += 1) {
      const { child, seen } = begin();
      while (seen.count < 20) await sleep(2);
      await sleep(Math.random() * 20);
      child.kill('SIGKILL');
      await once(child, 'close');
      acknowledged += seen.count;
      await sleep(2_500);
      const now = await counted();
      expect(now).to.deep.equal(each(now.confirmed));
      expect(now.confirmed).to.be.at.least(acknowledged).and.at.most(MOST);
    }
    const { child } = begin();
    expect((await once(child, 'close'))[0]).to.equal(0);
    expect(await counted()).to.deep.equal(each(MOST));
    expect(await collection(Message).countDocuments({ community, kind: 'answer' }), 'everybody is told once').to.equal(MOST);
  });
});
