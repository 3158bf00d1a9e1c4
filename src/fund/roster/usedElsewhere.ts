import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Community } from '../records/community.ts';
import { Resident } from '../records/resident.ts';
import type { Tell } from '../tell.ts';
import { tieOf } from './tieOf.ts';

/**
 * A card was used in an act: where that came from an address that is not its holder's, the holder's phone (the roster's, else those tied)
 * gets a line that says so, once for each act. `told` is whether there was somebody to tell.
 */
export function usedElsewhere(_world: World, tell: Tell): (used: { resident: string }, act: Act) => Promise<{ told: boolean }> {
  return async ({ resident }, act) => {
    const holder = await native(Resident).findOne({ _id: resident }, { projection: { phone: 1, ties: 1, language: 1 } });
    if (!holder || holder.ties.includes(tieOf(act)) || (act.channel !== 'wechat' && holder.phone === act.address)) return { told: false };
    const community = await native(Community).findOne({ _id: act.community }, { projection: { language: 1 } });
    const phones = holder.phone ? [holder.phone] : holder.ties.flatMap((tie) => (tie.startsWith('sms|') ? [tie.slice('sms|'.length)] : []));
    const language = holder.language ?? community?.language ?? 'zh-CN';
    for (const address of phones) {
      await tell({
        occasion: `cardUsed|${act.key}`,
        community: act.community,
        channel: 'sms',
        address,
        resident,
        language,
        kind: 'answer',
        said: { key: 'notice.cardUsed' },
      });
    }
    return { told: phones.length > 0 };
  };
}
