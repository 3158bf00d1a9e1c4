import { CodedError } from '../store/codedError.ts';
import { collection } from '../store/collection.ts';
import { oneOf, records } from '../store/records.ts';
import type { World } from '../store/world.ts';

/** The demo's time: the database's clock, plus the time by which somebody moved it ahead. */
export interface DemoClock {
  readonly now: () => Date;
  /** How far it was moved, in milliseconds. */
  readonly ahead: () => number;
  /** Moves it ahead, never back: acts from a later time would not be understood. */
  readonly moveTo: (to: Date) => Promise<void>;
}

const Moved = records('democlock', {
  _id: oneOf(['demo']),
  ahead: Number,
});

/** The demo's clock as it was left the last time. `moveTo` rejects with `not-ahead`. */
export async function demoClock(real: () => Date): Promise<DemoClock> {
  let ahead = (await collection(Moved).findOne({ _id: 'demo' }))?.ahead ?? 0;
  const now = () => new Date(real().getTime() + ahead);
  return {
    now,
    ahead: () => ahead,
    moveTo: async (to) => {
      if (to <= now()) throw new CodedError('not-ahead', 'The clock moves ahead only.');
      const wanted = to.getTime() - real().getTime();
      await collection(Moved).updateOne({ _id: 'demo' }, { $set: { ahead: wanted } }, { upsert: true });
      ahead = wanted;
    },
  };
}

/**
 * The world of a command beside a service: with the demo's clock if that service is the demo. `note` is the service's note; undefined if none runs.
 */
export async function worldBeside(world: World, note: { readonly authToken?: string | undefined } | undefined): Promise<World> {
  if (!note?.authToken) return world;
  const { now } = await demoClock(world.now);
  return { ...world, now };
}
