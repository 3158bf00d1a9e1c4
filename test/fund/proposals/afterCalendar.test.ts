import { expect } from 'chai';
import mongoose, { type mongo } from 'mongoose';
import { Cycle, type CycleRecord, freeze } from '../../../src/fund/cycles/index.ts';
import { readProgress } from '../../../src/fund/facts/readProgress.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { afterCalendar, leaveOffBallot, Proposal, proposalText, publicProposals, recordProposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import { town } from '../../support/town.ts';

const LI = operator('李姐');

describe('what the calendar does to proposals', () => {
  const { world } = useDatabase('afterCalendar', { isWatched: true });

  it('as the vote opens, what the council recommended and is not on the ballot is so; its author hears why, once a cadre says it', async () => {
    const here = await town(world, { residents: 2 });
    for (const text of ['修路灯', '种花']) await recordProposal(world, { text }, here.act(0));
    const council = { decision: 'recommended' as const, meeting: 1, at: world.now() };
    await collection(Proposal).updateMany({ '_id.cycle': here.cycle }, { $set: { state: 'recommended', council } });
    const asked = async () => readProgress(world, { number: 2 }, here.act(0));
    expect(await asked()).to.have.nested.property('proposal.state', 'recommended');
    await collection(Proposal).updateOne({ _id: { cycle: here.cycle, number: 1 } }, { $set: { state: 'project', project: 1 } });
    const look = afterCalendar(world, here.notify);
    await look();
    expect(await asked(), 'before the vote').to.have.nested.property('proposal.state', 'recommended');
    await freeze(world, here.cycle);
    await look();
    await look();
    expect(await asked()).to.have.nested.property('proposal.state', 'notOnBallot');
    expect(here.notices).to.deep.equal([]);
    const say = (reason: string, number = 2) =>
      leaveOffBallot.perform(
        { world, notify: here.notify },
        { community: here.community, at: { number: String(number) }, input: { reason }, actor: LI },
      );
    expect(await say(' ')).to.have.property('is', 'mistaken');
    expect(await say('钱不够', 1)).to.deep.equal({ is: 'refused', refused: 'notRecommended' });
    expect(await say('钱不够，问13800001234')).to.deep.equal({ is: 'done', result: { notified: true } });
    expect(await say('别的')).to.deep.equal({ is: 'refused', refused: 'given' });
    expect(await asked()).to.have.nested.property('proposal.why', '钱不够，问138********');
    expect(here.notices.map(({ said }) => said)).to.deep.equal([
      {
        key: 'notice.proposalNotOnBallot',
        params: { number: 2, reason: '钱不够，问13800001234' },
      },
    ]);
    expect((await publicProposals(world, here.cycle)).map(({ state, reason }) => [state, reason?.text])).to.deep.equal([
      ['notOnBallot', '钱不够，问138********'],
      ['project', undefined],
    ]);
  });

  it('asks for all votes that open at once together, and does each of them', async () => {
    const towns = [];
    for (let count = 0; count < 3; count++) {
      const here = await town(world, { residents: 1 });
      await recordProposal(world, { text: '修路灯' }, here.act(0));
      const council = { decision: 'recommended' as const, meeting: 1, at: world.now() };
      await collection(Proposal).updateMany({ '_id.cycle': here.cycle }, { $set: { state: 'recommended', council } });
      await freeze(world, here.cycle);
      towns.push(here);
    }
    const client = mongoose.connection.getClient();
    let asked = 0;
    const listen = ({ commandName, command }: mongo.CommandStartedEvent) => {
      if (commandName === 'find' && command.find === Proposal.collection.name) asked += 1;
    };
    client.on('commandStarted', listen);
    await afterCalendar(world, async () => undefined)();
    client.off('commandStarted', listen);
    expect(asked).to.equal(1);
    const states = await Promise.all(towns.map(({ cycle }) => collection(Proposal).distinct('state', { '_id.cycle': cycle })));
    expect(states).to.deep.equal([['notOnBallot'], ['notOnBallot'], ['notOnBallot']]);
  });

  it('what came too late is a proposal of the next cycle as that begins, once, with its words, and its author hears the new number', async () => {
    const stages = (from: number) => [
      { stage: 'propose' as const, from: new Date(from) },
      { stage: 'publish' as const, from: new Date(from + 2 * DAY_MS) },
    ];
    const start = world.now().getTime() - DAY_MS;
    const here = await town(world, { residents: 2, cycle: { stages: stages(start) } });
    await recordProposal(world, { text: '修路灯' }, here.act(0));
    const late = { ...world, now: () => new Date(start + 3 * DAY_MS) };
    expect(await recordProposal(late, { text: '种花' }, here.act(1, { at: late.now() }))).to.include({ number: 2, isLate: true });
    await afterCalendar(late, here.notify)();
    const cycle = await collection(Cycle).findOne({ _id: here.cycle });
    const next: CycleRecord = { ...(cycle as CycleRecord), _id: `${here.cycle}-next`, stages: stages(start + 4 * DAY_MS) };
    await collection(Cycle).insertOne(next);
    await afterCalendar(late, here.notify)();
    expect(await collection(Proposal).countDocuments({ '_id.cycle': next._id })).to.equal(0);
    const begun = { ...world, now: () => new Date(start + 4 * DAY_MS + 1_000) };
    await Promise.all([afterCalendar(begun, here.notify)(), afterCalendar(begun, here.notify)()]);
    await afterCalendar(begun, here.notify)();
    const [carried, another] = await collection(Proposal).find({ '_id.cycle': next._id }, { promoteBuffers: true }).toArray();
    expect(another).to.equal(undefined);
    expect(carried).to.deep.include({ state: 'received', by: here.residents[1], carriedFrom: { cycle: here.cycle, number: 2 } });
    expect(carried && proposalText(world.vault, carried)).to.equal('种花');
    expect((await publicProposals(world, here.cycle)).map(({ number, state, carriedTo }) => [number, state, carriedTo?.number])).to.deep.equal([
      [2, 'carried', 1],
      [1, 'received', undefined],
    ]);
    expect(here.notices.map(({ said, address }) => [said.key, said.params, address])).to.deep.equal([
      ['notice.proposalCarried', { number: 2, into: 1 }, here.phones[1]],
    ]);
    expect(await readProgress(begun, { number: 1 }, here.act(1, { at: begun.now() }))).to.have.nested.property('proposal.text', '种花');
  });
});
