import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { LogEntry } from '../../src/fund/log/logEntry.ts';
import { operator } from '../../src/fund/people/actor.ts';
import { draftOpinion } from '../../src/fund/proposals/opinions.ts';
import { Proposal } from '../../src/fund/proposals/proposal.ts';
import { enterProposals } from '../../src/fund/proposals/recordProposal.ts';
import { Message, saidIn } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { built } from '../support/built.ts';
import { useDatabase } from '../support/database.ts';
import { town } from '../support/town.ts';

const EACH = 4;
const MOST = 60;
const LI = operator('李姐');

describe('a process that is killed while it gives rounds of opinions', function () {
  this.timeout(120_000);
  const { world, uri } = useDatabase('killedRound');
  const endsTransactionsAfter = (seconds: number) =>
    mongoose.connection.getClient().db('admin').command({ setParameter: 1, transactionLifetimeLimitSeconds: seconds });
  afterEach(() => endsTransactionsAfter(60));

  it('has given each round whole or not at all; in the end each author is told once', async () => {
    await endsTransactionsAfter(1);
    const { community, cycle } = await town(world);
    const proposals = Array.from({ length: MOST }, (_, index) => ({
      text: `提议${index}`,
      origin: 'paper' as const,
      phone: `+86139${String(index).padStart(8, '0')}`,
    }));
    await enterProposals(world)({ cycle, proposals, actor: LI, key: 'all' });
    for (let number = 1; number <= MOST; number += 1) {
      const opinion =
        number % 2 ? { isFeasible: true as const, cost: number } : { isFeasible: false as const, reason: 'unsafe' as const, sentence: '不安全' };
      await draftOpinion(world)({ cycle, number, opinion, seen: undefined, actor: LI });
    }
    const counted = async () => ({
      given: await collection(Proposal).countDocuments({ '_id.cycle': cycle, 'opinion.given.at': { $exists: true } }),
      answered: await collection(Proposal).countDocuments({ '_id.cycle': cycle, state: { $in: ['considered', 'declined'] } }),
      rounds: await collection(LogEntry).countDocuments({ '_id.community': community, act: 'proposal.answer' }),
      told: await collection(Message).countDocuments({ community, kind: 'answer' }),
    });
    const whole = (rounds: number) => ({ given: rounds * EACH, answered: rounds * EACH, rounds, told: rounds * EACH });
    const program = await built('test/support/opinionGiver.ts');
    const begin = () => {
      const env = { PATH: process.env.PATH, TEST_URI: uri(), TEST_CYCLE: cycle, TEST_MOST: String(MOST), TEST_EACH: String(EACH) };
      const child = spawn(process.execPath, [program], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
      const seen = { count: 0 };
      child.stdout.on('data', (bytes: Buffer) => {
        seen.count += bytes.toString().split('\n').length - 1;
      });
      return { child, seen };
    };

    const killed = begin();
    while (killed.seen.count < 4) await sleep(2);
    await sleep(Math.random() * 20);
    killed.child.kill('SIGKILL');
    await once(killed.child, 'close');
    await sleep(2_500);
    const now = await counted();
    expect(now).to.deep.equal(whole(now.rounds));
    expect(now.rounds)
      .to.be.at.least(4)
      .and.below(MOST / EACH);
    const { child } = begin();
    expect((await once(child, 'close'))[0]).to.equal(0);
    expect(await counted()).to.deep.equal(whole(MOST / EACH));
    const messages = await collection(Message).find({ community, kind: 'answer' }).toArray();
    const about = messages.map((message) => Number(saidIn(world.vault, message).params?.number));
    expect(
      about.toSorted((one, other) => one - other),
      'each is told once',
    ).to.deep.equal(Array.from({ length: MOST }, (_, index) => index + 1));
  });
});
