import { expect } from 'chai';
import { Address } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { checkLog } from '../../../src/fund/ballots/audit/checkLog.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { readLog } from '../../../src/fund/log/index.ts';
import { type Actor, MembershipRequest, operator, Resident, requestMembership } from '../../../src/fund/people/index.ts';
import { forgetAt } from '../../../src/fund/roster/eraseResident.ts';
import { enactCards } from '../../../src/fund/roster/index.ts';
import { forgetSeconds, lapseSeconds, readSecond, readSeconds, refuseSecond, waitingSeconds } from '../../../src/fund/second/index.ts';
import { Second } from '../../../src/fund/second/second.ts';
import { collection } from '../../../src/store/collection.ts';
import { sha256 } from '../../../src/store/vault.ts';
import { DAY_MS, HOUR_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { card } from '../../support/cards.ts';
import { codeOf } from '../../support/codeOf.ts';
import { extendCycle, moveCycle, releaseResult } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { makeCards } from '../../support/madeCards.ts';
import { acceptRequest, unlockAddress } from '../../support/requests.ts';
import { confirmSecond, staff } from '../../support/second.ts';
import { removeStaff } from '../../support/staff.ts';
import { changeCycle, type Town, town, votingNow } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';

const STRANGER = '+8613900000009';
const [CADRE, SUPERVISOR, OTHER] = ['+8613800000101', '+8613800000102', '+8613800000103'];

describe('an act that waits for a second person', () => {
  const { world: real } = useDatabase('second');
  let ahead = 0;
  const world: World = { ...real, vault: real.vault, now: () => new Date(Date.now() + ahead) };
  let here: Town;
  let cadre: Actor;
  let supervisor: Actor;
  beforeEach(async () => {
    ahead = 0;
    Object.assign(world, { ...real, vault: real.vault, now: () => new Date(Date.now() + ahead) });
    here = await town(world, { cycle: votingNow(world) });
    cadre = await staff(world, here.community, { role: 'cadre', phone: CADRE, name: '王芳' });
    supervisor = await staff(world, here.community, { role: 'supervisor', phone: SUPERVISOR, name: '周明' });
    await asks('赵小梅', STRANGER);
  });

  const asks = (name: string, from: string) => requestMembership(world, { name, building: '3栋' }, here.act(from));
  const accept = (actor = cadre, request = 1) => acceptRequest(world, here.notify)({ community: here.community, request, actor });
  const confirm = (actor: Actor, number = 1) => confirmSecond(world)({ community: here.community, number, actor });
  const refuse = (actor: Actor, reason = '不认识', number = 1) => refuseSecond(world, { community: here.community, number, actor, reason });
  const stateOf = async (number = 1) => (await collection(Second).findOne({ _id: { community: here.community, number } }))?.state;
  const onRoster = () => collection(Resident).countDocuments({ community: here.community });
  const log = async () => {
    const rows = [];
    for await (const row of readLog(world, here.community)) if (!row.act.startsWith('staff.')) rows.push(row);
    return rows;
  };
  const acts = async () => (await log()).map(({ act, by }) => `${act} ${by}`);

  it('changes nothing before it is confirmed, is asked once, and is done with both names', async () => {
    expect(await accept()).to.deep.equal({ waits: 1 });
    expect(await accept()).to.deep.equal({ waits: 1, already: true });
    expect(await onRoster()).to.equal(0);
    expect(here.notices).to.deep.equal([]);
    expect(await acts()).to.deep.equal(['second.ask 王芳']);
    expect(await confirm(supervisor)).to.deep.equal({ confirmed: true });
    expect(await onRoster()).to.equal(1);
    const rows = await log();
    expect(rows.map(({ act, by, role, subject }) => [act, by, role, subject])).to.deep.equal([
      ['second.ask', '王芳', 'cadre', 'second/1'],
      ['request.accept', '王芳', 'cadre', 'request/1'],
      ['second.confirm', '周明', 'supervisor', 'second/1'],
    ]);
    expect(rows[1]?.opening?.detail.second).to.deep.equal({ by: '周明', role: 'supervisor' });
    const text = [];
    for await (const row of readLog(world, here.community)) text.push(`${JSON.stringify(row)}\n`);
    expect(checkLog(sha256, text.join('')).entries).to.equal(text.length);
  });

  it('is not confirmed by the same phone, in whatever role or under whatever name', async () => {
    const both = await staff(world, here.community, { role: 'supervisor', phone: CADRE, name: '周明' });
    await accept();
    expect(await confirm(both)).to.deep.equal({ refused: 'samePerson' });
    expect(await codeOf(confirm(cadre))).to.equal('not-allowed');
    expect([await onRoster(), await stateOf()]).to.deep.equal([0, 'waiting']);
  });

  it('is not confirmed by another role, from elsewhere, or by who was removed', async () => {
    await accept();
    for (const role of ['council', 'helper', 'implementer', 'office', 'cadre'] as const)
      expect(await codeOf(confirm(await staff(world, here.community, { role, phone: OTHER }))), role).to.equal('not-allowed');
    const elsewhere = await town(world);
    const stranger = await staff(world, elsewhere.community, { role: 'supervisor', phone: OTHER });
    expect(await codeOf(confirm(stranger))).to.equal('not-allowed');
    expect(await codeOf(confirm({ ...stranger, community: here.community })), 'as if they were from here').to.equal('not-allowed');
    expect(await stateOf()).to.equal('waiting');
  });

  it('is not confirmed by a supervisor who was removed, nor for a cadre who was', async () => {
    await accept();
    await removeStaff(world)(here.community, { phone: SUPERVISOR }, operator('李姐'));
    expect(await codeOf(confirm(supervisor))).to.equal('not-allowed');
    expect(await codeOf(refuse(supervisor))).to.equal('not-allowed');
    await removeStaff(world)(here.community, { phone: CADRE }, operator('李姐'));
    const other = await staff(world, here.community, { role: 'supervisor', phone: OTHER });
    expect(await confirm(other)).to.deep.equal({ refused: 'askerLeft' });
    expect(await onRoster()).to.equal(0);
  });

  it('to release a result, which is sealed, may be confirmed by another cadre, and is printed with both names', async () => {
    const release = (actor: Actor) => releaseResult(world)({ cycle: here.cycle, actor });
    expect(await release(cadre)).to.deep.equal({ refused: 'notSealed' });
    await changeCycle(world, here.cycle, { $set: { sealedAt: world.now() } });
    expect(await release(cadre)).to.deep.equal({ waits: 1 });
    const twice = await staff(world, here.community, { role: 'supervisor', phone: CADRE, name: '王小芳' });
    expect(await confirm(twice)).to.deep.equal({ refused: 'samePerson' });
    for (const role of ['council', 'helper', 'implementer', 'office'] as const)
      expect(await codeOf(confirm(await staff(world, here.community, { role, phone: OTHER }))), role).to.equal('not-allowed');
    const other = await staff(world, here.community, { role: 'cadre', phone: OTHER, name: '孙丽' });
    expect((await waitingSeconds.read({ world, community: here.community, actor: other })).turn.count, 'it is their turn').to.equal(1);
    expect((await waitingSeconds.read({ world, community: here.community, actor: cadre })).turn.count).to.equal(0);
    expect(await Promise.all([confirm(other), confirm(supervisor)])).to.have.deep.members([{ confirmed: true }, { refused: 'decided' }]);
    expect((await collection(Cycle).findOne({ _id: here.cycle }))?.released?.by)
      .to.have.length(2)
      .and.include('王芳');
    expect(await release(cadre)).to.deep.equal({ refused: 'already' });
  });

  it('lapses after 72 hours, with one entry, whoever looks', async () => {
    await accept();
    ahead = 72 * HOUR_MS - 60_000;
    expect((await waitingSeconds.read({ world, community: here.community, actor: supervisor })).turn.count).to.equal(1);
    ahead = 72 * HOUR_MS + 60_000;
    expect((await waitingSeconds.read({ world, community: here.community, actor: supervisor })).turn.count).to.equal(0);
    expect((await readSecond.read({ world, community: here.community, actor: cadre }, 1))?.state).to.equal('lapsed');
    const [one] = await Promise.all([confirm(supervisor), lapseSeconds(world), lapseSeconds(world), refuse(supervisor)]);
    expect(one).to.deep.equal({ refused: 'decided' });
    expect([await onRoster(), await stateOf()]).to.deep.equal([0, 'lapsed']);
    expect(await acts()).to.deep.equal(['second.ask 王芳', 'second.lapse Yisheng']);
    expect(await accept(), 'it can be asked anew').to.not.have.property('waits', 1);
  });

  it('is done once if two confirm at once, or one of them refuses', async () => {
    const other = await staff(world, here.community, { role: 'supervisor', phone: OTHER, name: '孙丽' });
    for (let request = 1; request <= 6; request += 1) {
      if (request > 1) await asks(`何静${request}`, `+861390000001${request}`);
      await accept(cadre, request);
      const decided = await Promise.all([confirm(supervisor, request), confirm(other, request), refuse(other, '不', request)]);
      expect(decided.filter((one) => !('refused' in one)).length, JSON.stringify(decided)).to.equal(1);
      const state = await stateOf(request);
      const asked = await collection(MembershipRequest).findOne({ _id: { community: here.community, request } });
      expect(asked?.state).to.equal(state === 'confirmed' ? 'accepted' : 'pending');
    }
    const done = (await acts()).filter((act) => act.startsWith('request.accept'));
    expect(done.length).to.equal(await onRoster());
  });

  it('is refused with a reason, or taken back by who asked, and never done then', async () => {
    await accept();
    expect(await codeOf(refuse(await staff(world, here.community, { role: 'council', phone: OTHER })))).to.equal('not-allowed');
    expect(await refuse(await staff(world, here.community, { role: 'cadre', phone: OTHER }))).to.deep.equal({ refused: 'wrongRole' });
    expect(await refuse(supervisor)).to.deep.equal({ done: true });
    expect(await confirm(supervisor)).to.deep.equal({ refused: 'decided' });
    expect(await accept()).to.deep.equal({ waits: 2 });
    expect(await refuse(cadre, '写错了', 2)).to.deep.equal({ done: true });
    expect(await acts()).to.deep.equal(['second.ask 王芳', 'second.refuse 周明', 'second.ask 王芳', 'second.refuse 王芳']);
    expect(await onRoster()).to.equal(0);
  });

  it('is told and not done if it does not hold any more', async () => {
    await accept();
    await acceptRequest(world, here.notify)({ community: here.community, request: 1, actor: operator('李姐') });
    expect(await confirm(supervisor)).to.deep.equal({ refused: 'notHeld', why: 'request.accept.not.decided' });
    await asks('何静', '+8613900000008');
    await accept(cadre, 2);
    await asks('何静静', '+8613900000008');
    expect(await confirm(supervisor, 2), 'the name is another one now').to.deep.equal({ refused: 'notHeld', why: 'changed' });
    expect([await onRoster(), await stateOf(2)]).to.deep.equal([1, 'waiting']);
  });

  it('makes a card that is in force only once it is confirmed, and not over another one', async () => {
    const resident = await here.person('7', { card: card(7) });
    const { cards, enact } = await makeCards(world, here.community, { id: '7' }, cadre, { reason: '丢了' });
    expect(await enact()).to.deep.equal({ waits: 1 });
    const cardOf = async () => (await collection(Resident).findOne({ _id: resident }))?.card;
    const before = await cardOf();
    expect(cards).to.have.length(1);
    const stored = JSON.stringify(await collection(Second).findOne({ '_id.community': here.community }));
    expect(stored).to.not.include(cards[0]?.card);
    expect(await confirm(supervisor)).to.deep.equal({ confirmed: true });
    expect(await cardOf()).to.not.equal(before);
    await (await makeCards(world, here.community, { id: '7' }, cadre, { reason: '又丢了' })).enact();
    await (await makeCards(world, here.community, { id: '7' }, operator('李姐'), { reason: '急' })).enact();
    const now = await cardOf();
    expect(await confirm(supervisor, 2)).to.deep.equal({ refused: 'notHeld', why: 'card.make.not.changed' });
    expect(await cardOf()).to.equal(now);
    expect(await tried(world)(enactCards, { made: [], isMissing: true, community: here.community, actor: cadre })).to.deep.equal({
      refused: 'needsReason',
    });
  });

  it('unlocks only then', async () => {
    const from = { community: here.community, channel: 'sms' as const, address: STRANGER };
    const _id = addressHmac(world.vault, from);
    expect(await unlockAddress(world, from, cadre)).to.deep.equal({ refused: 'notLocked' });
    await collection(Address).insertOne({ _id, needsCard: true, log: [] });
    expect(await unlockAddress(world, from, cadre)).to.deep.equal({ waits: 1 });
    expect((await collection(Address).findOne({ _id }))?.needsCard).to.equal(true);
    expect(await confirm(supervisor)).to.deep.equal({ confirmed: true });
    expect((await collection(Address).findOne({ _id }))?.needsCard).to.equal(undefined);
    expect((await log()).find(({ act }) => act === 'address.unlock')?.by).to.equal('王芳');
  });

  it('ends a vote early, or extends it, only then, and not if the calendar is another one by then', async () => {
    const extend = (days: number, actor = cadre) =>
      extendCycle(world)({ id: here.cycle, to: new Date(world.now().getTime() + days * DAY_MS), actor, reason: '下雨' });
    const moves = async () => (await collection(Cycle).findOne({ _id: here.cycle }))?.moves.length;
    expect(await extend(3)).to.deep.equal({ waits: 1 });
    const end = { id: here.cycle, stage: 'implement' as const, actor: cadre };
    expect(await moveCycle(world)(end)).to.deep.equal({ refused: 'noReason' });
    expect(await moveCycle(world)({ ...end, reason: '都投了' })).to.deep.equal({ waits: 2 });
    expect(await moves()).to.equal(0);
    expect(await confirm(supervisor)).to.deep.equal({ confirmed: true });
    expect(await moves()).to.equal(1);
    expect(await confirm(supervisor, 2)).to.deep.equal({ refused: 'notHeld', why: 'changed' });
    expect(await moves()).to.equal(1);
  });

  it('does not keep a command waiting, nor what needs nobody else', async () => {
    expect(await accept(operator('李姐'))).to.have.property('isUntold');
    here = await town(world);
    cadre = await staff(world, here.community, { role: 'cadre', phone: CADRE });
    await asks('赵小梅', STRANGER);
    expect(await accept()).to.have.property('isUntold');
    expect(await moveCycle(world)({ id: here.cycle, stage: 'deliberate', actor: cadre })).to.have.property('moved');
  });

  it('forgets whom it names when they are deleted, and everybody later on', async () => {
    await accept();
    await forgetAt(world, { community: here.community, at: world.now() }, [{ channel: 'sms', address: STRANGER }]);
    expect((await readSecond.read({ world, community: here.community, actor: supervisor }, 1))?.detail).to.equal(undefined);
    expect(await confirm(supervisor)).to.deep.equal({ refused: 'notHeld', why: 'gone' });
    await asks('何静', '+8613900000008');
    await accept(cadre, 2);
    await refuse(supervisor, '不', 2);
    ahead = 34 * DAY_MS;
    await forgetSeconds(world.now());
    const { seconds } = await readSeconds.read({ world, community: here.community, actor: supervisor }, { state: 'over', limit: 9 });
    expect(seconds.map(({ number, detail }) => [number, detail])).to.deep.equal([
      [2, undefined],
      [1, undefined],
    ]);
  });

  it('counts for Today whose turn it is', async () => {
    await accept();
    expect(await waitingSeconds.read({ world, community: here.community, actor: supervisor })).to.have.nested.property('turn.count', 1);
    expect(await waitingSeconds.read({ world, community: here.community, actor: cadre })).to.deep.include({ turn: { count: 0 } });
    const both = await staff(world, here.community, { role: 'supervisor', phone: CADRE });
    expect(await waitingSeconds.read({ world, community: here.community, actor: both })).to.have.nested.property('others.count', 1);
    const council = await staff(world, here.community, { role: 'council', phone: OTHER });
    expect(await codeOf(waitingSeconds.read({ world, community: here.community, actor: council }))).to.equal('not-allowed');
    expect(await codeOf(readSecond.read({ world, community: here.community, actor: council }, 1))).to.equal('not-allowed');
  });
});
