import { expect } from 'chai';
import { EXPORTING, exportCommunity, IMPORTING, importCommunity, LEAVING, leaveCell, SETTLING, settleInCell } from '../../../src/fund/files/index.ts';
import { writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { Objection, objectionOf } from '../../../src/fund/meetings/objection.ts';
import { finishKeying, keySlip, openBatch } from '../../../src/fund/paper/index.ts';
import { type Actor, type Holder, operator, type Right, ROLES, STAFF_ROLES } from '../../../src/fund/people/index.ts';
import { Proposal, recordProposal } from '../../../src/fund/proposals/index.ts';
import { unlockAddress as unlockAct } from '../../../src/fund/roster/index.ts';
import { ASKING, askSecond, CONFIRMING, CONFIRMING_ANY, confirmSecond, REFUSING, refuseSecond } from '../../../src/fund/second/index.ts';
import { askReminders, REMINDING } from '../../../src/outreach/calendar/nudge.ts';
import { collection } from '../../../src/store/collection.ts';
import { ACTS, OTHER_RIGHTS } from '../../../src/web/console/acts.ts';
import { card } from '../../support/cards.ts';
import { codeOf } from '../../support/codeOf.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { planMeeting, publish } from '../../support/meetings.ts';
import { changedTable, closed, handIn, keyed, serials, table } from '../../support/paper.ts';
import { releaseProposal } from '../../support/proposals.ts';
import { member, runs } from '../../support/second.ts';
import { undoMark } from '../../support/tables.ts';
import { communityRecord, type Town, town, votingNow } from '../../support/town.ts';
import { won } from '../../support/works.ts';

const STRANGER = '+8613800000009';
const PLAN = { at: new Date(), place: '活动室', items: [] };
const DAILY_WORK = ['operator', 'staff cadre'];
const KEYING = [...DAILY_WORK, 'staff council', 'staff supervisor'];
const BY_MESSAGE_TOO = [...DAILY_WORK, 'resident cadre'];

describe('who may do what', () => {
  const { world } = useDatabase('rights');
  const folder = useFolders();
  let here: Town;
  let elsewhere: Town;

  /** Each act, the roles that may do it in their community, and a function that does it. A refusal for another reason than the right is enough. */
  const acts: readonly [act: Right, allowed: readonly string[], run: (actor: Actor) => Promise<unknown>][] = [
    [IMPORTING, ['operator'], (actor) => importCommunity(world, folder({ 'community.yaml': `slug: ${here.community}` }), actor)],
    [EXPORTING, ['operator'], (actor) => exportCommunity(world, here.community, folder({}), actor)],
    [
      LEAVING,
      ['operator'],
      async (actor) => {
        const { community } = await leaveCell(world, here.community, { to: 'east', url: 'https://east.example.org' }, actor);
        await settleInCell(world, community, 'https://east.example.org', operator('Li'));
      },
    ],
    [SETTLING, ['operator'], (actor) => settleInCell(world, communityRecord('settled'), 'https://east.example.org', actor)],
    [finishKeying, KEYING, (actor) => openBatch(world, { cycle: voting.cycle, table: 1, actor: there(actor) })],
    [finishKeying, KEYING, (actor) => keySlip(world, { cycle: voting.cycle, batch: 1, serial: '1', says: 'absent', actor: there(actor) })],
    [REMINDING, BY_MESSAGE_TOO, (actor) => askReminders(world, actor, here.act(STRANGER))],
    [ASKING, ['staff cadre'], (actor) => askSecond(world, { ...asking(), actor: { ...actor, id: first } })],
    [
      CONFIRMING,
      ['staff supervisor'],
      (actor) => confirm({ community: here.community, number: 1, actor: actor.kind === 'staff' ? { ...actor, id: supervisor } : actor }),
    ],
    [CONFIRMING_ANY, ['staff cadre', 'staff supervisor'], (actor) => confirm({ community: here.community, number: 99, actor })],
    [REFUSING, ['staff cadre', 'staff supervisor'], (actor) => refuseSecond(world, { community: here.community, number: 99, actor, reason: '不' })],
  ];

  before(async () => {
    here = await town(world);
    elsewhere = await town(world);
    await here.person('taken');
    await recordProposal(world, { text: '', recording: 'proposal' }, here.act(STRANGER));
    await writeInquiry(world, here.notify, { kind: 'question', text: '', recording: 'question' }, here.act(STRANGER));
    await publish(world)({ cycle: here.cycle, seen: 0, actor: operator('Li') });
    const objection = { community: here.community, origin: 'paper' as const, text: '太贵了', at: world.now(), key: 'objection' };
    await collection(Objection).insertOne(objectionOf(world.vault, { cycle: here.cycle, number: 1 }, objection));
    await planMeeting(world)({ cycle: here.cycle, plan: PLAN, actor: operator('Li') });
    await won(world, here, { 3: 60_000 });
    first = await member(world, here.community, { role: 'cadre', phone: '+8613800000007' });
    supervisor = await member(world, here.community, { role: 'supervisor', phone: '+8613800000010' });
    await askSecond(world, { ...asking(), actor: { kind: 'staff', role: 'cadre', id: first, name: 'Li', community: here.community } });
    voting = await town(world, { residents: 1, cycle: votingNow(world) });
    const { cycle } = voting;
    const [one = '', two = ''] = await serials(world, cycle, 2);
    await handIn(world, { cycle, table: await table(world, cycle) }, one, { card: card(0) }, { id: 'old' });
    await undoMark(world, here.notify)({ cycle, id: 'old', actor: operator('李姐') });
    const place = { cycle, table: await table(world, cycle) };
    await closed(world, place);
    await keyed(world, place, [[two, [3]]]);
    const soon = new Date(world.now().getTime() + 60_000);
    await changedTable(world, place, ({ closed }) => ({ ...(closed && { closed: { ...closed, at: soon } }) }));
  });
  let voting: Town;
  /** The same person, in the town that votes instead of here. */
  const there = (actor: Actor): Actor =>
    actor.kind !== 'operator' && actor.community === here.community ? { ...actor, community: voting.community } : actor;
  const confirm = (deciding: Parameters<typeof confirmSecond>[2]) =>
    confirmSecond(
      world,
      runs(async () => ({})),
      deciding,
    );
  let supervisor = '';
  let first = '';
  const asking = () => ({
    ...{ act: { ...unlockAct, confirmedBy: 'supervisor' as const }, community: here.community, subject: 'address', detail: {} },
    payload: {},
  });
  const people = (): Actor[] => [
    operator('Li'),
    ...STAFF_ROLES.map((role) => ({ kind: 'staff' as const, role, id: '1', name: 'Li', community: here.community })),
    ...ROLES.map((role) => ({ kind: 'resident' as const, role, id: '1', name: 'Li', community: here.community })),
  ];

  it('is known of every act', () => {
    expect([...new Set(acts.map(([act]) => act))]).to.include.members(OTHER_RIGHTS);
  });

  for (const [act, allowed, run] of acts)
    it(`${act.name}: refused with a code to whoever is not ${allowed.join(', ')}, and to everybody of another community`, async () => {
      for (const actor of people()) {
        const who = actor.kind === 'operator' ? actor.kind : `${actor.kind} ${actor.role}`;
        const code = await codeOf(run(actor));
        if (allowed.includes(who)) expect(code, who).to.equal('fulfilled');
        else expect(code, who).to.equal('not-allowed');
        if (actor.kind !== 'operator')
          expect(await codeOf(run({ ...actor, community: elsewhere.community })), `${who} elsewhere`).to.equal('not-allowed');
      }
    });

  for (const act of ACTS)
    it(`${act.name}: refused with a code to whoever is not ${act.may.join(', ')}, and to everybody of another community`, async () => {
      const tried = (actor: Actor) => codeOf(act.perform({ world, notify: here.notify }, { community: here.community, at: {}, input: {}, actor }));
      for (const actor of people()) {
        const who = actor.kind === 'operator' ? actor.kind : (`${actor.kind} ${actor.role}` as Holder);
        expect(await tried(actor), who).to.equal(act.may.includes(who) ? 'fulfilled' : 'not-allowed');
        if (actor.kind !== 'operator') expect(await tried({ ...actor, community: elsewhere.community }), `${who} elsewhere`).to.equal('not-allowed');
      }
    });

  it('is asked before anything is changed', async () => {
    const there = await town(world);
    const cadre: Actor = { kind: 'staff', role: 'cadre', id: '1', name: 'Li', community: elsewhere.community };
    await recordProposal(world, { text: '修路灯' }, there.act(STRANGER));
    const before = await collection(Proposal).findOne({ community: there.community });
    expect(await codeOf(releaseProposal(world, there.notify)({ cycle: there.cycle, number: 1, actor: cadre, reason: '看过了' }))).to.equal(
      'not-allowed',
    );
    expect(await collection(Proposal).findOne({ community: there.community })).to.deep.equal(before);
    expect(there.notices).to.deep.equal([]);
  });
});
