import { collection } from '../../store/collection.ts';
import { type Context, type Place, subject } from '../act/index.ts';
import { type CycleRecord, currentCycle, findCycle } from '../cycles/index.ts';
import { Proposal, type ProposalRecord } from './proposal.ts';

/** A proposal of the current cycle, or of the one that is named besides. Its draft is its revision. */
export const proposal = subject({
  path: '/proposals/:number',
  async find(context, community, at, session) {
    const cycle = at.cycle ?? (await cycleAt(context, community, at))?._id;
    if (cycle === undefined) return null;
    return collection(Proposal).findOne({ _id: { cycle, number: Number(at.number) }, community }, { ...(session && { session }) });
  },
  name: ({ _id }: ProposalRecord) => `${_id.cycle}/${_id.number}`,
  revision: ({ opinion }) => opinion?.at.getTime() ?? 0,
});

/** The proposals of the current cycle, or of the one that is named besides. */
export const proposals = subject({ path: '/proposals', find: cycleAt, name: ({ _id }: CycleRecord) => _id });

async function cycleAt({ world }: Context, community: string, { cycle: id }: Place): Promise<CycleRecord | null> {
  if (id === undefined) return currentCycle(world)(community, world.now());
  const cycle = await findCycle(id);
  return cycle?.community === community ? cycle : null;
}
