import { boundedMap } from '../../store/boundedMap.ts';
import { forReaders } from '../../store/connect.ts';
import { withPauses } from '../../store/inTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import { Proposal, proposalText } from './proposal.ts';
import { supportsOf } from './support.ts';

/** Texts and counts of a whole cycle are read once for everybody who asks within so long. */
const SHARED_MS = 10_000;
const MOST_CYCLES = 8;

/** The texts of all proposals of a cycle that have one, by number, whole. What changed in the last ten seconds may be missing. */
export const sharedTexts: (world: World) => (cycle: string) => Promise<ReadonlyMap<number, string>> = perWorld((world) =>
  shared(world, async (cycle) => {
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
  shared(world, (cycle) => supportsOf(cycle)),
);

function shared<Value>(world: World, read: (cycle: string) => Promise<Value>): (cycle: string) => Promise<Value> {
  const kept = boundedMap<string, { readonly until: number; readonly value: Promise<Value> }>(MOST_CYCLES);
  return (cycle) => {
    const now = world.now().getTime();
    const known = kept.get(cycle);
    if (known && now < known.until && now > known.until - 2 * SHARED_MS) return known.value;
    const value = read(cycle);
    kept.set(cycle, { until: now + SHARED_MS, value });
    value.catch(() => kept.delete(cycle));
    return value;
  };
}
