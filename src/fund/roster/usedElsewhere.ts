import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { answerReach } from '../answerReach.ts';
import { Community } from '../records/community.ts';
import type { ResidentRecord } from '../records/resident.ts';
import type { Tell } from '../tell.ts';
import { placesOf } from './placesOf.ts';

type CardHolder = Pick<ResidentRecord, '_id' | 'person' | 'phoneId' | 'ties' | 'language'>;

/** A card was used in an act from an address that is not its holder's: the holder's phone (the roster's, else those tied) gets a line that says so, once; where no text arrives, by a call. */
export function usedElsewhere({ vault }: World, tell: Tell): (holder: CardHolder, act: Act) => Promise<void> {
  return async (holder, { key, community }) => {
    const { _id: resident, phoneId, language } = holder;
    const places = placesOf(vault, holder).filter(({ channel }) => channel === 'sms');
    const phones = (phoneId === undefined ? places : places.slice(0, 1)).map(({ address }) => address);
    if (phones.length === 0) return;
    const home = await native(Community).findOne({ _id: community }, { projection: { language: 1 } });
    for (const address of phones) {
      await tell({
        occasion: `cardUsed|${key}`,
        community,
        ...answerReach({ channel: 'voice', address }),
        resident,
        language: language ?? home?.language ?? 'zh-CN',
        kind: 'alarm',
        said: { key: 'notice.cardUsed' },
      });
    }
  };
}
