import { cached } from '../../store/cache.ts';
import { forReaders } from '../../store/connect.ts';
import { withPauses } from '../../store/pauses.ts';
import { perWorld, type World } from '../../store/world.ts';
import { Proposal, proposalText } from './proposal.ts';
import { supportsOf } from './support.ts';

/** Texts and counts of a whole cycle are read once for everybody who asks within so long. */
const SHARED_MS = 10_000;
const MOST_CYCLES = 8;

/** The texts of all proposals of a cycle that have one, by number, whole. What changed in the last ten seconds may be missing. */
export const sharedTexts: (world: World) => (cycle: string) => Promise<ReadonlyMap<number, string>> = perWorld((world) =>
  cached(world, SHARED_MS, MOST_CYCLES, async (cycle) => {
    const found = forReaders(Proposal).find(
      { '_id.cycle': cycle, text: { $exists: true } },
      { projection: { text: 1 }, sort: { '_id.number': 1 }, promoteBuffers: true, batchSize: 1_000 },
    );
    const texts = new Map<number, string>();
    for await (const proposal of withPauses(found)) texts.set(proposal._id.number, proposalText(world.vault, proposal));
    return texts;
  }),
);

/** `supportsOf` a whole cycle, at most ten seconds old. */
export const sharedSupports: (world: World) => (cycle: string) => Promise<ReadonlyMap<number, number>> = perWorld((world) =>
  cached(world, SHARED_MS, MOST_CYCLES, (cycle) => supportsOf(cycle)),
);
