import { expect } from 'chai';
import { type Actor, mayDo, operator, type Right, STAFF_ROLES, type StaffRole } from '../../../src/fund/people/actor.ts';
import { ROLES } from '../../../src/fund/people/residentFields.ts';
import { allViews } from '../../support/views.ts';

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
  const staff = (role: StaffRole): Actor => ({ kind: 'staff', role, id: '1', name: 'Li', community: 'qingsong' });
  let views: readonly Right[];
  before(async () => {
    views = await allViews();
  });

  it('is for each view what its office needs: numbers and money for council and street office, single people for cadre and supervisor alone', () => {
    const found = new Map<string, string[]>();
    for (const view of views) {
      const offices = STAFF_ROLES.filter((role) => mayDo(staff(role), view, 'qingsong')).join(' ');
      found.set(offices, [...(found.get(offices) ?? []), view.name]);
    }
    expect(Object.fromEntries(found)).to.deep.equal(Object.fromEntries(Object.entries(READ_BY).map(([who, names]) => [who, names.split(/\s+/)])));
  });

  it('is everything for who has a shell on the server, nothing for whoever is on the roster, and nothing in another community', () => {
    const named = (actor: Actor, community: string) => views.filter((view) => mayDo(actor, view, community)).map(({ name }) => name);
    expect(named(operator('Li'), 'qingsong')).to.deep.equal(views.map(({ name }) => name));
    for (const role of ROLES)
      expect(named({ kind: 'resident', role, id: '1', name: 'Li', community: 'qingsong' }, 'qingsong'), role).to.deep.equal([]);
    for (const role of STAFF_ROLES) expect(named(staff(role), 'elsewhere'), role).to.deep.equal([]);
  });
});
