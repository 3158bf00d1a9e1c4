import mongoose from 'mongoose';
import type { World } from '../../store/world.ts';
import type { Delivered } from './puppet/src/door.ts';

/** How WeChat's messages came lately: what `npm run wechat -- check` knows of the mode that is chosen in WeChat's console. */
export interface DeliveryMark {
  _id: 'wechat';
  /** When one came encrypted, and when one came from WeChat that was not and was refused. */
  safe?: Date;
  unencrypted?: Date;
}

const EVERY_MS = 10 * 60_000;

export const deliveryMarks = () => mongoose.connection.collection<DeliveryMark>('marks');

/** Notes how messages come, now and then. `report` is told where it could not be noted. */
export function noteDeliveries(world: Pick<World, 'now'>, report: (error: unknown) => void): (outcome: Delivered) => void {
  const noted = new Map<Delivered, number>();
  return (outcome) => {
    if (outcome !== 'safe' && outcome !== 'unencrypted') return;
    const at = world.now();
    if (at.getTime() - (noted.get(outcome) ?? 0) < EVERY_MS) return;
    noted.set(outcome, at.getTime());
    deliveryMarks()
      .updateOne({ _id: 'wechat' }, { $set: { [outcome]: at } }, { upsert: true })
      .catch(report);
  };
}
