import parsePhoneNumber from 'libphonenumber-js/max';
import { model, Schema } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import type { CommunityContact } from '../../contacts/contact.ts';
import { boundedMap } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { dayOf } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import type { CommunityRecord } from '../communities/index.ts';
import { holdersOf } from './holders.ts';

/** Answers in a day to numbers from other countries that nobody on the roster has. */
const MOST_A_DAY = 100;

/**
 * Whether a text gets an answer; each answer costs money. A text from the country of the community's own number, or from a number on its roster,
 * always gets one. Of other texts, only so many a day get one.
 */
export const mayAnswer: (
  world: World,
) => (from: CommunityContact & Pick<Act, 'at'>, community: Pick<CommunityRecord, 'phone' | 'timezone'>) => boolean | Promise<boolean> = perWorld(
  (world) => {
    const codes = boundedMap<string, string>(2_000);
    const holders = holdersOf(world);
    return (from, { phone, timezone }) => {
      if (!CHANNELS[from.channel].isAnswerPaid) return true;
      const code = codes.getOrMake(phone, () => `+${parsePhoneNumber(phone)?.countryCallingCode ?? ''}`);
      return from.address.startsWith(code) || abroad(from, timezone);
    };

    async function abroad(from: CommunityContact & Pick<Act, 'at'>, timezone: string): Promise<boolean> {
      if ((await holders(from)).holders.length > 0) return true;
      const today = await collection(ForeignDay).findOneAndUpdate(
        { _id: `${from.community}|${dayOf(from.at, timezone)}` },
        { $inc: { answers: 1 }, $setOnInsert: { at: from.at } },
        { upsert: true, returnDocument: 'after' },
      );
      return (today?.answers ?? 0) <= MOST_A_DAY;
    }
  },
);

/** How many messages a community answered on one day that came from other countries, from numbers of nobody on the roster. */
export interface ForeignDayRecord {
  /** `slug|YYYY-MM-DD`: the day in the community's time zone. */
  _id: string;
  answers: number;
  at: Date;
}

const schema = new Schema<ForeignDayRecord>(
  { _id: { type: String, required: true }, answers: { type: Number, required: true }, at: { type: Date, required: true } },
  { strict: 'throw', versionKey: false, collection: 'foreigndays' },
);
schema.index({ at: 1 });

export const ForeignDay = model<ForeignDayRecord>('ForeignDay', schema);
