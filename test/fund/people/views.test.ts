import { expect } from 'chai';
import { type Actor, maySee, STAFF_ROLES, type StaffRole, VIEWS, type View } from '../../../src/fund/people/actor.ts';
import { ROLES } from '../../../src/fund/people/residentFields.ts';

const ALL_VIEWS = Object.keys(VIEWS).filter((name): name is View => name in VIEWS);
/** The views that a council member may read, whether there is a page for them yet or not. */
const COUNCIL: readonly string[] = [
  'waiting',
  'today',
  'turnout',
  'month',
  'calendar',
  'proposals',
  'proposalNames',
  'meetings',
  'publication',
  'ballot',
  'paper',
  'works',
  'account',
  'implementers',
];
/** Views that tell of single people. */
const OF_PEOPLE: readonly View[] = ['requests', 'inbox', 'logDetails', 'messagesEach', 'second'];
const DAILY: readonly View[] = ['today', 'turnout', 'waiting', 'log', ...OF_PEOPLE];

describe('who may read what', () => {
  const staff = (role: StaffRole): Actor => ({ kind: 'staff', role, id: '1', name: 'Li', community: 'qingsong' });
  const readBy = (actor: Actor) => ALL_VIEWS.filter((view) => maySee(actor, view, 'qingsong'));

  it('is everything for cadre and supervisor', () => {
    for (const role of ['cadre', 'supervisor'] as const) expect(readBy(staff(role)), role).to.include.members([...DAILY]);
  });

  it('is numbers, turnout and the log without details for an office, never a person', () => {
    expect(readBy(staff('office'))).to.include.members(['today', 'turnout', 'waiting', 'log']);
    expect(readBy(staff('office'))).to.not.include.any.members([...OF_PEOPLE]);
  });

  it('is calendar, turnout, proposals, meetings, slips that are keyed and works for the council, nothing else', () => {
    expect(readBy(staff('council'))).to.include.members(['today', 'turnout']);
    expect(readBy(staff('council')).filter((view) => !COUNCIL.includes(view))).to.deep.equal([]);
  });

  it('is nothing of the daily work for helper, implementer and whoever is on the roster', () => {
    const others: Actor[] = [
      ...(['helper', 'implementer'] as const).map(staff),
      ...ROLES.map((role) => ({ kind: 'resident' as const, role, id: '1', name: 'Li', community: 'qingsong' })),
    ];
    for (const actor of others)
      expect(
        readBy(actor).filter((view) => DAILY.includes(view)),
        actor.role,
      ).to.deep.equal([]);
  });

  it('is nothing in another community', () => {
    for (const role of STAFF_ROLES)
      expect(
        ALL_VIEWS.filter((view) => maySee(staff(role), view, 'elsewhere')),
        role,
      ).to.deep.equal([]);
  });
});
