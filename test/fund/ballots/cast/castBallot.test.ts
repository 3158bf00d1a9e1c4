import { expect } from 'chai';
import { castBallot, decryptSecret, sealDue, voidBallot } from '../../../../src/fund/ballots/index.ts';
import { operator, Resident } from '../../../../src/fund/people/index.ts';
import { collection } from '../../../../src/store/collection.ts';
import type { World } from '../../../../src/store/world.ts';
import { card } from '../../../support/cards.ts';
import { useDatabase } from '../../../support/database.ts';
import { castAssisted } from '../../../support/tables.ts';
import { chainOf } from '../ledger/chainOf.ts';
import { CLOSES, castFor, DAY, DURING, entriesOf, heldWorld, OPENS, SECOND, village } from '../ledger/village.ts';

describe('castBallot', () => {
  const database = useDatabase('castBallot');

  it('gives a receipt of ten digits, reads the picks back, and says whether it changed an earlier ballot', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 3);
    const first = await castBallot(world, { picks: [7, 3] }, act(0));
    expect(first).to.deep.include({ changed: false, closesAt: CLOSES.toISOString() });
    expect(first)
      .to.have.property('receipt')
      .that.matches(/^\d{10}$/);
    expect(first).to.have.deep.property('picks', [
      { number: 3, label: '三号院后面那块空地改成…', cost: 60_000 },
      { number: 7, label: '楼道扶手', cost: 25_000 },
    ]);
    const [again, other] = await Promise.all([castBallot(world, { picks: [1] }, act(0)), castBallot(world, { picks: [1] }, act(1))]);
    expect([again, other]).to.have.deep.nested.property('[0].changed', true);
    expect([again, other]).to.have.deep.nested.property('[1].changed', false);
    const twice = await Promise.all([castBallot(world, { picks: [1] }, act(2)), castBallot(world, { picks: [2] }, act(2))]);
    expect(twice.map((outcome) => 'changed' in outcome && outcome.changed)).to.deep.equal([false, true]);
    const elsewhere = { ...world };
    expect(await castBallot(elsewhere, { picks: [1] }, act(0))).to.deep.include({ changed: true });
    const [entry] = await chainOf(world, cycle);
    expect(entry && decryptSecret(world.vault, entry)).to.deep.include({ picks: [3, 7], channel: 'sms', withCard: false });
  });

  for (const [name, size] of [
    ['small', 2],
    ['large', 500],
  ] as const)
    it(`takes fifty casts of one person a day, by whatever channel and in whatever process, in a ${name} community`, async () => {
      const world = heldWorld(database.world);
      const { act, cycle } = await village(world, size);
      const elsewhere = { ...world };
      const channels = ['sms', 'voice', 'wechat'] as const;
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          castBallot(n % 2 ? world : elsewhere, { picks: [1 + (n % 3)] }, act(0, { channel: channels[n % 3] ?? 'sms' })),
        ),
      );
      const enough = { refused: { reason: 'enough' } };
      expect(outcomes.filter((outcome) => 'receipt' in outcome)).to.have.length(50);
      expect(outcomes.filter((outcome) => 'refused' in outcome)).to.deep.equal(Array(10).fill(enough));
      const last = act(0);
      expect(await castBallot(world, { picks: [1] }, last)).to.deep.equal(enough);
      expect(await entriesOf(cycle)).to.have.length(50);
      expect(await castBallot(world, { picks: [1] }, act(1))).to.have.property('receipt');
      world.at = new Date(world.at.getTime() + DAY);
      expect(await castBallot(world, { picks: [1] }, act(0))).to.have.property('receipt');
    });

  it('counts casts with the card apart from those that a forged sender can make: fifty of each', async () => {
    const world = heldWorld(database.world);
    const { act } = await village(world, 1);
    const enough = { refused: { reason: 'enough' } };
    const cast = (withCard: boolean) => castBallot(world, { picks: [2] }, act(0, { withCard }));
    for (let n = 0; n < 50; n += 1) await castFor(world, act(0), 1);
    expect(await cast(false)).to.deep.equal(enough);
    for (let n = 0; n < 50; n += 1) expect(await cast(true)).to.have.property('receipt');
    expect([await cast(true), await cast(false)]).to.deep.equal([{ refused: { reason: 'enoughWithCard' } }, enough]);
    world.at = new Date(world.at.getTime() + DAY);
    expect([await cast(true), await cast(false)].map((outcome) => 'receipt' in outcome)).to.deep.equal([true, true]);
  });

  it('counts anew after a void, so that who had forged ballots cast in their name can still vote', async () => {
    const world = heldWorld(database.world);
    const { act } = await village(world, 1);
    for (let n = 0; n < 50; n += 1) await castFor(world, act(0), 1);
    expect(await castBallot(world, { picks: [2] }, act(0))).to.deep.equal({ refused: { reason: 'enough' } });
    expect(await voidBallot(world, undefined, act(0))).to.deep.equal({ voided: true });
    expect(await castBallot(world, { picks: [2] }, act(0))).to.have.property('receipt');
  });

  it('refuses what is no ballot with the reason, and records nothing', async () => {
    const world = heldWorld(database.world);
    const { act, cycle, residents } = await village(world, 3);
    const elsewhere = await village(world, 1);
    await castFor(world, act(2), 1);
    await collection(Resident).updateOne({ _id: residents[2] ?? '' }, { $set: { erasedAt: DURING } });
    const refused = { unknown: [1, 4], doubled: [1, 1], tooMany: [1, 2, 3, 7], tooFew: [] };
    for (const [reason, picks] of Object.entries(refused))
      expect(await castBallot(world, { picks }, act(0))).to.have.nested.property('refused.reason', reason);
    const early = { reason: 'early', opensAt: OPENS.toISOString(), closesAt: CLOSES.toISOString(), stage: 'announce' };
    expect(await castBallot(world, { picks: [1] }, act(0, { at: new Date(OPENS.getTime() - 1) }))).to.deep.equal({ refused: early });
    expect(await castBallot({ ...world }, { picks: [1] }, act(0, { at: new Date(OPENS.getTime() - 1) }))).to.deep.equal({ refused: early });
    expect(await castBallot(world, { picks: [1] }, act(0, { at: CLOSES }))).to.deep.equal({
      refused: { reason: 'late', closedAt: CLOSES.toISOString() },
    });
    const notOnRoll = { refused: { reason: 'notOnRoll' } };
    expect(await castBallot(world, { picks: [1] }, act(0, { resident: undefined }))).to.deep.equal(notOnRoll);
    expect(await castBallot(world, { picks: [1] }, act(0, { resident: elsewhere.residents[0] }))).to.deep.equal(notOnRoll);
    expect(await castBallot(world, { picks: [1] }, act(2))).to.deep.equal(notOnRoll);
    expect(await castBallot(world, { picks: [1] }, act(0, { community: 'nowhere' }))).to.deep.equal({ refused: { reason: 'none' } });
    expect(await entriesOf(cycle)).to.have.length(1);
  });

  it('counts a key once: at once, later, in another process, and after the close, whatever is sent with it', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 1);
    const mine = act(0);
    const other = { ...world };
    const receipts = await Promise.all([1, 2, 3, 7, 1, 2].map((pick, turn) => castFor(turn % 2 ? other : world, mine, pick)));
    expect(new Set(receipts)).to.have.length(1);
    world.at = new Date(CLOSES.getTime() + 10 * SECOND);
    expect(await sealDue(world)()).to.include(cycle);
    expect(await castFor({ ...world }, { ...mine, at: world.at }, 99)).to.equal(receipts[0]);
    expect(await chainOf(world, cycle)).to.have.length(2);
  });

  it('draws a receipt again that is taken, alone', async () => {
    const { vault, ...rest } = heldWorld(database.world);
    const world: World = {
      ...rest,
      vault: {
        ...vault,
        hmac: (purpose, ...parts) => (purpose === 'receipt' && parts[1] === '0' ? vault.hmac('receipt', 'same') : vault.hmac(purpose, ...parts)),
      },
    };
    const { act, cycle } = await village(world, 5);
    const receipts = await Promise.all([0, 1, 2, 3, 4].map((n) => castFor(world, act(n), 1)));
    expect(new Set(receipts)).to.have.length(5);
    expect((await chainOf(world, cycle)).map(({ receipt }) => receipt)).to.have.members(receipts);
  });

  it('casts nothing for whom it is too late to begin, and everything for those beside them', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 4);
    const late = () => {
      throw new Error('DeadlinePassed');
    };
    const outcomes = await Promise.allSettled([0, 1, 2, 3].map((n) => castFor(world, act(n, n === 2 ? { beginWrite: late } : {}), 1)));
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await chainOf(world, cycle)).to.have.length(3);
  });

  it('takes what a helper enters under the same rules, with both names', async () => {
    const world = heldWorld(database.world);
    const { community, cycle, act } = await village(world, 2);
    const assisted = { community, person: { card: card(0) }, picks: [2], witness: '老周', actor: operator('李姐'), key: 'sheet 1' } as const;
    const castOne = castAssisted(world, async () => undefined);
    await castFor(world, act(0), 1);
    expect(await castOne(assisted)).to.deep.include({ changed: true });
    expect(await castOne({ ...assisted, person: { card: '123456789' }, key: 'sheet 2' })).to.deep.equal({ refused: { reason: 'card' } });
    expect(await castOne({ ...assisted, person: { card: card(7) }, key: 'sheet 2' })).to.deep.equal({ refused: { reason: 'noPerson' } });
    expect(await castOne({ ...assisted, witness: '李姐', key: 'sheet 3' })).to.deep.equal({ refused: { reason: 'samePerson' } });
    const [, entry] = await chainOf(world, cycle);
    expect(entry && decryptSecret(world.vault, entry)).to.deep.include({ picks: [2], channel: 'assisted', by: '李姐、老周', withCard: true });
  });

  it('writes the day of the community, never backwards', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 500);
    const midnight = new Date('2026-12-05T16:00:00Z');
    for (const at of [new Date(midnight.getTime() - SECOND), midnight, new Date(midnight.getTime() - SECOND), new Date(midnight.getTime() + DAY)]) {
      await castFor(world, act(0, { at }), 1);
    }
    expect((await chainOf(world, cycle)).map(({ at }) => at)).to.deep.equal(['2026-12-05', '2026-12-06', '2026-12-06', '2026-12-07']);
  });

  it('keeps no voter, picks or address in the clear', async () => {
    const world = heldWorld(database.world);
    const { act, cycle, residents } = await village(world, 1);
    await castFor(world, act(0), 3, 7);
    const [entry] = await entriesOf(cycle);
    const stored = JSON.stringify(entry);
    for (const word of [residents[0] ?? '', act(0).address, 'picks', decryptSecret(world.vault, entry ?? expect.fail()).voter])
      expect(stored).not.to.include(word);
  });
});
