import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import { holdersOf } from './holdersOf.ts';
import { type Person, personOf } from './person.ts';

/** The cadre whose phone or chat this is, as the roster has it now; null where it is none's. */
export function cadreAt(
  world: World,
): (act: Pick<Act, 'community' | 'channel' | 'address'>) => Promise<(Pick<ResidentRecord, '_id' | 'language'> & Person) | null> {
  const holders = holdersOf(world);
  return async (act) => {
    const { holders: here } = await holders(act);
    const cadre = await native(Resident).findOne(
      { _id: { $in: here.map(({ resident }) => resident) }, role: 'cadre', leftAt: { $exists: false } },
      { projection: { person: 1, language: 1 } },
    );
    return cadre && { ...cadre, ...personOf(world.vault, cadre) };
  };
}
