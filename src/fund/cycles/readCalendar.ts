import { forReaders } from '../../store/connect.ts';
import { type Actor, checkView } from '../people/index.ts';
import { Cycle, type CycleRecord } from './cycle.ts';

/** A community's cycles for its staff, the one that begins last first, without the text of the frozen ballot. Rejects with `not-allowed` (`checkView`). */
export async function readCalendar(community: string, actor: Actor): Promise<CycleRecord[]> {
  checkView(actor, 'calendar', community);
  return forReaders(Cycle)
    .find({ community }, { sort: { 'stages.0.from': -1 }, projection: { 'frozen.ballot': 0, pseudonymKey: 0 }, promoteBuffers: true })
    .toArray();
}
