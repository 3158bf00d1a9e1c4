import { expect } from 'chai';
import { wholeDay } from '../../../../src/contacts/addressBook.ts';
import { openBallot } from '../../../../src/fund/ballots/cast/openBallot.ts';
import { ballotByKey, checkReceipt } from '../../../../src/fund/ballots/cast/ownBallot.ts';
import { voidBallot } from '../../../../src/fund/ballots/cast/voidBallot.ts';
import { cycleKeys, Entry } from '../../../../src/fund/ballots/ledger/entry.ts';
import { ledgerOf, receiptByCode } from '../../../../src/fund/ballots/ledger/ledgerOf.ts';
import { publishedFiles } from '../../../../src/fund/ballots/ledger/publishedFiles.ts';
import { results, turnout } from '../../../../src/fund/ballots/ledger/results.ts';
import { sealDue } from '../../../../src/fund/ballots/ledger/sealDue.ts';
import { Community } from '../../../../src/fund/communities/index.ts';
import { Cycle } from '../../../../src/fund/cycles/index.ts';
import { Resident } from '../../../../src/fund/people/index.ts';
import { eraseMe } from '../../../../src/fund/roster/eraseResident.ts';
import { collection } from '../../../../src/store/collection.ts';
import type { World } from '../../../../src/store/world.ts';
import { codeOf } from '../../../support/codeOf.ts';
import { useDatabase } from '../../../support/database.ts';
import { forget } from '../../../support/forget.ts';
import { CLOSES, castFor, DAY, DURING, entriesOf, type HeldWorld, heldWorld, OPENS, SECOND, village } from './village.ts';

const SEALED = new Date(CLOSES.getTime() + 10 * SECOND);
const sinceClose = (milliseconds: number) => new Date(CLOSES.getTime() + milliseconds);

describe('what leaves the ledger', () => {
  const database = useDatabase('published');

  it('is no count by project and no number of ballots before the seal; then both', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 4);
    await castFor(world, act(0), 1);
    await castFor(world, act(0), 2, 3);
    await castFor(world, act(1), 3);
    for (const at of [DURING, CLOSES, sinceClose(10 * SECOND - 1)]) {
      world.at = at;
      await sealDue(world)();
      expect(await codeOf(results({ ...world }, cycle))).to.equal('not-closed');
      expect(await codeOf(ballotsOf({ ...world })(cycle))).to.equal('not-closed');
      expect(await turnout({ ...world })(cycle)).to.deep.equal({ residents: 4, voters: 2, ballots: null });
      expect(await openBallot(world, {}, act(0))).to.not.have.nested.property('over.winners');
    }
    world.at = SEALED;
    await sealDue(world)();
    const seal = (await entriesOf(cycle)).at(-1);
    const lot = (await collection(Cycle).findOne({ _id: cycle }))?.lot;
    const tallies = [1, 2, 3, 7].map((number) => ({ number, votes: { 2: 1, 3: 2 }[number] ?? 0 }));
    const outcome = await results(world, cycle);
    const { winners, spent, ...rest } = outcome;
    expect(rest).to.deep.equal({
      cycle,
      rule: 'greedy',
      budget: 100_000,
      turnout: { residents: 4, voters: 2, byChannel: { sms: 2 } },
      tallies,
      lot,
      head: seal?.hash,
    });
    expect([winners, spent]).to.deep.equal([[3, 2], 90_000]);
    expect(await turnout(world)(cycle)).to.deep.equal({ residents: 4, voters: 2, ballots: 3, byChannel: { sms: 2 } });
    expect(await openBallot({ ...world }, {}, act(0))).to.deep.equal({
      over: {
        closedAt: CLOSES.toISOString(),
        winners: [
          { number: 2, label: '健身角', cost: 30_000 },
          { number: 3, label: '三号院后面那块空地改成…', cost: 60_000 },
        ],
      },
    });
  });

  it('is the counted ballots in an order of no meaning, the same each time, and for supervisors only where the community says so', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 12);
    const secret = await village(world, 1, { community: { ballots: 'supervisors' } });
    for (let n = 0; n < 12; n++) await castFor(world, act(n), ...([[1], [2], [3], [7]][Math.floor(n / 3)] ?? []));
    world.at = SEALED;
    await sealDue(world)();
    const [ballots, again] = [await ballotsOf(world)(cycle), await ballotsOf({ ...world })(cycle)];
    expect(ballots).to.deep.equal(again);
    expect(ballots.flat().toSorted()).to.deep.equal([1, 1, 1, 2, 2, 2, 3, 3, 3, 7, 7, 7]);
    expect(ballots.flat()).to.not.deep.equal([1, 1, 1, 2, 2, 2, 3, 3, 3, 7, 7, 7]);
    expect(await codeOf(ballotsOf(world)(secret.cycle))).to.equal('supervisors-only');
    for (const ask of [() => results(world, 'nothing'), () => ballotsOf(world)('nothing'), () => turnout(world)('nothing')])
      expect(await codeOf(ask())).to.equal('unknown-cycle');
  });

  it('counts voters on from the count before, as the whole ledger does', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 6);
    const steps = [
      () => castFor(world, act(0), 1),
      () => Promise.all([castFor(world, act(1), 2), castFor(world, act(2), 1)]),
      () => castFor(world, act(1), 3),
      () => voidBallot(world, undefined, act(1)),
      () => castFor(world, act(3), 7),
      () => castFor(world, act(1), 1, 2),
    ];
    const counts: number[] = [];
    for (const step of steps) {
      await step();
      world.at = new Date(world.at.getTime() + 6 * SECOND);
      const [on, anew] = [await turnout(world)(cycle), await turnout({ ...world })(cycle)];
      expect(on).to.deep.equal(anew);
      counts.push(on.voters);
    }
    expect(counts).to.deep.equal([1, 3, 3, 2, 3, 4]);
  });

  it('is of the ledger the days that are over, all of it after the close, and nothing before it with fewer than 500 residents', async () => {
    const world = heldWorld(database.world);
    const large = await village(world, 500);
    const small = await village(world, 499);
    for (const day of [0, 1, 1]) {
      const at = new Date(DURING.getTime() + day * DAY);
      await castFor(world, large.act(0, { at }), 1);
      await castFor(world, small.act(0, { at }), 1);
    }
    const midnight = new Date('2026-12-05T16:00:00Z');
    expect(await seqs(world, large.cycle, new Date(midnight.getTime() - 1))).to.deep.equal([]);
    expect(await seqs(world, large.cycle, midnight)).to.deep.equal([1]);
    expect(await seqs(world, large.cycle, new Date(midnight.getTime() + DAY))).to.deep.equal([1, 2, 3]);
    expect(await seqs(world, large.cycle, new Date(midnight.getTime() + DAY), 2)).to.deep.equal([3]);
    expect(await seqs(world, small.cycle, sinceClose(-1))).to.deep.equal([]);
    expect(await seqs(world, small.cycle, CLOSES)).to.deep.equal([1, 2, 3]);
    world.at = SEALED;
    await sealDue(world)();
    expect(await seqs(world, small.cycle, SEALED)).to.deep.equal([1, 2, 3, 4]);
    expect(new Set((await entriesOf(small.cycle)).map(({ at }) => at))).to.deep.equal(new Set(['2026-12-01']));
    expect((await entriesOf(large.cycle)).at(-1)?.at).to.equal('2026-12-15');
  });

  it('is of a receipt where its ballot lies, never what it says nor whether another replaced it', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 1);
    const first = act(0);
    const [one, two] = [await castFor(world, first, 1, 7), await castFor(world, act(0), 2)];
    for (const receipt of [one, two, `${one.slice(0, 3)} ${one.slice(3, 6)} ${one.slice(6)}`])
      expect(await receiptByCode(world, receipt)).to.deep.equal({ cycle, at: '2026-12-01' });
    expect(await receiptByCode(world, '0000000000')).to.equal(null);
    expect(await checkReceipt(world, undefined, act(0))).to.deep.equal({ receipt: two, at: '2026-12-01' });
    expect(await checkReceipt(world, undefined, act(0, { resident: undefined }))).to.deep.equal({ none: true });
    expect((await ballotByKey(world, first))?.picks.map(({ number }) => number)).to.deep.equal([1, 7]);
    expect(await ballotByKey(world, { ...first, key: 'another' })).to.equal(null);
    for (const at of [SEALED, new Date(CLOSES.getTime() + 31 * DAY)]) {
      world.at = at;
      await sealDue(world)();
    }
    expect(await checkReceipt({ ...world }, undefined, act(0, { at: world.at }))).to.deep.equal({ forgotten: true }); // not that there is no ballot
  });

  it('is sealed whatever else cannot be', async () => {
    const world = heldWorld(database.world);
    const broken = await village(world, 1);
    const { cycle } = await village(world, 1);
    await collection(Community).deleteOne({ _id: broken.community });
    world.at = SEALED;
    expect(await codeOf(sealDue(world)())).to.equal('AggregateError');
    expect((await entriesOf(cycle)).map(({ sealed }) => sealed)).to.deep.equal([true]);
    await collection(Cycle).deleteOne({ _id: broken.cycle });
  });

  it('is nothing at all once an entry was tampered with', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 3);
    for (const n of [0, 1, 2]) await castFor(world, act(n), 1);
    world.at = SEALED;
    await sealDue(world)();
    const [first, second] = await entriesOf(cycle);
    const place = { '_id.cycle': cycle, '_id.seq': 2 };
    await collection(Entry).updateOne(place, { $set: { secret: first?.secret } });
    expect(await codeOf(results({ ...world }, cycle))).to.equal('broken-ledger');
    await collection(Entry).updateOne(place, { $set: { secret: second?.secret, previous: second?.hash } });
    expect(await codeOf(results({ ...world }, cycle))).to.equal('broken-ledger');
    await collection(Entry).deleteOne(place);
    expect(await codeOf(results({ ...world }, cycle))).to.equal('broken-ledger');
  });

  it('opens and refuses by the calendar', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 1);
    const { projects, ...open } = (await openBallot(world, { picks: [1, 9] }, act(0)).then((opened) => 'open' in opened && opened.open)) || {
      projects: [],
    };
    expect(open).to.deep.equal({ cycle, min: 1, max: 3, budget: 100_000, currency: 'CNY', closesAt: CLOSES.toISOString() });
    expect(projects.map(({ label }) => label)).to.deep.equal(['路灯', '健身角', '三号院后面那块空地改成…', '楼道扶手']);
    expect(await openBallot(world, { picks: [1, 9] }, act(0))).to.deep.include({ refused: { reason: 'unknown', numbers: [9] } });
    expect(await openBallot(world, {}, act(0, { community: 'nowhere' }))).to.deep.equal({ none: true });
    const early = heldWorld(database.world, new Date(OPENS.getTime() - 1));
    const { act: before } = await village(early, 1);
    expect(await openBallot(early, {}, before(0))).to.deep.equal({
      notYet: { opensAt: OPENS.toISOString(), closesAt: CLOSES.toISOString(), stage: 'announce' },
    });
    expect(await openBallot(world, {}, act(0, { at: CLOSES }))).to.deep.equal({ over: { closedAt: CLOSES.toISOString() } });
  });

  it('no longer tells who is behind a pseudonym 30 days after the close, and counts who was on the roster as it closed', async () => {
    const world = heldWorld(database.world);
    const { act, cycle, residents } = await village(world, 4);
    await castFor(world, act(0), 1);
    const [gone = '', , added = ''] = residents;
    await collection(Resident).updateOne({ _id: gone }, { $set: { erasedAt: wholeDay(OPENS) } });
    world.at = SEALED;
    expect(await eraseMe(world, forget, {}, act(1))).to.have.property('noted');
    await collection(Resident).updateOne({ _id: added }, { $set: { addedAt: sinceClose(1) } });
    await sealDue(world)();
    expect(await results(world, cycle)).to.have.nested.property('turnout.residents', 2);
    const key = () => collection(Cycle).findOne({ _id: cycle, pseudonymKey: { $exists: true } }, { promoteBuffers: true });
    world.at = sinceClose(30 * DAY - 1);
    await sealDue(world)();
    const before = await key();
    expect(before && cycleKeys(world)(before)?.voter(gone)).to.have.property('pseudonym');
    world.at = sinceClose(30 * DAY);
    await sealDue(world)();
    expect(await key()).to.equal(null);
    const cycleAfter = await collection(Cycle).findOne({ _id: cycle });
    expect(cycleAfter && cycleKeys(world)(cycleAfter)).to.equal(undefined);
    expect(await results({ ...world }, cycle)).to.have.nested.property('turnout.voters', 1);
  });
});

/** The single ballots, as they are published for everybody. */
function ballotsOf(world: World): (cycle: string) => Promise<number[][]> {
  const files = publishedFiles(world);
  return async (cycle) => {
    const file = await files.of(cycle, 'ballots');
    const parts = await Promise.all(file.from.map((_, part) => files.part(file, part)));
    return Buffer.concat(parts)
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
}

async function seqs(world: HeldWorld, cycle: string, at: Date, from?: number): Promise<number[]> {
  const found: number[] = [];
  for await (const rows of ledgerOf(heldWorld(world, at), cycle, from)) found.push(...rows.map(({ seq }) => seq));
  return found;
}
