import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { boundedMap } from '../../store/boundedMap.ts';
import { perWorld } from '../../store/perWorld.ts';
import type { World } from '../../store/world.ts';
import type { CycleRecord } from '../records/cycle.ts';

/** A resident as the voter of one cycle. */
export interface Voter {
  /** Hex HMAC-SHA256 of the resident's `_id` under the cycle's own key. */
  readonly pseudonym: string;
  /** What the voter's entries are found by. */
  readonly mark: string;
}

/** A resident as a cycle's voter; none before its vote opens and once its key is destroyed. */
export const voterOf: (world: World) => (cycle: CycleRecord, resident: string) => Voter | undefined = perWorld(({ vault }) => {
  const keys = boundedMap<string, KeyObject>(2_000);
  return ({ _id, pseudonymKey }, resident) => {
    if (!pseudonymKey) {
      keys.delete(_id);
      return undefined;
    }
    const key = keys.getOrMake(_id, () => createSecretKey(vault.decryptBytes('pseudonymKey', _id, pseudonymKey)));
    const pseudonym = createHmac('sha256', key).update(resident).digest('hex');
    return { pseudonym, mark: vault.hmac('voter', _id, pseudonym) };
  };
});
