import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { mongo } from 'mongoose';
import { cast, castBallot } from '../../../../src/fund/ballots/cast/cast.ts';
import { openBallot } from '../../../../src/fund/ballots/cast/openBallot.ts';
import { BY_PLACE, decryptSecret, Entry, placesOf } from '../../../../src/fund/ballots/ledger/entry.ts';
import { ledgerRoom } from '../../../../src/fund/ballots/ledger/knownLedgers.ts';
import { ledgerBatches } from '../../../../src/fund/ballots/ledger/ledger.ts';
import { renewVoterCounts, turnout } from '../../../../src/fund/ballots/ledger/results.ts';
import { sealDue } from '../../../../src/fund/ballots/ledger/sealDue.ts';
import { Cycle, type Stage } from '../../../../src/fund/cycles/index.ts';
import { collection } from '../../../../src/store/collection.ts';
import type { World } from '../../../../src/store/world.ts';
import { built } from '../../../support/built.ts';
import { codeOf } from '../../../support/codeOf.ts';
import { useDatabase } from '../../../support/database.ts';
import { plansOf } from '../../../support/plans.ts';
import { changeCycle } from '../../../support/town.ts';
import { callsOf } from './callsOf.ts';
import { chainOf } from './chainOf.ts';
import { insertsFail } from './insertsFail.ts';
import { CLOSES, castFor, DAY, DURING, entriesOf, heldWorld, SECOND, village } from './village.ts';

describe('the ledger', () => {
  const database = useDatabase('ledger');

  it('is one whole chain, with every receipt in it once, whoever casts at once in however many processes', async () => {
    const turns = fc.array(
      fc.record({ process: fc.nat(2), village: fc.nat(2), voter: fc.nat(3), delivery: fc.nat(30), pick: fc.constantFrom(1, 2, 3, 7) }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(turns, async (all) => {
        const world = heldWorld(database.world);
        const processes = [world, { ...world }, { ...world }];
        for (const [process, entries] of [2, 0].entries()) ledgerRoom(processes[process + 1] ?? world).megabytes = (entries * 110) / 2 ** 20;
        const villages = [await village(world, 4), await village(world, 4), await village(world, 4)];
        const casts = all.map(({ process, village, voter, delivery, pick }) => {
          const place = villages[village] ?? expect.fail();
          const key = `${place.cycle} ${delivery}`;
          return castFor(processes[process] ?? world, place.act(voter, { key }), pick).then((receipt) => ({ key, cycle: place.cycle, receipt }));
        });
        const receipts = await Promise.all(casts);
        for (const { cycle } of villages) {
          const mine = receipts.filter((receipt) => receipt.cycle === cycle);
          const entries = mine.length > 0 ? await chainOf(world, cycle) : await entriesOf(cycle);
          expect(entries.map(({ receipt }) => receipt)).to.have.members([...new Set(mine.map(({ receipt }) => receipt))]);
          expect(new Set(mine.map(({ key, receipt }) => `${key} ${receipt}`))).to.have.length(entries.length);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is one whole chain when real processes cast into it, one of them killed', async () => {
    const world = { ...database.world, now: () => new Date('2026-12-05T04:00:00Z') };
    const { community, cycle, residents } = await village(world, 30);
    const program = await built('test/fund/ballots/ledger/casting.ts');
    const children = [0, 1, 2].map((n) => fork(program, [database.uri(), community, String(n), ...residents], { execArgv: [] }));
    const acknowledged: string[] = [];
    for (const child of children) child.on('message', (receipt) => acknowledged.push(String(receipt)));
    const ends = children.map((child) => once(child, 'exit'));
    while (acknowledged.length < 60) await new Promise((resolve) => setTimeout(resolve, 5));
    children[0]?.kill('SIGKILL');
    await Promise.all(ends);
    const entries = await chainOf(world, cycle);
    expect(entries.map(({ receipt }) => receipt)).to.include.members(acknowledged);
    expect(acknowledged.length).to.be.at.least(400);
    expect(new Set(entries.flatMap(({ voter }) => voter ?? []))).to.have.length(30);
  });

  it('takes what was received in the last moment before the close, is sealed 10 s after it, and takes nothing more', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 3);
    const inTime = act(0, { at: new Date(CLOSES.getTime() - 1) });
    world.at = new Date(CLOSES.getTime() + 10 * SECOND - 1);
    expect(await sealDue(world)()).to.not.include(cycle);
    await castFor(world, inTime, 1);
    world.at = new Date(CLOSES.getTime() + 10 * SECOND);
    const [cast, ...sealed] = await Promise.all([
      castFor({ ...world }, act(1, { at: inTime.at }), 2).catch(String),
      sealDue(world)(),
      sealDue({ ...world })(),
    ]);
    expect(sealed.flat().filter((id) => id === cycle)).to.deep.equal([cycle]);
    const late = { refused: { reason: 'late', closedAt: CLOSES.toISOString() } };
    for (const process of [world, { ...world }]) expect(await castBallot(process, { picks: [1] }, act(2, { at: inTime.at }))).to.deep.equal(late);
    const entries = await chainOf(world, cycle);
    expect(entries.at(-1)).to.include({ sealed: true });
    expect(entries.filter((entry) => entry.sealed)).to.have.length(1);
    expect(entries).to.have.length(cast.includes('late') ? 2 : 3);
    expect(await collection(Cycle).findOne({ _id: cycle }))
      .to.have.property('sealedAt')
      .that.deep.equals(world.at);
  });

  it('is not sealed by a clock that runs fast: the machine’s and the database’s have to agree, and then it is', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 1);
    let agrees = false;
    const unsure = { ...world, clockAgrees: () => agrees };
    const seal = sealDue(unsure);
    world.at = new Date(CLOSES.getTime() + 40 * DAY);
    expect(await codeOf(seal(world.at))).to.equal('AggregateError');
    expect(await collection(Cycle).findOne({ _id: cycle })).to.not.have.property('sealedAt');
    world.at = DURING;
    await castFor(world, act(0), 1);
    agrees = true;
    expect(await seal(new Date(CLOSES.getTime() + 10 * SECOND))).to.include(cycle);
    expect((await entriesOf(cycle)).map(({ sealed }) => sealed ?? false)).to.deep.equal([false, true]);
    for (const sure of [false, true]) {
      agrees = sure;
      await seal(new Date(CLOSES.getTime() + 40 * DAY));
      expect((await collection(Cycle).findOne({ _id: cycle }))?.pseudonymKey === undefined, 'the key is gone').to.equal(sure);
    }
  });

  it('takes a ballot of one resident over two numbers and two processes as two entries, of which the last counts', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 1);
    await Promise.all([castFor(world, act(0), 1), castFor({ ...world }, act(0, { address: 'another phone' }), 2)]);
    const [first, last] = await chainOf(world, cycle);
    expect(first?.voter).to.be.a('string').that.equals(last?.voter);
  });

  it('gives the stored receipt of what another process cast, though this one knows nothing of it and would refuse it by now', async () => {
    const world = heldWorld(database.world);
    const other = { ...world };
    const { act } = await village(world, 2);
    await castFor(world, act(0), 1);
    const mine = act(1);
    const receipt = await castFor(other, mine, 2);
    expect(await castBallot(world, { picks: [2] }, { ...mine, at: CLOSES })).to.include({ receipt });
  });

  it('records nothing while nobody can say who has cast, and knows it again afterwards', async () => {
    const world = heldWorld(database.world);
    const { act } = await village(world, 1);
    await castFor(world, act(0), 1);
    const late = { ...world };
    const { command } = mongo.Db.prototype;
    mongo.Db.prototype.command = async function (asked, options) {
      if (asked.find === 'entries') throw new mongo.MongoNetworkTimeoutError('connection timed out');
      return command.call(this, asked, options);
    };
    expect(await castFor(late, act(0), 2).then(String, ({ message }) => message)).to.include('timed out');
    mongo.Db.prototype.command = command;
    expect(await castBallot(late, { picks: [3] }, act(0))).to.include({ changed: true });
  });

  it('costs the same when it is full, for a process that knows nothing of it: a vote, another one, and the count of voters', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 3);
    await castFor(world, act(0), 1);
    await fill(cycle, 3_000);
    await renewVoterCounts(world, DURING);
    const late = { ...world };
    let voters = 0;
    const planned = await plansOf(async () => {
      const casts = [castBallot(late, { picks: [1] }, act(1)), castBallot(late, { picks: [2] }, act(0))];
      expect((await Promise.all(casts)).map((one) => 'changed' in one && one.changed)).to.deep.equal([false, true]);
      expect(await castBallot(late, { picks: [3] }, act(1))).to.include({ changed: true });
      ({ voters } = await turnout(late)(cycle));
    });
    expect(voters).to.equal(3_002);
    const asked = planned.filter((one) => one.asked.includes('.entries"'));
    expect(asked).to.have.length.above(3);
    expect(asked.filter(({ examined, plan }) => examined > 10 || plan.includes('COLLSCAN'))).to.deep.equal([]);
  });

  it('says of a write of which nobody knows what can be read back, and goes on from there', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 7);
    await castFor(world, act(0), 1);
    const written = await insertsFail('after writing', () => Promise.all([castFor(world, act(1), 1), castFor(world, act(2), 1)]));
    expect((await chainOf(world, cycle)).map(({ receipt }) => receipt)).to.include.members(written);
    const [lost] = await insertsFail('once, after writing', () => Promise.all([castFor(world, act(6), 3)]));
    expect((await chainOf(world, cycle)).filter(({ receipt }) => receipt === lost)).to.have.length(1);
    const mine = act(3);
    expect(await insertsFail('before writing', () => codeOf(castFor(world, mine, 1)))).to.equal('not-known');
    const other = act(4);
    expect(
      await insertsFail('half way, and reading back too', () => Promise.all([codeOf(castFor(world, other, 2)), codeOf(castFor(world, act(5), 2))])),
    ).to.deep.equal(['not-known', 'not-known']);
    const again = await Promise.all([castFor(world, mine, 1), castFor(world, other, 2)]);
    const entries = await chainOf(world, cycle);
    expect(entries).to.have.length(6);
    expect(entries.map(({ receipt }) => receipt)).to.include.members(again);
  });

  it('is not sealed while its vote was taken back before anybody voted, and takes ballots once it is opened again', async () => {
    const world = heldWorld(database.world);
    const { act, cycle, community } = await village(world, 1);
    const move = (stage: Stage) => changeCycle(world, cycle, { $push: { moves: { kind: 'move', stage, from: world.at, by: 'Li', at: world.at } } });
    await sealDue(world)();
    await move('announce');
    world.at = new Date(world.at.getTime() + 60 * SECOND);
    expect(await sealDue(world)()).to.deep.equal([]);
    expect(await openBallot(world, {}, { community, at: world.at })).to.deep.equal({ none: true });
    await move('vote');
    world.at = new Date(world.at.getTime() + 60 * SECOND);
    await castFor(world, { ...act(0), at: world.at }, 1);
    expect(await entriesOf(cycle)).to.have.length(1);
  });

  it('asks for everything by an index', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 1);
    const receipt = await castFor(world, act(0), 1);
    const [entry] = await entriesOf(cycle);
    const { key, voter } = entry ?? expect.fail();
    const within = { '_id.cycle': { $in: [cycle] } };
    const queries = [
      {
        $or: [
          { ...within, key: { $in: [key] } },
          { ...within, voter: { $in: [voter] } },
        ],
      },
      { ...within, voter: { $in: [voter] } },
      { ...within, receipt },
      placesOf(cycle),
      { ...within, key: { $in: [key] } },
    ];
    for (const query of queries) {
      const plan = JSON.stringify((await collection(Entry).find(query).explain()).queryPlanner.winningPlan);
      expect(plan).to.include('IXSCAN').and.not.include('COLLSCAN');
    }
    const head = await collection(Entry).findOne(placesOf(cycle), { sort: { _id: -1 }, hint: BY_PLACE, explain: true });
    expect(JSON.stringify(head)).to.include('IXSCAN').and.not.include('SORT');
  });

  it('sends one look at the roster and one insert for all that waits, over many ledgers, and one at who has cast if memory does not know it', async () => {
    const world = heldWorld(database.world);
    const villages = await Promise.all(Array.from({ length: 20 }, () => village(world, 2)));
    await Promise.all(villages.map(({ act }) => castFor(world, act(0), 1)));
    const again = (process: World, picks: number) => callsOf(() => Promise.all(villages.map(({ act }) => castFor(process, act(1), picks))));
    expect(await again(world, 2)).to.deep.equal(['find', 'insert']);
    const without = { ...world };
    ledgerRoom(without).megabytes = 0;
    await again(without, 3);
    expect((await again(without, 7)).toSorted()).to.deep.equal(['find', 'find', 'insert']);
    for (const { cycle } of villages)
      expect((await chainOf(world, cycle)).map((entry) => decryptSecret(world.vault, entry).picks)).to.deep.equal([[1], [2], [3], [7]]);
  });

  it('lets turns go before slips that wait with them, few slips with each turn, and a slip in though there is always a turn that waits', async () => {
    const world = heldWorld(database.world);
    const { act, cycle, community, residents } = await village(world, 100);
    const slip = (voter: number) => {
      const paper = { key: `slip ${voter}`, service: 'castSlip', community, channel: 'paper', withCard: true, picks: [2] } as const;
      return cast(world)({ ...paper, at: DURING, resident: residents[voter] ?? '', beginWrite: () => undefined });
    };
    await castFor(world, act(0), 1);
    await Promise.all([castFor(world, act(1), 3), slip(98), castFor(world, act(2), 7)]);
    expect((await chainOf(world, cycle)).map((entry) => decryptSecret(world.vault, entry).picks)).to.deep.equal([[1], [3], [7], [2]]);

    const inserts: unknown[] = [];
    const noted = (entries: unknown) => void inserts.push(entries);
    ledgerBatches.subscribe(noted);
    await Promise.all([castFor(world, act(3), 3), ...Array.from({ length: 25 }, (_, n) => slip(70 + n)), castFor(world, act(4), 3)]);
    ledgerBatches.unsubscribe(noted);
    expect(inserts[0], 'two turns, and not all of the slips').to.be.within(2, 10);
    expect(await chainOf(world, cycle)).to.have.length(31);

    let isIn = false;
    const turns: Promise<string>[] = [];
    const coming = (async () => {
      for (; !isIn; await sleep(1)) turns.push(castFor(world, act(turns.length % 90), 1)); // one comes while those before are written
    })();
    expect(await slip(99)).to.include.keys('receipt');
    isIn = true;
    await coming;
    await Promise.all(turns);
  });

  /** Appends ballots of as many others, which are there in the indexes alone: nothing in them can be opened. */
  async function fill(cycle: string, count: number): Promise<void> {
    const [last] = (await entriesOf(cycle)).slice(-1);
    const { _id, ...like } = last ?? expect.fail();
    const random = () => randomBytes(32).toString('hex');
    const others = Array.from({ length: count }, (_, n) => ({
      ...{ ...like, _id: { cycle, seq: _id.seq + 1 + n }, receipt: random().slice(0, 10) },
      ...{ key: random(), voter: random(), hash: random() },
    }));
    await collection(Entry).insertMany(others);
  }
});
