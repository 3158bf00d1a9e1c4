import { randomBytes } from 'node:crypto';
import { addressHmac, phoneContact } from '../../src/contacts/contact.ts';
import { personOf, Resident } from '../../src/fund/people/index.ts';
import { changeResident } from '../../src/fund/roster/changeResident.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { collection } from '../../src/store/collection.ts';
import { vault } from '../../src/store/vault.ts';
import type { World } from '../../src/store/world.ts';
import type { MovedClock } from '../support/movedWorld.ts';
import { performer } from '../support/performer.ts';
import { SECRET_BYTES } from '../support/secret.ts';

/** Gives who has this phone another one on the roster: `+86138…` becomes `+86159…`. */
export async function phoneChanged(number: string, clock: MovedClock): Promise<void> {
  const world: World = { vault: vault(SECRET_BYTES), now: () => new Date(Date.now() + clock.ahead), randomBytes, clockAgrees: () => true };
  for (const community of await collection(Resident).distinct('community')) {
    const record = await collection(Resident).findOne(
      { phoneId: addressHmac(world.vault, { community, ...phoneContact(number) }) },
      { promoteBuffers: true },
    );
    if (!record) continue;
    const { building, language, role } = record;
    const { name } = personOf(world.vault, record);
    const input = { name, building, language, role, phone: number.replace('+86138', '+86159'), reason: '换号' };
    const changed = await performer(world, { community, notify: enqueue(world) })(changeResident, { resident: record._id }, input);
    if (changed.is !== 'done') throw new Error(JSON.stringify(changed));
  }
}
