import { randomBytes } from 'node:crypto';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { vault } from '../../src/store/vault.ts';
import type { World } from '../../src/store/world.ts';
import { checkPublication, publish } from '../support/meetings.ts';
import { type MovedClock, REMEMBERED_MS } from '../support/movedWorld.ts';
import { SECRET_BYTES } from '../support/secret.ts';

/** Publishes the list, and has a supervisor find it right: the vote opens on its day. */
export async function published(clock: MovedClock): Promise<void> {
  const world: World = { vault: vault(SECRET_BYTES), now: () => new Date(Date.now() + clock.ahead), randomBytes, clockAgrees: () => true };
  for (const { _id: cycle, community } of await Cycle.find({}).lean()) {
    const made = await publish(world)({ cycle, seen: 0, actor: operator('李姐') });
    const supervisor = { kind: 'staff', role: 'supervisor', id: '1', name: '郑海涛', community } as const;
    const checked = await checkPublication(world)({ cycle, number: 1, actor: supervisor });
    if (!('published' in made) || Object.keys(checked).length > 0) throw new Error(JSON.stringify([made, checked]));
  }
  clock.ahead += REMEMBERED_MS;
}
