import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { boundedMap } from '../../../store/boundedMap.ts';
import type { Vault } from '../../../store/vault.ts';
import { perWorld, type World } from '../../../store/world.ts';
import type { CycleRecord } from '../../cycles/index.ts';
import { decryptSecret, type EntryRecord } from './entry.ts';

/** A resident as the voter of one cycle. */
export interface Voter {
  /** Hex HMAC-SHA256 of the resident's `_id` under the cycle's own key. */
  readonly pseudonym: string;
  /** The id by which the voter's entries are found. */
  readonly voterId: string;
}

/**
 * The names by which people and their messages are found in a cycle's entries, all made with the cycle's own random key. Once that key is
 * destroyed, nothing leads from people to entries, even for somebody who has SECRET, the roster and the carrier's log.
 */
export interface CycleKeys {
  voter(resident: string): Voter;
  /** The key under which an entry counts once: made from the act that wrote it and the service. */
  once(actKey: string, service: string): string;
  /** Stands for the phone or chat that a ballot came from, which is given as its `addressHmac`. */
  from(address: string): string;
  /** Hides a moment, in milliseconds, in the entry that has a key; the same again shows it. Nobody can show it once the cycle's key is destroyed. */
  hidden(moment: number, entryKey: string): number;
}

/** A moment is hidden in two halves of 24 bits. */
const HALF = 2 ** 24;

/** A cycle's keys; undefined before its vote opens and after they are destroyed. */
export const cycleKeys: (world: World) => (cycle: CycleRecord) => CycleKeys | undefined = perWorld(({ vault }) => {
  const known = boundedMap<string, CycleKeys>(2_000);
  return ({ _id, pseudonymKey }) => {
    if (pseudonymKey) return known.getOrMake(_id, () => keysOf(createSecretKey(vault.decryptBytes('pseudonymKey', _id, pseudonymKey)), _id));
    known.delete(_id);
    return undefined;
  };

  function keysOf(key: KeyObject, cycle: string): CycleKeys {
    const hmac = (text: string) => createHmac('sha256', key).update(text);
    return {
      voter: (resident) => {
        const pseudonym = hmac(resident).digest('hex');
        return { pseudonym, voterId: vault.hmac('voter', cycle, pseudonym) };
      },
      once: (actKey, service) => hmac(`once\n${service}\n${actKey}`).digest('base64url'),
      from: (address) => hmac(`from\n${address}`).digest('base64url'),
      hidden: (moment, entryKey) => {
        const pad = hmac(`moment\n${entryKey}`).digest();
        const [high, low] = [Math.floor(moment / HALF) ^ pad.readUIntBE(0, 3), (moment % HALF) ^ pad.readUIntBE(3, 3)];
        return high * HALF + low;
      },
    };
  }
});

/** When an entry's ballot was received, on paper when it was handed in, in milliseconds; undefined in entries of an earlier version. */
export function receivedAt(vault: Vault, keys: CycleKeys, entry: EntryRecord): number | undefined {
  const { moment } = decryptSecret(vault, entry);
  return moment === undefined ? undefined : keys.hidden(moment, entry.key);
}
