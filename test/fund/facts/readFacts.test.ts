import { expect } from 'chai';
import { sealDue, voidBallot } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import type { FactWanted } from '../../../src/fund/facts/index.ts';
import { readFacts } from '../../../src/fund/facts/readFacts.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import { town } from '../../support/town.ts';
import { CLOSES, castFor, heldWorld, OPENS, SECOND, village } from '../ballots/ledger/village.ts';

const ALL: readonly FactWanted[] = ['person', 'turnout', 'winners', 'lastYear'];
const STRANGER = '+8613900000009';

describe('readFacts', () => {
  const database = useDatabase('readFacts');

  it('tells how many have voted, to anybody, and before the seal nothing by project', async () => {
    const world = heldWorld(database.world);
    const { act } = await village(world, 3);
    const read = (at: Date) => readFacts({ ...world }, { wants: ALL }, act(STRANGER, { at }));
    expect(await read(new Date(OPENS.getTime() - 1))).to.not.have.property('turnout');
    await castFor(world, act(0), 3);
    await castFor(world, act(0), 1);
    await castFor(world, act(1), 3);
    for (const at of [world.at, CLOSES]) {
      const facts = await read(at);
      expect(facts.turnout).to.deep.equal({ voters: 2, residents: 3 });
      expect(facts.cycle).to.not.have.property('winners');
      expect(JSON.stringify(facts)).to.not.match(/votes|picks|tall|ballots|channel/i);
    }
    world.at = new Date(CLOSES.getTime() + 10 * SECOND);
    await sealDue(world)();
    const sealed = await read(world.at);
    expect(sealed.turnout).to.deep.equal({ voters: 2, residents: 3 });
    expect(sealed.cycle?.winners).to.be.an('array').and.not.to.be.empty;
    expect((await readFacts(world, { wants: ['turnout'] }, act(STRANGER, { at: world.at }))).cycle).to.not.have.property('winners');
  });

  it('tells of a ballot that it counts, to its voter alone, and never what it says', async () => {
    const world = heldWorld(database.world);
    const { act } = await village(world, 2);
    const person = async (from: string | number = 0) => (await readFacts(world, { wants: ['person'] }, act(from, { resident: undefined }))).person;
    expect(await person()).to.deep.equal({ isKnown: true, needsNoCard: true, hasVoted: false });
    await castFor(world, act(0), 3);
    expect(await person()).to.deep.equal({ isKnown: true, needsNoCard: true, hasVoted: true });
    expect((await person(1))?.hasVoted).to.equal(false);
    expect(await person(STRANGER)).to.deep.equal({ isKnown: false, needsNoCard: false, hasVoted: false });
    await voidBallot(world, undefined, act(0), undefined, async () => undefined);
    expect(await person()).to.deep.equal({ isKnown: true, needsNoCard: false, hasVoted: false });
  });

  it('says nothing of a ballot on a phone that several share', async () => {
    const here = await town(database.world);
    for (const id of ['1', '2']) await here.person(id, { phone: '+8613800000001' });
    const { person } = await readFacts(database.world, { wants: ['person'] }, here.act('+8613800000001'));
    expect(person).to.deep.equal({ isKnown: true, needsNoCard: false, hasVoted: false });
  });

  it('tells what the files say of projects and money, and nothing that they leave out', async () => {
    const { world } = database;
    const projects = [
      { number: 3, title: '社区花园', cost: 60_000, place: '三号院后面', due: '2027-06' },
      { number: 7, title: '修路灯', short: '路灯', cost: 48_000, detail: '八盏灯' },
    ];
    const about = { money: '保障资金', answers: [{ asks: ['几点收垃圾', '垃圾什么时候收'], says: '早7点' }] };
    const here = await town(world, { community: { about, verify: 'phone' }, cycle: { projects } });
    const read = (ownAnswer?: number) => readFacts(world, { wants: [], ...(ownAnswer !== undefined && { ownAnswer }) }, here.act(STRANGER));
    const { callback } = (await collection(Community).findOne({ _id: here.community })) ?? {};
    const { cycle, ...facts } = await read();
    expect(facts).to.deep.equal({ takesCards: false, callsBack: callback, isPublic: true, money: '保障资金' });
    expect(cycle?.projects).to.deep.equal([
      { number: 3, label: '社区花园', cost: 60_000, place: '三号院后面', due: '2027-06' },
      { number: 7, label: '路灯', cost: 48_000, place: '八盏灯' },
    ]);
    expect([cycle?.vote?.when, cycle?.min, cycle?.max, cycle?.budget]).to.deep.equal(['before', 1, 2, 300_000]);
    expect([(await read(0)).answer, (await read(1)).answer]).to.deep.equal(['早7点', undefined]);
  });

  it('tells what was chosen in the cycle before, if there was one', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 1);
    const read = () => readFacts({ ...world }, { wants: ['lastYear'] }, act(0, { at: world.at }));
    expect(await read()).to.not.have.property('lastYear');
    await castFor(world, act(0), 3);
    world.at = new Date(CLOSES.getTime() + 10 * SECOND);
    await sealDue(world)();
    expect(await read()).to.not.have.property('lastYear');
    const before = await collection(Cycle).findOne({ _id: cycle });
    if (!before) throw new Error('no cycle');
    const { frozen: _, lot: __, sealedAt: ___, pseudonymKey: ____, ...next } = before;
    world.at = new Date(CLOSES.getTime() + 100 * DAY_MS);
    await collection(Cycle).insertOne({ ...next, _id: `${cycle}-next`, stages: [{ stage: 'announce', from: new Date(world.at.getTime() - 1) }] });
    const { lastYear } = await read();
    expect([lastYear?.title, lastYear?.winners.map(({ number }) => number).includes(3)]).to.deep.equal([before.title, true]);
  });
});
