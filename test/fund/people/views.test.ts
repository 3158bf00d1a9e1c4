import { expect } from 'chai';
import { turnoutShares } from '../../../src/fund/ballots/index.ts';
import { findCycle, readPrinted } from '../../../src/fund/cycles/index.ts';
import { readMeetings, readPublication } from '../../../src/fund/meetings/index.ts';
import {
  readBatches,
  readManyAssists,
  readMarks,
  readOddSlips,
  readOneTable,
  readSlipAudit,
  readTables,
  readTablesToKey,
  waitingPaper,
} from '../../../src/fund/paper/index.ts';
import { type Actor, mayDo, operator, STAFF_ROLES, type StaffRole } from '../../../src/fund/people/actor.ts';
import { ROLES } from '../../../src/fund/people/residentFields.ts';
import { countExamined, nextProposal, readProposals, readSomeProposals, waitingProposals } from '../../../src/fund/proposals/index.ts';
import { readWorks } from '../../../src/fund/works/index.ts';
import { codeOf } from '../../support/codeOf.ts';
import { useDatabase } from '../../support/database.ts';
import { planMeeting } from '../../support/meetings.ts';
import { town, votingNow } from '../../support/town.ts';
import { VIEWS } from '../../support/views.ts';

/** Everything that is read, by the offices that read it. */
const READ_BY: Readonly<Record<string, string>> = {
  cadre: 'proposal.phones',
  'cadre supervisor': `assist.many hall inbox.answers inbox.list inbox.one inbox.search lock.list log.details message.each miss.list print.cycle
    recording.list recording.one recording.sound request.list request.near request.one roster.buildings roster.byBuilding roster.count roster.list
    roster.one second.list second.one second.waiting staff.list`,
  'cadre supervisor office': 'broadcast.groupTexts log.list message.list message.one',
  'cadre council supervisor': 'implementer.list meeting.list meeting.one objection.list proposal.names publication.one',
  'cadre supervisor helper': 'table.find table.helpers table.list table.marks table.one table.person table.pictures',
  'cadre council supervisor office': `account.sums ballot.one batch.list batch.one batch.tables cycle.list inbox.waiting meeting.waiting message.waiting
    miss.waiting month.one paper.waiting proposal.examined proposal.list proposal.next proposal.some proposal.waiting publication.waiting
    recording.waiting request.waiting slip.compare slip.odd today today.byPage turnout.shares work.waiting`,
  'cadre council supervisor implementer office': 'news.held work.document work.list',
};

describe('who may read what', () => {
  const { world } = useDatabase('views');
  const staff = (role: StaffRole): Actor => ({ kind: 'staff', role, id: '1', name: 'Li', community: 'qingsong' });
  it('is for each view what its office needs: numbers and money for council and street office, single people for cadre and supervisor alone', () => {
    const found = new Map<string, string[]>();
    for (const view of VIEWS) {
      const offices = STAFF_ROLES.filter((role) => mayDo(staff(role), view, 'qingsong')).join(' ');
      found.set(offices, [...(found.get(offices) ?? []), view.name]);
    }
    expect(Object.fromEntries(found)).to.deep.equal(Object.fromEntries(Object.entries(READ_BY).map(([who, names]) => [who, names.split(/\s+/)])));
  });

  it('is everything for who has a shell on the server, nothing for whoever is on the roster, and nothing in another community', () => {
    const named = (actor: Actor, community: string) => VIEWS.filter((view) => mayDo(actor, view, community)).map(({ name }) => name);
    expect(named(operator('Li'), 'qingsong')).to.deep.equal(VIEWS.map(({ name }) => name));
    for (const role of ROLES)
      expect(named({ kind: 'resident', role, id: '1', name: 'Li', community: 'qingsong' }, 'qingsong'), role).to.deep.equal([]);
    for (const role of STAFF_ROLES) expect(named(staff(role), 'elsewhere'), role).to.deep.equal([]);
  });

  it('is nothing of a cycle of another community, also where somebody names one', async () => {
    const [own, other] = [await town(world, { cycle: votingNow(world) }), await town(world, { cycle: votingNow(world) })];
    const reading = { world, community: own.community, actor: operator('Li') };
    const wanted = { view: 'all', after: undefined, limit: 9 } as const;
    const { cycle } = other;
    const asked: readonly (() => Promise<unknown>)[] = [
      () => readProposals.read(reading, cycle, wanted),
      () => readSomeProposals.read(reading, cycle, { numbers: [1] }),
      () => nextProposal.read(reading, cycle, wanted, 1),
      () => countExamined.read(reading, cycle, {}),
      () => waitingProposals.read(reading, cycle, 'unanswered'),
      () => readTables.read(reading, cycle),
      () => readTablesToKey.read(reading, cycle),
      () => readOneTable.read(reading, cycle, 1),
      () => readMarks.read(reading, cycle, 1, 9),
      () => readBatches.read(reading, cycle, { limit: 9 }),
      () => readManyAssists.read(reading, cycle),
      () => readOddSlips.read(reading, cycle, 9),
      () => readSlipAudit.read(reading, cycle),
      () => waitingPaper.read(reading, cycle, { isOver: false }),
    ];
    for (const ask of asked) expect(await codeOf(ask()), String(ask)).to.equal('unknown-cycle');
    const plan = { at: new Date(world.now().getTime() + 86_400_000), place: '居委会', items: [] };
    expect(await planMeeting(world)({ cycle, actor: operator('Li'), plan })).to.deep.equal({ planned: 1 });
    expect(await readMeetings.read(reading, cycle)).to.deep.equal([]);
    expect(await readPrinted.read(reading, cycle)).to.equal(null);
    expect(await readPublication.read(reading, cycle)).to.equal(null);
    expect(await readWorks.read(reading, cycle)).to.deep.equal([]);
    const opened = await findCycle(cycle);
    expect(opened && (await turnoutShares.read(reading, opened, 0))).to.equal(null);
  });
});
