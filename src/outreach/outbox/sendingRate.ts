import { CHANNELS, type Channel } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import { optional, records } from '../../store/records.ts';
import type { World } from '../../store/world.ts';

/** A token bucket: how much a community may send on a channel now, in all processes together. */
const SendingRate = records('sendingRates', {
  /** `channel|slug`. */
  _id: String,
  /** Below zero while the carrier wants us to wait. */
  tokens: Number,
  /** When it was last filled up. */
  at: Date,
  /** The number given to the last caller. */
  granted: optional(Number),
});

/** The bucket holds the tokens of a fifth of a second, at least one: no second gets much more than its rate. */
const BURST_S = 0.2;
/** Refusals slow sending down for a minute at most. */
const LONGEST_REST_S = 60;
/** A bucket that is lost is simply full again. */
const NOT_DURABLE = { writeConcern: { w: 1 } } as const;

/** The rate of a community on a channel, in messages a second, for all processes together. */
export interface Rate {
  /** Gives how many messages may be sent now, at most `wanted`. */
  take(wanted: number): Promise<number>;
  /** Gives back tokens that were not needed. */
  giveBack(unused: number): Promise<void>;
  /** The carrier refused a message for now: no process sends for the next second, and longer the more it refuses. */
  slowDown(): Promise<void>;
  /** Milliseconds in which the next one may go. */
  readonly everyMs: number;
}

export function sendingRate(world: World, channel: Channel, community: { _id: string; rates?: Partial<Record<Channel, number>> }): Rate {
  const { _id, rates } = community;
  const perSecond = rates?.[channel] ?? CHANNELS[channel].perSecond;
  const most = Math.max(1, perSecond * BURST_S);
  const bucket = { _id: `${channel}|${_id}` };
  return {
    everyMs: 1_000 / perSecond,
    take: async (wanted) => {
      const now = world.now();
      const since = { $max: [0, { $subtract: [now, { $ifNull: ['$at', now] }] }] }; // a clock that was put back adds and takes no tokens
      const filled = { $min: [most, { $add: [{ $ifNull: ['$tokens', most] }, { $multiply: [since, perSecond / 1_000] }] }] };
      const after = await collection(SendingRate).findOneAndUpdate(
        bucket,
        [
          { $set: { tokens: filled, at: now } },
          { $set: { granted: { $max: [0, { $min: [wanted, { $floor: '$tokens' }] }] } } },
          { $set: { tokens: { $subtract: ['$tokens', '$granted'] } } },
        ],
        { upsert: true, returnDocument: 'after', ...NOT_DURABLE },
      );
      return after?.granted ?? 0;
    },
    giveBack: async (unused) => {
      if (unused > 0) await collection(SendingRate).updateOne(bucket, { $inc: { tokens: unused } }, NOT_DURABLE);
    },
    slowDown: async () => {
      const less = { $max: [-LONGEST_REST_S * perSecond, { $subtract: ['$tokens', perSecond] }] };
      await collection(SendingRate).updateOne(bucket, [{ $set: { tokens: less } }], NOT_DURABLE);
    },
  };
}
