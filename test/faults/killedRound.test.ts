import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { LogEntry } from '../../src/fund/log/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { Proposal } from '../../src/fund/proposals/index.ts';
import { Message, saidIn } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { built } from '../support/built.ts';
import { useDatabase } from '../support/database.ts';
import { transactionsEnd } from '../support/killing.ts';
import { draftOpinion, enterProposals } from '../support/proposals.ts';
import { town } from '../support/town.ts';

const EACH = 4;
const MOST = 60;
const LI = operator('李姐');

describe('a process that is killed while it gives rounds of opinions', () => {
  const { world, uri } = useDatabase('killedRound');

  it('has given each round whole or not at all; in the end each author is told once', async () => {
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
    const run = (killAfter: number) => {
      const rounds = { TEST_MOST: String(MOST), TEST_EACH: String(EACH), TEST_KILL_AFTER: String(killAfter) };
      const env = { PATH: process.env.PATH, TEST_URI: uri(), TEST_CYCLE: cycle, ...rounds };
      return once(spawn(process.execPath, [program], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] }), 'close');
    };

    expect(await run(4)).to.deep.equal([null, 'SIGKILL']);
    await transactionsEnd();
    const now = await counted();
    expect(now).to.deep.equal(whole(now.rounds));
    expect(now.rounds)
      .to.be.at.least(4)
      .and.below(MOST / EACH);
    expect(await run(Number.POSITIVE_INFINITY)).to.deep.equal([0, null]);
    expect(await counted()).to.deep.equal(whole(MOST / EACH));
    const messages = await collection(Message).find({ community, kind: 'answer' }).toArray();
    const about = messages.map((message) => Number(saidIn(world.vault, message).params?.number));
    expect(
      about.toSorted((one, other) => one - other),
      'each is told once',
    ).to.deep.equal(Array.from({ length: MOST }, (_, index) => index + 1));
  });
});
