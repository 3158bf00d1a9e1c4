import { boundedMap } from '../../store/boundedMap.ts';
import { perWorld } from '../../store/perWorld.ts';
import type { World } from '../../store/world.ts';
import { publishedFiles } from './publishedFiles.ts';
import type { ClosedResults } from './resultsOf.ts';

/** What a sealed ledger came to, as it is published; rejects as `publishedFiles` does. */
export const closedResults: (world: World) => (cycle: string) => Promise<ClosedResults> = perWorld((world) => {
  const kept = boundedMap<string, Promise<ClosedResults>>(500);
  const files = publishedFiles(world);
  return (id) => {
    const known = kept.get(id);
    if (known) return known;
    const reading = read(id);
    kept.set(id, reading);
    reading.catch(() => kept.delete(id));
    return reading;
  };

  async function read(id: string): Promise<ClosedResults> {
    const file = await files.of(id, 'results');
    const parts = await Promise.all(file.from.map((_, part) => files.part(file, part)));
    return { results: JSON.parse(Buffer.concat(parts).toString()), ballots: file.cast ?? 0 };
  }
});
