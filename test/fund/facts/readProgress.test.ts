import { expect } from 'chai';
import { castBallot, sealDue } from '../../../src/fund/ballots/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { readProgress } from '../../../src/fund/facts/readProgress.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { readProjects } from '../../../src/fund/projects/index.ts';
import { recordProposal } from '../../../src/fund/proposals/index.ts';
import { beginWorks } from '../../../src/fund/works/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { hideProposal, releaseProposal, setProposalState } from '../../support/proposals.ts';
import { changeCycle, cycleRecord, type Town, town, votingNow } from '../../support/town.ts';
import { stand } from '../../support/works.ts';

const PHONE = '+8613800000001';
const OTHER = '+8613800000002';
const STRANGER = '+8613900000009';

describe('readProgress', () => {
  const { world } = useDatabase('readProgress');
  let here: Town;
  const propose = (text: string, from: string) => recordProposal(world, { text }, here.act(from));
  const read = (number?: number, from = PHONE, at = world.now()) =>
    readProgress(world, number === undefined ? {} : { number }, here.act(from, { at }));

  beforeEach(async () => {
    here = await town(world);
    await here.person('1', { phone: PHONE });
    await here.person('2', { phone: OTHER, language: 'en' });
  });

  it('tells the stage, its dates and my proposals, newest first', async () => {
    await propose('修路灯', PHONE);
    await propose('别人的', OTHER);
    await propose('种花', PHONE);
    const cycle = await collection(Cycle).findOne({ _id: here.cycle });
    const date = (n: number) => cycle?.stages[n]?.from.toISOString();
    expect(await read()).to.deep.equal({
      title: '今年的社区保障资金',
      stage: 'propose',
      until: date(1),
      nextStage: 'vote',
      opensAt: date(1),
      closesAt: date(2),
      mine: [
        { number: 3, text: '种花', state: 'received' },
        { number: 1, text: '修路灯', state: 'received' },
      ],
    });
  });

  it('tells of the proposal and the project that have a number', async () => {
    for (const text of ['一', '二', '三,电话13800000009']) await propose(text, OTHER);
    const voting = new Date(world.now().getTime() + 6 * 86_400_000);
    const project = { number: 3, title: '社区花园', cost: 60_000 };
    const proposal = { number: 3, text: '三,电话13800000009', state: 'received' };
    for (const at of [world.now(), voting]) {
      expect(await read(3, PHONE, at)).to.deep.equal({ proposal: { ...proposal, text: '三,电话138********' }, project });
      expect(await read(3, OTHER, at)).to.deep.equal({ proposal, project });
    }
    expect(await read(2)).to.deep.equal({ proposal: { number: 2, text: '二', state: 'received' } });
    expect(await read(7)).to.deep.equal({ project: { number: 7, title: '修路灯', cost: 48_000, detail: '八盏灯' } });
    expect(await read(9)).to.deep.equal({ unknown: 9 });
  });

  it('shows nobody else what is not public', async () => {
    await propose('一', OTHER);
    await propose('二', STRANGER);
    await hideProposal(world, here.notify)({ cycle: here.cycle, number: 1, actor: operator('Li'), reason: '重复' });
    expect(await read(1)).to.deep.equal({ unknown: 1 });
    expect(await read(2)).to.deep.equal({ unknown: 2 });
    expect(await read(1, OTHER)).to.have.property('proposal');
    expect(await read(2, STRANGER)).to.have.property('proposal');
    for (const number of [1, 2])
      expect(await releaseProposal(world, here.notify)({ cycle: here.cycle, number, actor: operator('Li'), reason: '看过了' })).to.deep.equal({
        notified: true,
      });
    expect(await read(1)).to.have.property('proposal');
    expect(await read(2)).to.have.property('proposal');
    expect(here.notices.map(({ address, language, said }) => [address, language, said.key])).to.deep.equal([
      [OTHER, 'en', 'notice.proposalHidden'],
      [OTHER, 'en', 'notice.proposalReleased'],
      [STRANGER, undefined, 'notice.proposalReleased'], // the outbox finds how they talk with us
    ]);
  });

  it('tells who proposed what became of it, each change once', async () => {
    await propose('修路灯', PHONE);
    const set = setProposalState(world, here.notify);
    const change = { cycle: here.cycle, number: 1, actor: operator('Li') };
    expect(await set({ ...change, state: 'considered' })).to.deep.equal({ notified: true });
    expect(await set({ ...change, state: 'considered' })).to.deep.equal({ refused: 'already' });
    expect(await set({ ...change, state: 'merged', project: 7 })).to.deep.equal({ notified: true });
    expect(await set({ ...change, number: 5, state: 'done' })).to.deep.equal({ refused: 'noSubject' });
    expect(here.notices.map(({ said }) => said)).to.deep.equal([
      { key: 'notice.proposalConsidered', params: { number: 1 } },
      { key: 'notice.proposalMerged', params: { number: 1, project: 7 } },
    ]);
    expect(await read(1)).to.deep.equal({ proposal: { number: 1, text: '修路灯', state: 'merged', project: 7 } });
  });

  it('tells how far a work is, of this year’s result, and of last year’s beside what has its number this year', async () => {
    here = await town(world, { residents: 2, cycle: { ...votingNow(world), budget: 10_000 } });
    await castBallot(world, { picks: [3] }, here.act(0));
    await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(world.now().getTime() - 60_000) } });
    const later = { ...world, vault: world.vault, now: () => new Date(Date.now() + 3_600_000) };
    await sealDue(later)();
    await beginWorks(later)();
    await stand(here.cycle, 3, { state: 'signed' });
    /** By who remembers nothing of the cycles as they were. */
    const told = (number: number) => readProgress({ ...world, vault: world.vault }, { number }, here.act(0));
    const three = { number: 3, title: '项目3', cost: 10_000, isChosen: true, work: 'signed' };
    expect(await told(3)).to.deep.equal({ project: three });
    expect(await told(1)).to.deep.equal({ project: { number: 1, title: '项目1', cost: 10_000, isChosen: false } });
    const next = { ...cycleRecord(here.community, world.now()), _id: `${here.cycle}-next` };
    await collection(Cycle).insertOne({ ...next, stages: [{ stage: 'propose', from: new Date(world.now().getTime() - 60_000) }] });
    expect(await told(3)).to.deep.equal({ project: { number: 3, title: '社区花园', cost: 60_000 }, last: three });
    expect(await told(1)).to.deep.equal({ unknown: 1 });
  });

  it('lists the projects as a ballot says them, or tells of one', async () => {
    const projects = (number?: number) => readProjects(world, number === undefined ? {} : { number }, here.act(PHONE));
    expect(await projects()).to.deep.equal({
      projects: [
        { number: 3, label: '社区花园', cost: 60_000 },
        { number: 7, label: '路灯', cost: 48_000 },
      ],
      budget: 300_000,
      currency: 'CNY',
      stage: 'propose',
    });
    expect(await projects(7)).to.deep.equal({ project: { number: 7, title: '修路灯', cost: 48_000, detail: '八盏灯' }, currency: 'CNY' });
    expect(await projects(8)).to.deep.equal({ unknown: 8 });
  });
});
