import { collection } from '../../store/collection.ts';
import { subject } from '../act/index.ts';
import { Cycle, type CycleRecord } from './cycle.ts';

/** A cycle, at an address of the console with `:cycle`, or at a page of the one that runs. */
export const cycleAt = (path: string) =>
  subject({
    path,
    find: (_, community, { cycle: _id = '' }, session) =>
      collection(Cycle).findOne({ _id, community }, { ...(session && { session }), promoteBuffers: true }),
    name: ({ _id }: CycleRecord) => _id,
  });

/** A cycle in the calendar. */
export const onCycle = cycleAt('/calendar/:cycle');
