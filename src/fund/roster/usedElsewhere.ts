import { native } from '../../store/native.ts';
import type { Act } from '../act.ts';
import { answerReach } from '../answerReach.ts';
import { Community } from '../records/community.ts';
import type { ResidentRecord } from '../records/resident.ts';
import type { Tell } from '../tell.ts';

type CardHolder = Pick<ResidentRecord, '_id' | 'phone' | 'ties' | 'language'>;

/** A card was used in an act from an address that is not its holder's: the holder's phone (the roster's, else those tied) gets a line that says so, once; where no text arrives, by a call. */
export function usedElsewhere(tell: Tell): (holder: CardHolder, act: Act) => Promise<void> {
  return async ({ _id: resident, phone, ties, language }, { key, community }) => {
    const phones = phone ? [phone] : ties.flatMap((tie) => (tie.startsWith('sms|') ? [tie.slice('sms|'.length)] : []));
    if (phones.length === 0) return;
    const home = await native(Community).findOne({ _id: community }, { projection: { language: 1 } });
    for (const address of phones) {
      await tell({
        occasion: `cardUsed|${key}`,
        community,
        ...answerReach({ channel: 'voice', address }),
        resident,
        language: language ?? home?.language ?? 'zh-CN',
        kind: 'answer',
        said: { key: 'notice.cardUsed' },
      });
    }
  };
}
