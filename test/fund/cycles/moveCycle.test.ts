import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { Cycle, type CycleRecord, periods, type Stage, slipsClose, stageAt, voteOf } from '../../../src/fund/cycles/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { extendCycle, moveCycle } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { changeCycle, town } from '../../support/town.ts';

const HOUR_MS = 3_600_000;

describe('a cycle changed by hand', () => {
  const { world } = useDatabase('moveCycle');

  async function cycle(...stages: [Stage, hours: number][]): Promise<string> {
    const now = world.now().getTime();
    const here = await town(world, { cycle: { stages: stages.map(([stage, hours]) => ({ stage, from: new Date(now + hours * HOUR_MS) })) } });
    return here.cycle;
  }
  const voting = () => cycle(['propose', -9], ['vote', -5], ['implement', 5], ['closed', 9]);
  const proposing = () => cycle(['propose', -9], ['vote', 5], ['implement', 9]);
  const cast = (id: string, entry: { sealed?: true } = {}) =>
    collection(Entry).insertOne({ _id: { cycle: id, seq: 1 }, at: '2026-12-01', previous: '', hash: '', key: id, ...entry });
  const read = async (id: string): Promise<CycleRecord> => {
    const found = await collection(Cycle).findOne({ _id: id });
    if (!found) throw new Error('no cycle');
    return found;
  };
  const move = (id: string, stage: Stage, reason?: string) => moveCycle(world)({ id, stage, actor: operator('Li'), ...(reason && { reason }) });
  const extend = (id: string, to: Date) => extendCycle(world)({ id, to, actor: operator('Li'), reason: '下雨' });
  const refused = (outcome: object) => ('refused' in outcome ? outcome.refused : outcome);

  it('is in force when the command ends, recorded with who and why, and 2 s after it was recorded', async () => {
    const id = await proposing();
    const outcome = await move(id, 'vote', '大家都准备好了');
    const found = await read(id);
    expect(stageAt(found, world.now())).to.equal('vote');
    expect(found.moves).to.have.length(1);
    expect(found.moves[0]).to.include({ kind: 'move', stage: 'vote', by: 'Li', reason: '大家都准备好了' });
    expect(found.moves[0]).to.deep.equal('moved' in outcome && outcome.moved);
    expect(Number(found.moves[0]?.from) - Number(found.moves[0]?.at)).to.equal(2_000);
  });

  it('ends a vote early only with a reason', async () => {
    const id = await voting();
    expect(refused(await move(id, 'implement'))).to.equal('noReason');
    expect((await read(id)).moves).to.deep.equal([]);
    expect(await move(id, 'implement', '社区要改造')).to.have.property('moved');
    expect(stageAt(await read(id), world.now())).to.equal('implement');
    expect(refused(await move(await proposing(), 'implement')), 'passed over').to.equal('noReason');
  });

  it('goes back before a ballot is cast, and never after, not even during the two seconds', async () => {
    const [free, taken, meanwhile] = [await voting(), await voting(), await voting()];
    await cast(taken);
    const [back, moving] = [move(free, 'propose'), move(meanwhile, 'propose')];
    while ((await read(meanwhile)).moves.length === 0) await sleep(5); // from here it takes the product two seconds
    await cast(meanwhile);
    expect(refused(await move(taken, 'propose'))).to.equal('backwards');
    expect(await back).to.have.property('moved');
    expect(refused(await moving)).to.equal('backwards');
    expect((await read(meanwhile)).moves).to.deep.equal([]);
    expect(stageAt(await read(meanwhile), world.now())).to.equal('vote');
  });

  it('opens no vote again that has closed, though nobody voted', async () => {
    const id = await cycle(['vote', -9], ['implement', -1], ['closed', 9]);
    await cast(id, { sealed: true });
    expect(refused(await move(id, 'vote'))).to.equal('backwards');
  });

  it('opens no vote that nothing would close', async () => {
    const id = await cycle(['propose', -9], ['publish', -1]);
    expect(refused(await move(id, 'vote'))).to.equal('noClose');
  });

  it('refuses the stage it is at, and a cycle there is not', async () => {
    expect(refused(await move(await voting(), 'vote'))).to.equal('already');
    expect(refused(await move('no-such', 'vote'))).to.equal('noSubject');
  });

  it('lets one of two who change it at once', async () => {
    const id = await proposing();
    const outcomes = await Promise.all([move(id, 'publish'), move(id, 'deliberate')]);
    expect(outcomes.filter((outcome) => 'moved' in outcome)).to.have.length(1);
    expect((await read(id)).moves).to.have.length(1);
  });

  it('closes later when extended, and never earlier', async () => {
    const id = await voting();
    const close = voteOf(await read(id), world.now())?.to ?? new Date(0);
    expect(refused(await extend(id, close))).to.equal('earlier');
    expect(refused(await extend(id, new Date(close.getTime() - 1)))).to.equal('earlier');
    const to = new Date(close.getTime() + HOUR_MS);
    expect(await extend(id, to)).to.have.property('extended');
    expect(voteOf(await read(id), world.now())?.to).to.deep.equal(to);
    expect(periods(await read(id), world.now()).map(({ stage }) => stage)).to.deep.equal(['propose', 'vote', 'implement', 'closed']);
    expect((await read(id)).moves[0]).to.include({ kind: 'extend', by: 'Li', reason: '下雨' });
  });

  it('puts off until when slips are keyed, 72 hours after the close at most, with the close and after it, not after it has passed or the seal', async () => {
    const id = await voting();
    const slips = (to: Date) => extendCycle(world)({ id, what: 'slips', to, actor: operator('Li'), reason: '还没录完' });
    const close = voteOf(await read(id), world.now())?.to ?? new Date(0);
    const until = async () => ((slipsClose(await read(id), world.now())?.getTime() ?? 0) - close.getTime()) / HOUR_MS;
    expect(refused(await slips(close))).to.equal('earlier');
    expect(refused(await slips(new Date(close.getTime() + 72 * HOUR_MS + 1)))).to.equal('tooLong');
    expect(await slips(new Date(close.getTime() + 16 * HOUR_MS))).to.have.property('extended');
    expect(await until()).to.equal(16);
    expect(voteOf(await read(id), world.now())?.to, 'the close stays').to.deep.equal(close);
    await extend(id, new Date(close.getTime() + 2 * HOUR_MS));
    expect(await until(), 'as long after the close as before').to.equal(18);
    await changeCycle(world, id, { $set: { sealedAt: world.now() } });
    expect(refused(await slips(new Date(close.getTime() + 40 * HOUR_MS)))).to.equal('passed');
  });

  it('is not extended once it has closed, nor without a vote', async () => {
    const over = await cycle(['vote', -9], ['implement', -1]);
    const closing = await cycle(['vote', -9], ['implement', 1 / 3600]);
    const far = new Date(world.now().getTime() + 99 * HOUR_MS);
    expect(refused(await extend(over, far))).to.equal('passed');
    expect(refused(await extend(closing, far))).to.equal('passed');
    expect(refused(await extend(await cycle(['propose', -9]), far))).to.equal('noVote');
    expect(refused(await extend('no-such', far))).to.equal('noSubject');
  });
});
