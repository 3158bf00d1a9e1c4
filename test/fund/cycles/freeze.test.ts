import { expect } from 'chai';
import { mongo } from 'mongoose';
import { cycleKeys } from '../../../src/fund/ballots/ledger/entry.ts';
import { sealDue } from '../../../src/fund/ballots/ledger/sealDue.ts';
import { Cycle, currentCycle, cycleById, freeze, voteOf } from '../../../src/fund/cycles/index.ts';
import { Resident } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { sha256 } from '../../../src/store/vault.ts';
import { codeOf } from '../../support/codeOf.ts';
import { useDatabase } from '../../support/database.ts';
import { changeCycle } from '../../support/town.ts';
import { heldWorld, OPENS, SECOND, village } from '../ballots/ledger/village.ts';

describe('freezing a ballot', () => {
  const database = useDatabase('freeze');

  it('happens once, whoever tries at once: one ballot, one lot, one key', async () => {
    const world = heldWorld(database.world);
    const { community, cycle, residents } = await village(world, 3);
    await collection(Resident).updateOne({ _id: residents[2] ?? '' }, { $set: { erasedAt: OPENS } });
    const processes = Array.from({ length: 6 }, () => ({ ...world }));
    const frozen = await Promise.all(processes.map((process, n) => (n % 2 ? freeze(process, cycle) : currentCycle(process)(community, world.at))));
    expect(
      new Set(frozen.map((found) => JSON.stringify([found?.frozen, found?.lot, found && cycleKeys(world)(found)?.voter('somebody')]))),
    ).to.have.length(1);
    const [first] = frozen;
    expect(first?.frozen).to.deep.include({ residents: 2, timezone: 'Asia/Shanghai', day: '2026-12-01' });
    expect(first?.lot).to.have.members([1, 2, 3, 7]);
    expect(first?.frozen?.hash).to.equal(sha256(first?.frozen?.ballot ?? ''));
    expect(JSON.parse(first?.frozen?.ballot ?? '')).to.deep.equal({
      cycle,
      title: '2027年社区保障资金',
      budget: 100_000,
      currency: 'CNY',
      rule: 'greedy',
      threshold: 0,
      choices: { min: 1, max: 3 },
      projects: [
        { number: 1, title: '修路灯', short: '路灯', category: '基础设施', cost: 48_000 },
        { number: 2, title: '健身角', cost: 30_000 },
        { number: 3, title: '三号院后面那块空地改成社区花园', cost: 60_000 },
        { number: 7, title: '楼道扶手', cost: 25_000, detail: '一到五栋', place: '一栋', due: '2027-06' },
      ],
      lot: first?.lot,
    });
  });

  it('waits for the opening, keeps a lot that was given, and hides no day in a community of 500', async () => {
    const world = heldWorld(database.world, new Date(OPENS.getTime() - 1));
    const { community, cycle } = await village(world, 500, { cycle: { lot: [7, 3, 2, 1] } });
    expect(await currentCycle(world)(community, world.at)).to.not.have.property('frozen');
    expect(await cycleById(world)(cycle)).to.not.have.property('frozen');
    world.at = new Date(OPENS.getTime() + SECOND);
    const open = await cycleById(world)(cycle);
    expect(open).to.deep.include({ lot: [7, 3, 2, 1] });
    expect(open?.frozen).to.include({ residents: 500 }).and.to.not.have.property('day');
  });

  it('leaves alone a vote that was held back seconds before it was to open, though its calendar was read before', async () => {
    const world = heldWorld(database.world, new Date(OPENS.getTime() - 4 * SECOND));
    const { cycle } = await village(world, 1);
    const look = sealDue(world);
    await look();
    await changeCycle(world, cycle, { $set: { holds: [{ from: new Date(0) }] } });
    world.at = new Date(OPENS.getTime() + SECOND / 2);
    await look();
    expect(await collection(Cycle).findOne({ _id: cycle })).to.not.have.property('frozen');
    await changeCycle(world, cycle, { $set: { holds: [{ from: new Date(0), to: world.at }] } });
    world.at = new Date(OPENS.getTime() + 10 * SECOND);
    await look();
    expect(await collection(Cycle).findOne({ _id: cycle })).to.have.property('frozen');
  });

  it('freezes what the record says at that moment: an import in between is not lost and not half taken', async () => {
    const world = heldWorld(database.world);
    const { cycle } = await village(world, 1);
    const prototype = mongo.Collection.prototype;
    const { countDocuments } = prototype;
    prototype.countDocuments = async function (...args) {
      prototype.countDocuments = countDocuments;
      await collection(Cycle).updateOne({ _id: cycle, frozen: { $exists: false } }, { $set: { budget: 1 } });
      return countDocuments.apply(this, args);
    };
    const frozen = await freeze(world, cycle);
    expect(frozen.budget).to.equal(1);
    expect(JSON.parse(frozen.frozen.ballot)).to.include({ budget: 1 });
  });

  it('rejects for a cycle that is not there', async () => {
    expect(await codeOf(freeze(heldWorld(database.world), 'nothing'))).to.equal('unknown-cycle');
    expect(await cycleById(heldWorld(database.world))('nothing')).to.equal(null);
    expect(await currentCycle(heldWorld(database.world))('nowhere', OPENS)).to.equal(null);
  });

  it('is of the newest cycle whose first stage has begun, unless another one’s vote is open', async () => {
    const world = heldWorld(database.world);
    const { community, cycle } = await village(world, 1);
    const record = await collection(Cycle).findOne({ _id: cycle });
    if (!record) throw new Error('no cycle');
    const { to: close } = voteOf(record, world.at) ?? { to: world.at };
    const later = (days: number) => [{ stage: 'announce' as const, from: new Date(world.at.getTime() + days * 86_400_000) }];
    await collection(Cycle).insertMany([
      { ...record, _id: `${community}-2028`, stages: later(1) },
      { ...record, _id: `${community}-2026`, stages: later(-300) },
    ]);
    expect(await currentCycle({ ...world })(community, world.at)).to.include({ _id: cycle });
    expect(await currentCycle({ ...world })(community, new Date(close.getTime() - 1))).to.include({ _id: cycle });
    expect(await currentCycle({ ...world })(community, close)).to.include({ _id: `${community}-2028` });
  });
});
