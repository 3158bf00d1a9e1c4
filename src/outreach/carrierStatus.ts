import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { failureWatch } from './failureWatch.ts';
import { Message, type MessageState } from './message.ts';
import { stopAddress } from './stopAddress.ts';

/** What a carrier tells later of a message that it was given. */
export interface CarrierStatus {
  /** The message as we called it when we sent it; without it, it is found by the carrier's id. */
  readonly ref?: string;
  readonly carrierId: string;
  readonly state: 'sent' | 'delivered' | 'failed' | 'stopped';
  /** Stable code of a failure. */
  readonly reason?: string;
}

/** From where a message may still come to a state: only forward, never out of an end. */
const BEFORE: Record<CarrierStatus['state'], MessageState[]> = {
  sent: ['sending', 'unknown'],
  delivered: ['sending', 'unknown', 'sent'],
  failed: ['sending', 'unknown', 'sent'],
  stopped: ['sending', 'unknown', 'sent'],
};

/**
 * Moves a message on as its carrier tells: late, twice, out of order or of a message that is not ours, it is harmless.
 * It also settles what was `unknown`.
 */
export function carrierStatus(world: World): (status: CarrierStatus) => Promise<void> {
  const watch = failureWatch(world);
  return async ({ ref, carrierId, state, reason }) => {
    const message = await native(Message).findOneAndUpdate(
      { ...(ref ? { ref } : { carrierId }), state: { $in: BEFORE[state] } },
      { $set: { state, carrierId, changedAt: world.now(), ...(reason ? { reason } : {}) }, ...(reason ? {} : { $unset: { reason: '' } }) },
    );
    if (message && state === 'stopped') await stopAddress(world, message);
    if (message && state === 'failed' && !message.next) await watch(message.broadcast, true);
  };
}
