import { z } from 'zod';
import { act, done, line, refuse } from '../act/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { moveOn, notifyProposers } from './moveOn.ts';
import { proposal } from './subjects.ts';

const LONGEST_WHY = 60;

/** Says why the ballot is without a proposal that the council recommended; everybody reads it, and its proposers are notified. */
export const leaveOffBallot = act({
  name: 'proposal.leaveOff',
  may: DAILY_WORK,
  on: proposal,
  input: z.strictObject({ reason: line(LONGEST_WHY) }),
  refusals: { notRecommended: null, given: null },
  async run({ world, notify, session, on, input: { reason }, actor }) {
    if (on.state !== 'recommended' && on.state !== 'notOnBallot') return refuse('notRecommended');
    if (on.leftOff) return refuse('given');
    const at = world.now();
    const change = { state: 'notOnBallot' as const, by: actor.name, at };
    if (!(await moveOn(on, change, session, { set: { leftOff: { by: actor.name, reason, at } } }))) return refuse('given');
    const { number } = on._id;
    const said = { key: 'notice.proposalNotOnBallot', ofPart: 'notice.proposalPartNotOnBallot', params: { number, reason } };
    const notified = await notifyProposers(world, notify, on, `leftOff|${on.history.length}`, said, session);
    return done({ notified }, { before: { state: on.state }, after: { state: 'notOnBallot' }, reason, names: [on.by] });
  },
});
