import { expect } from 'chai';
import type { Act } from '../../../../src/contacts/act.ts';
import { Address } from '../../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../../src/contacts/contact.ts';
import { castBallot, checkReceipt, results, sealDue, turnout, voidBallot } from '../../../../src/fund/ballots/index.ts';
import { operator, Resident } from '../../../../src/fund/people/index.ts';
import { collection } from '../../../../src/store/collection.ts';
import type { World } from '../../../../src/store/world.ts';
import { card } from '../../../support/cards.ts';
import { useDatabase } from '../../../support/database.ts';
import { givePhone, linkedContactOf } from '../../../support/onRoster.ts';
import { castAssisted } from '../../../support/tables.ts';
import { chainOf } from '../ledger/chainOf.ts';
import { CLOSES, castFor, heldWorld, SECOND, village } from '../ledger/village.ts';

const NONE = { none: true };
const VOIDED = { voided: true };
const voidNow = (world: World, act: Act) => voidBallot(world, undefined, act, undefined, async () => undefined);

describe('voidBallot', () => {
  const database = useDatabase('voidBallot');
  const at = (community: string, address: string) => addressHmac(database.world.vault, { community, channel: 'sms', address });

  it('voids the ballot cast from here without a card, revives none, counts it neither as ballot nor as voter, and asks for the card from then on', async () => {
    const world = heldWorld(database.world);
    const { act, community, cycle, phones } = await village(world, 2);
    await castFor(world, act(0), 1);
    await castFor(world, act(0), 2);
    await castFor(world, act(1), 3);
    expect(await voidNow(world, act(0))).to.deep.equal(VOIDED);
    const [, , , voiding] = await chainOf(world, cycle);
    expect(voiding).to.include({ voided: true }).and.not.to.have.property('receipt');
    expect(await checkReceipt(world, undefined, act(0))).to.deep.equal(NONE);
    expect(await collection(Address).findOne({ _id: at(community, phones[0] ?? '') })).to.have.property('needsCard');
    expect(await turnout(world)(cycle)).to.deep.equal({ residents: 2, voters: 1, ballots: null });
    world.at = new Date(CLOSES.getTime() + 10 * SECOND);
    await sealDue(world)();
    expect(await results(world, cycle)).to.deep.include({ tallies: [1, 2, 3, 7].map((number) => ({ number, votes: number === 3 ? 1 : 0 })) });
    expect(await turnout(world)(cycle)).to.deep.equal({ residents: 2, voters: 1, ballots: 2, byChannel: { sms: 1 } });
  });

  it('voids a ballot that somebody else cast with my card, elsewhere or on paper, and none of mine with it here', async () => {
    const world = heldWorld(database.world);
    const { act, community } = await village(world, 3);
    await castFor(world, act(0, { address: 'elsewhere', withCard: true }), 1);
    expect(await voidNow(world, act(0, { address: 'elsewhere', resident: undefined }))).to.deep.equal(NONE);
    expect(await voidNow(world, act(0, { resident: undefined }))).to.deep.equal(VOIDED);
    const assisted = { community, person: { card: card(1) }, picks: [1], witness: '老周', actor: operator('李姐'), key: 'sheet' };
    await castAssisted(world, async () => undefined)(assisted);
    expect(await voidNow(world, act(1))).to.deep.equal(VOIDED);
    await castFor(world, act(2, { withCard: true }), 1);
    expect(await voidNow(world, act(2))).to.deep.equal(NONE);
  });

  it('voids, from a phone that somebody’s hand gave me in this vote, no ballot of mine from elsewhere, but with my card', async () => {
    const world = heldWorld(database.world);
    const { act, community, cycle, residents } = await village(world, 1);
    const [first = ''] = residents;
    await castFor(world, act(0), 1);
    const phoneId = at(community, 'new');
    await givePhone(world, [first], 'new', { newContacts: [{ id: phoneId, cycle }] });
    const from = { address: 'new', resident: undefined };
    expect(await voidNow(world, act(0, from))).to.deep.equal(NONE);
    expect(await voidNow(world, act(0, { address: 'new', resident: first, withCard: true }))).to.deep.equal(VOIDED);
  });

  it('voids a ballot from a phone that was linked with my card, and from that phone none of mine', async () => {
    const world = heldWorld(database.world);
    const { act, community, residents } = await village(world, 2);
    const [first] = residents;
    await collection(Resident).updateOne(
      { _id: first ?? '' },
      { $set: { linkedContacts: [linkedContactOf(world, { _id: first ?? '', community }, 'sms|elsewhere')] } },
    );
    const elsewhere = { address: 'elsewhere', resident: undefined };
    await castFor(world, act(0), 1);
    expect(await voidNow(world, act(0, elsewhere))).to.deep.equal(NONE);
    await castFor(world, act(0, { channel: 'voice' }), 1);
    expect(await voidNow(world, act(0, elsewhere))).to.deep.equal(NONE);
    await castFor(world, act(0, { address: 'elsewhere' }), 2);
    expect(await voidNow(world, act(0, { resident: undefined }))).to.deep.equal(VOIDED);
    await castFor(world, act(1, { channel: 'voice' }), 2);
    expect(await voidNow(world, act(1, { resident: undefined }))).to.deep.equal(VOIDED, 'called from here is cast from here');
    expect(await collection(Address).findOne({ _id: at(community, 'elsewhere') })).to.have.property('needsCard');
  });

  it('leaves alone what does not count any more: replaced by a ballot with the card here, or voided already', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 2);
    await castFor(world, act(0), 1);
    await castFor(world, act(0, { withCard: true }), 2);
    expect(await voidNow(world, act(0))).to.deep.equal(NONE);
    await castFor(world, act(1), 1);
    expect(await voidNow(world, act(1))).to.deep.equal(VOIDED);
    expect(await voidNow(world, act(1))).to.deep.equal(NONE);
    await castFor(world, act(1, { withCard: true }), 2);
    expect(await chainOf(world, cycle)).to.have.length(5);
  });

  it('voids of two people who share a phone the ballot cast last', async () => {
    const world = heldWorld(database.world);
    const { act, phones, residents } = await village(world, 2);
    await givePhone(world, residents, phones[0] ?? '');
    const shared = { address: phones[0] ?? '' };
    await castFor(world, act(0, shared), 1);
    await castFor(world, act(1, shared), 1);
    expect(await voidNow(world, act(0, { resident: undefined }))).to.deep.equal(VOIDED);
    expect(await checkReceipt(world, undefined, act(0))).to.have.property('receipt');
    expect(await checkReceipt(world, undefined, act(1))).to.deep.equal(NONE);
  });

  it('voids of two people who share a phone nothing that one cast elsewhere, but where the card of that one was shown', async () => {
    const world = heldWorld(database.world);
    const { act, phones, residents } = await village(world, 2);
    await givePhone(world, residents, phones[0] ?? '');
    for (const elsewhere of [{ address: 'elsewhere', withCard: true }, { address: 'linked' }]) {
      await castFor(world, act(0, elsewhere), 1);
      expect(await voidNow(world, act(0, { resident: undefined }))).to.deep.equal(NONE);
      expect(await voidNow(world, act(1, { address: phones[0] ?? '', withCard: true }))).to.deep.equal(NONE);
      expect(await checkReceipt(world, undefined, act(0))).to.have.property('receipt');
      expect(await voidNow(world, act(0, { withCard: true }))).to.deep.equal(VOIDED);
    }
  });

  it('counts once, and changes nothing after the close', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 1);
    await castFor(world, act(0), 1);
    const disownBallot = act(0);
    const all = await Promise.all([voidNow(world, disownBallot), voidNow({ ...world }, disownBallot), voidNow(world, disownBallot)]);
    expect(all).to.deep.include(VOIDED);
    await castFor(world, act(0), 2);
    expect(await voidNow({ ...world }, { ...disownBallot, at: CLOSES })).to.deep.equal(VOIDED);
    expect(await voidNow(world, act(0, { at: CLOSES }))).to.deep.equal({ afterClose: true });
    expect(await chainOf(world, cycle)).to.have.length(3);
  });

  it('never voids a ballot that came in between and is not suspect', async () => {
    const world = heldWorld(database.world);
    const { act, cycle } = await village(world, 1);
    await castFor(world, act(0), 1);
    await Promise.all([voidNow(world, act(0)), castBallot({ ...world }, { picks: [2] }, act(0, { withCard: true }))]);
    const entries = await chainOf(world, cycle);
    const mine = entries.findIndex(({ voided }, index) => index > 0 && !voided);
    expect(entries.slice(mine + 1).some(({ voided }) => voided)).to.equal(false);
  });

  it('voids a ballot without a card that another process was just casting from here, and no other', async () => {
    const world = heldWorld(database.world);
    const { act, cycle, phones, residents } = await village(world, 3);
    const meanwhile = (cast: () => Promise<unknown>, by: Act) => voidBallot(world, undefined, by, undefined, cast);
    await castFor(world, act(0), 1);
    expect(await meanwhile(() => castFor({ ...world }, act(0), 2), act(0))).to.deep.equal(VOIDED);
    expect(await checkReceipt(world, undefined, act(0))).to.deep.equal(NONE);
    expect(await meanwhile(() => castFor({ ...world }, act(0, { channel: 'voice' }), 2), act(0))).to.deep.equal(VOIDED);
    expect(await meanwhile(() => castFor({ ...world }, act(0, { withCard: true }), 3), act(0))).to.deep.equal(NONE);
    expect(await chainOf(world, cycle)).to.have.length(7);

    await givePhone(world, residents.slice(1), phones[1] ?? '');
    await castFor(world, act(2, { address: phones[1] ?? '' }), 1);
    await castFor(world, act(1), 1);
    expect(await voidNow(world, act(1, { resident: undefined }))).to.deep.equal(VOIDED);
    expect(await checkReceipt(world, undefined, act(2))).to.have.property('receipt');
  });
});
