import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { voteUnderWay } from '../cycles/voteUnderWay.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import { erase, type Forget } from './erase.ts';

/** Removes residents who asked to be deleted while voting was open, once the ledger is sealed. Harmless when it is done twice, late or in several processes; one who cannot be removed holds up nobody else. */
export function leaveDue(world: World, forget: Forget): () => Promise<void> {
  const eraseOne = erase(world, forget);
  return async () => {
    const failures: unknown[] = [];
    for (const community of await native(Resident).distinct('community', { leaving: { $exists: true } })) {
      if (await voteUnderWay(community, world.now())) continue;
      for await (const resident of native(Resident).find({ community, leaving: { $exists: true } })) {
        if (isLeaving(resident)) await eraseOne(resident).catch((error: unknown) => failures.push(error));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} residents who asked to be deleted could not be removed.`);
  };
}

function isLeaving(resident: ResidentRecord): resident is ResidentRecord & Required<Pick<ResidentRecord, 'leaving'>> {
  return resident.leaving !== undefined;
}
