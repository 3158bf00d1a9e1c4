import { cached } from '../../store/cache.js';
import { forReaders } from '../../store/connect.js';
import { withPauses } from '../../store/inTime.js';
import { perWorld } from '../../store/world.js';
import { Proposal, proposalText } from './proposal.js';
import { supportsOf } from './support.js';
/** Texts and counts of a whole cycle are read once for everybody who asks within so long. */
const SHARED_MS = 10_000;
const MOST_CYCLES = 8;
/** The texts of all proposals of a cycle that have one, by number, whole. What changed in the last ten seconds may be missing. */
export const sharedTexts = perWorld((world) => cached(world, SHARED_MS, MOST_CYCLES, async (cycle) => {
    const found = forReaders(Proposal).find({ '_id.cycle': cycle, text: { $exists: true } }, { projection: { text: 1 }, sort: { '_id.number': 1 }, promoteBuffers: true, batchSize: 1_000 });
    const texts = new Map();
    for await (const proposal of withPauses(found))
        texts.set(proposal._id.number, proposalText(world.vault, proposal));
    return texts;
}));
/** `supportsOf` a whole cycle, at most ten seconds old. */
export const sharedSupports = perWorld((world) => cached(world, SHARED_MS, MOST_CYCLES, (cycle) => supportsOf(cycle)));
