import type { mongo } from 'mongoose';
import type { World } from '../../store/world.ts';
import { moneySettings } from '../communities/index.ts';
import type { DocumentKind, WorkRecord } from './work.ts';

/** The papers that a work has to have before the last payment. */
export const LAST_PAPERS: readonly DocumentKind[] = ['contract', 'acceptance', 'invoice'];

/** Whether a work lacks one of these papers, and its community does not do without them (`papers` in community.yaml). */
export async function lacksPapers(
  world: Pick<World, 'vault'>,
  { community, papers }: Pick<WorkRecord, 'community' | 'papers'>,
  kinds: readonly DocumentKind[],
  session?: mongo.ClientSession,
): Promise<boolean> {
  if (kinds.every((kind) => papers.includes(kind))) return false;
  return (await moneySettings(world, community, session)).papers !== 'warned';
}
