import type { Notify } from '../../../contacts/notify.ts';
import { collection } from '../../../store/collection.ts';
import type { World } from '../../../store/world.ts';
import { notifyHolder, Resident } from '../../people/index.ts';
import { type Cast, cast } from './cast.ts';

/** A ballot that somebody casts on a hall's tablet, with their card. */
export interface KioskBallot {
  readonly picks: readonly number[];
  /** `_id` of the card's holder. */
  readonly resident: string;
  readonly community: string;
  /** The same key counts once. */
  readonly key: string;
  readonly at: Date;
}

/** Casts a ballot from a hall's tablet under the same rules as every other. The card's holder gets a line with the receipt, if they have a phone: it may have been somebody else. */
export function castAtKiosk(world: World, notify: Notify): (ballot: KioskBallot) => Promise<Cast> {
  const castOne = cast(world);
  const tell = notifyHolder(world, notify);
  return async ({ picks, resident, community, key, at }) => {
    const holder = await collection(Resident).findOne(
      { _id: resident, community, erasedAt: { $exists: false } },
      { projection: { person: 1, phoneId: 1, linkedContacts: 1, language: 1 }, promoteBuffers: true },
    );
    const outcome = await castOne({
      ...{ key, service: 'castBallot' as const, at, community, channel: 'kiosk' as const, withCard: true, picks },
      ...(holder && { resident: holder._id }),
      beginWrite: () => undefined,
    });
    if (holder && 'receipt' in outcome)
      await tell(holder, { community, occasion: `atTablet|${key}`, said: { key: 'notice.atTablet', params: { receipt: outcome.receipt } } });
    return outcome;
  };
}
