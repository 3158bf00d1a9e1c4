import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { addressHmac } from './addressHmac.ts';
import { codePlaces } from './codePlaces.ts';
import { type Tried, tryCode } from './tryCode.ts';

/** `at`: when, as the proof does not last. */
export type CadreChecked = { readonly proved: true; readonly at: string } | Exclude<Tried, { right: true }>;

/** Six digits sent to a cadre are repeated where they were asked for. */
export function checkCadre({ vault }: World): (input: { phone: string; digits: string }, act: Act) => Promise<CadreChecked> {
  return async (given, act) => {
    const phone = addressHmac(vault, { community: act.community, channel: 'sms', address: given.phone });
    const places = codePlaces({ community: act.community, phone }, 'cadre');
    const tried = await tryCode({ vault }, { _id: { $in: places }, chat: addressHmac(vault, act) }, given, act);
    return 'right' in tried ? { proved: true, at: act.at.toISOString() } : tried;
  };
}
