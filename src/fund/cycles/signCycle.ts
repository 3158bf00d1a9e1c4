import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { act, done, refuse } from '../act/index.ts';
import { voteOf } from './calendar.ts';
import { Cycle } from './cycle.ts';
import { cycleMark, isGenuine } from './cycleMark.ts';
import { onCycle } from './cycleSubject.ts';

/**
 * Takes the dates of a cycle for the service's own, as they stand: somebody changed them past it and they were put right, or an earlier version wrote them.
 * Whoever does it has compared them with the log.
 */
export const signCycle = act({
  name: 'cycle.sign',
  may: ['operator'],
  on: onCycle,
  input: z.strictObject({}),
  refusals: { already: null },
  async run({ world, session, on }) {
    if (isGenuine(world.vault, on)) return refuse('already');
    await collection(Cycle).updateOne({ _id: on._id }, { $set: { mark: cycleMark(world.vault, on) } }, { session });
    const { stages, moves, sealedAt } = on;
    return done({ closes: voteOf(on, world.now())?.to }, { after: { stages, moves, sealedAt } });
  },
});
