import mongoose from 'mongoose';
import type { Log } from '../../logger.ts';
import type { World } from '../../store/world.ts';
import type { Delivered } from './puppet/src/door.ts';

/** When a message came encrypted last: what `npm run wechat -- check` knows of the mode that is chosen in WeChat's console. */
export interface DeliveryMark {
  _id: 'wechat';
  safe?: Date;
}

const EVERY_MS = 10 * 60_000;

export const deliveryMarks = () => mongoose.connection.collection<DeliveryMark>('marks');

/** Notes now and then that messages come encrypted, and says once where they come from WeChat and are not: those are refused. */
export async function noteDeliveries(world: Pick<World, 'now'>, log: Pick<Log, 'warn' | 'error'>): Promise<(outcome: Delivered) => void> {
  await deliveryMarks().updateOne({ _id: 'wechat' }, { $setOnInsert: { _id: 'wechat' } }, { upsert: true });
  let [noted, isWarned] = [0, false];
  return (outcome) => {
    if (outcome === 'unencrypted' && !isWarned) {
      isWarned = true;
      log.warn({ channel: 'wechat', code: 'WECHAT_UNENCRYPTED' }, 'WeChat posts unencrypted, which is refused: choose 安全模式 in its console');
    }
    const safe = world.now();
    if (outcome !== 'safe' || safe.getTime() - noted < EVERY_MS) return;
    noted = safe.getTime();
    deliveryMarks()
      .updateOne({ _id: 'wechat' }, { $set: { safe } })
      .catch((error: unknown) => log.error({ error, channel: 'wechat', code: 'DELIVERY_NOT_NOTED' }, 'That a message came could not be noted'));
  };
}
