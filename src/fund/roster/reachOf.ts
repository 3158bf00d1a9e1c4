import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import { holdersOf } from './holdersOf.ts';
import { tieOf } from './tieOf.ts';

/** Every phone and chat, as `tieOf` names them, that a person acting here has; of a shared phone only that phone. */
export function reachOf(world: World): (act: Pick<Act, 'community' | 'channel' | 'address'>) => Promise<string[]> {
  const holders = holdersOf(world);
  return async (act) => {
    const { holders: here } = await holders(act);
    const [holder, another] = here;
    const resident = holder && !another ? await native(Resident).findOne({ _id: holder.resident }, { projection: { phone: 1, ties: 1 } }) : null;
    return [...new Set([tieOf(act), ...(resident ? addressesOf(resident) : [])])];
  };
}

function addressesOf({ phone, ties }: Pick<ResidentRecord, 'phone' | 'ties'>): string[] {
  return [...(phone ? [tieOf({ channel: 'sms', address: phone })] : []), ...ties];
}
