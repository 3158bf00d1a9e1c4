import { expect } from 'chai';
import type { Act } from '../../../src/contacts/act.ts';
import { castBallot, ledgerOf, openBallot, results, sealDue, turnout, voidBallot } from '../../../src/fund/ballots/index.ts';
import { Cycle, isVoting } from '../../../src/fund/cycles/index.ts';
import { markOfBatch } from '../../../src/fund/paper/batch.ts';
import { Batch, enterRest, forgetPaper, handedInLast, keySlip, Mark, openBatch } from '../../../src/fund/paper/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { forgedRecords } from '../../../src/operation/forged.ts';
import { collection } from '../../../src/store/collection.ts';
import { HOUR_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { card } from '../../support/cards.ts';
import { codeOf } from '../../support/codeOf.ts';
import { useDatabase } from '../../support/database.ts';
import { acceptBatch, accepted, closed, finishKeying, handIn, keyed, serials, table } from '../../support/paper.ts';
import { changeCycle } from '../../support/town.ts';
import { CLOSES, heldWorld, SECOND, village } from '../ballots/ledger/village.ts';

const UNTIL = new Date(CLOSES.getTime() + 16 * HOUR_MS);
const KEYING = new Date(CLOSES.getTime() + HOUR_MS);
const later = (moment: Date, ms: number) => new Date(moment.getTime() + ms);

describe('paper.until', () => {
  const database = useDatabase('paperUntil');
  /** A vote that is open, a closed table, and the slips that the first residents handed in there. */
  const handedIn = async (residents: number, slips: number) => {
    const world = heldWorld(database.world);
    const here = await village(world, residents, { cycle: { paper: { until: UNTIL } } });
    const place = { cycle: here.cycle, table: await table(world, here.cycle) };
    const made = await serials(world, here.cycle, slips);
    for (const [n, serial] of made.entries()) {
      world.at = later(world.at, SECOND);
      await handIn(world, place, serial, { card: card(n) });
    }
    world.at = later(world.at, 30 * SECOND);
    await closed(world, place);
    return { world, here, place, made };
  };
  /** How many records still tell who handed in a slip, or what somebody keyed of it. */
  const behindPaper = async (cycle: string) => ({
    'marks.person': await collection(Mark).countDocuments({ '_id.cycle': cycle, person: { $exists: true } }),
    'marks.voter': await collection(Mark).countDocuments({ '_id.cycle': cycle, voter: { $exists: true } }),
    'batches.keyed': await collection(Batch).countDocuments({ '_id.cycle': cycle, 'keyed.0': { $exists: true } }),
  });
  const voidIn = (world: World, act: Act) => voidBallot(world, undefined, act, handedInLast, async () => undefined);

  it('lets slips from before the close be keyed and accepted until then, marks and casts nothing after the close, and nothing is sealed, public or counted before', async () => {
    const { world, here, place, made } = await handedIn(3, 2);
    const { cycle, community } = here;
    const [a = '', b = ''] = made;
    const [spare = '', late = ''] = await serials(world, cycle, 2);
    await castBallot(world, { picks: [7] }, here.act(2));
    const open = await table(world, cycle);
    world.at = later(CLOSES, 20 * 60 * SECOND);
    const noted = { at: later(CLOSES, -SECOND) };
    expect(await handIn(world, { cycle, table: open }, late, { card: card(2) }, noted), 'a device that had no connection').to.include({
      serial: late,
    });
    expect(await handIn(world, { cycle, table: open }, spare, { card: card(2) }, { at: CLOSES })).to.deep.equal({ refused: 'notVoting' });
    world.at = KEYING;
    expect(await handIn(world, { cycle, table: open }, spare, { card: card(2) }, noted), 'too long after').to.deep.equal({ refused: 'notVoting' });
    const keyedUntil = UNTIL.toISOString();
    expect(await castBallot(world, { picks: [1] }, here.act(2))).to.deep.equal({
      refused: { reason: 'late', closedAt: CLOSES.toISOString(), keyedUntil },
    });
    expect(await openBallot(world, {}, here.act(2))).to.deep.equal({ over: { closedAt: CLOSES.toISOString(), keyedUntil } });
    expect(await handIn(world, { cycle, table: open }, spare, { card: card(2) }), 'nothing is marked after the close').to.deep.equal({
      refused: 'notVoting',
    });
    const batch = await keyed(world, place, [
      [a, [1]],
      [b, [1, 7]],
    ]);
    expect(await accepted(world, cycle, batch)).to.deep.include({ outcomes: { counted: 2 } });
    expect(await isVoting(community, world.at), 'who is on the roster still decides').to.equal(true);
    for (const at of [KEYING, later(UNTIL, 9 * SECOND)]) {
      world.at = at;
      expect(await sealDue(world)()).to.not.include(cycle);
      expect(await codeOf(results(world, cycle))).to.equal('not-closed');
      expect(await turnout(world)(cycle)).to.include({ ballots: null });
    }
    world.at = later(UNTIL, -SECOND);
    const rows = [];
    for await (const piece of ledgerOf(world, cycle)) rows.push(...piece);
    expect(rows, 'what comes in now is known to be on paper').to.deep.equal([]);
    world.at = later(UNTIL, 10 * SECOND);
    const seals = await Promise.all([sealDue(world)(), sealDue({ ...world })()]);
    expect(seals.flat().filter((id) => id === cycle)).to.have.length(1);
    const { turnout: took, tallies } = await results(world, cycle);
    expect(took).to.deep.equal({ residents: 3, voters: 3, byChannel: { sms: 1, paper: 2 } });
    expect(tallies).to.deep.include({ number: 7, votes: 2 });
    expect(await isVoting(community, world.at)).to.equal(false);

    const who = { 'marks.person': 3, 'marks.voter': 3, 'batches.keyed': 1 };
    await forgetPaper();
    expect(await behindPaper(cycle), 'as long as the key of the pseudonyms is there').to.deep.equal(who);
    await collection(Cycle).updateOne({ _id: cycle }, { $unset: { pseudonymKey: 1 } });
    await forgetPaper();
    expect(await behindPaper(cycle)).to.deep.equal({ 'marks.person': 0, 'marks.voter': 0, 'batches.keyed': 0 });
    const { forged } = await forgedRecords(world.vault);
    expect(
      forged.filter(({ kind }) => /^(marks|tables|slips|batches) /.test(kind)),
      'what is left bears its mark',
    ).to.deep.equal([]);
    expect((await results(world, cycle)).turnout.byChannel, 'what was counted stays').to.deep.equal({ sms: 1, paper: 2 });
  });

  it('keeps the boxes shut until the close: nobody opens or keys a batch while others vote, unless the file says so or nothing is keyed after the close', async () => {
    const { world, here, place, made } = await handedIn(1, 1);
    const { cycle } = here;
    const actor = operator('小陈');
    const open = () => openBatch(world, { ...place, actor });
    const now = (paper: { until: Date; key?: 'atOnce' }) => changeCycle(world, cycle, { $set: { paper } });
    const known = () => {
      world.at = later(world.at, 5 * SECOND); // a cycle is known for a moment
    };
    expect(await open()).to.deep.equal({ refused: 'early' });
    await now({ until: UNTIL, key: 'atOnce' });
    known();
    expect(await open()).to.deep.equal({ batch: 1 });
    await now({ until: CLOSES });
    known();
    expect(await open(), 'there is no time after the close').to.deep.equal({ batch: 1 });
    await now({ until: UNTIL });
    known();
    const keying = { cycle, batch: 1, actor };
    expect(await keySlip(world, { ...keying, serial: made[0] ?? '', says: { picks: [1] } })).to.deep.equal({ refused: 'early' });
    expect(await finishKeying(world)(keying)).to.deep.equal({ refused: 'early' });
    await collection(Batch).updateOne({ _id: { cycle, number: 1 } }, { $set: { state: 'ready' } });
    expect(await acceptBatch(world)(keying)).to.deep.equal({ refused: 'early' });
    await collection(Batch).updateOne({ _id: { cycle, number: 1 } }, { $set: { state: 'first' } });
    world.at = later(CLOSES, -1);
    expect(await open()).to.deep.equal({ refused: 'early' });
    world.at = CLOSES;
    expect(await open()).to.deep.equal({ batch: 1 });
    expect(await keySlip(world, { ...keying, serial: made[0] ?? '', says: { picks: [1] } })).to.include({ count: 1 });
  });

  it('refuses slips after it, also after a clock that jumped there and back, and in another process', async () => {
    const { world, here, place, made } = await handedIn(2, 2);
    const { cycle } = here;
    const [a = '', b = ''] = made;
    world.at = KEYING;
    const batch = await keyed(world, place, [[a, [1]]]);
    const left = await keyed(world, place, [[b, [1]]]);
    const [first, second] = [operator('小陈'), operator('小吴')];
    await acceptBatch(world)({ cycle, batch: left, actor: first });
    world.at = later(UNTIL, 48 * HOUR_MS);
    for (const each of [world, { ...world }]) {
      expect(await acceptBatch(each)({ cycle, batch, actor: second })).to.deep.equal({ refused: 'late' });
      expect(await openBatch(each, { ...place, actor: first })).to.deep.equal({ refused: 'late' });
    }
    expect(await sealDue(world)()).to.include(cycle);
    world.at = KEYING;
    expect(await acceptBatch(world)({ cycle, batch: left, actor: second }), 'a clock that was put back').to.deep.equal({
      accepted: 2,
      outcomes: { late: 1 },
    });
    expect((await results(world, cycle)).turnout).to.deep.equal({ residents: 2, voters: 0, byChannel: {} });
  });

  it('seals only once what two accepted in time is entered, whatever died in between', async () => {
    const { world, here, place, made } = await handedIn(1, 1);
    const { cycle } = here;
    world.at = KEYING;
    const batch = await keyed(world, place, [[made[0] ?? '', [2]]]);
    const found = (await collection(Batch).findOne({ _id: { cycle, number: batch } })) ?? expect.fail();
    const both = found.keyed.map(({ by }) => ({ by, at: world.at }));
    const mark = markOfBatch(world.vault, { ...found, accepted: both });
    await collection(Batch).updateOne({ _id: found._id }, { $set: { state: 'entering', accepted: both, mark } }); // accepted by a process that died
    world.at = later(UNTIL, 10 * SECOND);
    expect(await codeOf(sealDue(world, () => Promise.reject(new Error('no database')))())).to.equal('AggregateError');
    expect(await collection(Cycle).findOne({ _id: cycle })).to.not.have.property('sealedAt');
    expect(await sealDue(world, enterRest(world))()).to.include(cycle);
    expect((await results(world, cycle)).turnout.byChannel).to.deep.equal({ paper: 1 });
  });

  it('lets 不是我 reach a slip that is handed in and not keyed, before the close and after it; of what is in the ledger nothing changes after the close', async () => {
    const { world, here, place, made } = await handedIn(4, 3);
    const { cycle } = here;
    const [a = '', b = '', c = ''] = made;
    await castBallot(world, { picks: [3] }, here.act(3));
    expect(await voidIn(world, here.act(0))).to.deep.equal({ voided: true });
    await castBallot(world, { picks: [7] }, here.act(0, { withCard: true }));
    world.at = KEYING;
    const first = await keyed(world, place, [[b, [1]]]);
    await accepted(world, cycle, first);
    const again = here.act(2, { key: 'not-me' });
    for (const _ of [1, 2]) expect(await voidIn(world, again)).to.deep.equal({ voided: true, slip: true });
    for (const n of [1, 3]) expect(await voidIn(world, here.act(n))).to.deep.equal({ afterClose: true });
    const rest = await keyed(world, place, [
      [a, [1]],
      [c, [1]],
    ]);
    expect(await accepted(world, cycle, rest)).to.deep.include({ outcomes: { superseded: 2 } });
    world.at = later(UNTIL, 10 * SECOND);
    await sealDue(world)();
    const { tallies } = await results(world, cycle);
    expect(Object.fromEntries(tallies.map(({ number, votes }) => [number, votes]))).to.deep.equal({ 1: 1, 2: 0, 3: 1, 7: 1 });
    expect((await turnout(world)(cycle)).ballots, 'an entry that voids a slip takes no ballot away').to.equal(3);
  });
});
