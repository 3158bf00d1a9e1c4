import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Community } from '../records/community.ts';
import { PhoneCode } from '../records/phoneCode.ts';
import type { Tell } from '../tell.ts';
import { addressHmac } from './addressHmac.ts';
import { cadreAt } from './cadreAt.ts';
import { codeHmac } from './codeHmac.ts';
import { codePlaces } from './codePlaces.ts';
import { placeCode } from './placeCode.ts';
import { sixDigits } from './sixDigits.ts';

export type CadreProved =
  /** A chat that is tied to a cadre; `name` as it is made public. */
  | { readonly proved: true; readonly name: string }
  /** Six digits are on their way to the roster's number. */
  | { readonly sent: { readonly phone: string; readonly name: string } }
  /** `enough`: for today, of this number. */
  | { readonly refused: 'notCadre' | 'noPhone' | 'enough' };

/** Whether who writes is a cadre: a chat tied to one is; else six digits go by text to the number that the roster has, for a sender can be faked. */
export function proveCadre(world: World, tell: Tell): (input: unknown, act: Act) => Promise<CadreProved> {
  const { vault } = world;
  const cadreOf = cadreAt(world);
  return async (_, act) => {
    const cadre = await cadreOf(act);
    if (!cadre) return { refused: 'notCadre' };
    const name = cadre.name ?? cadre.rosterId ?? '';
    if (act.channel === 'wechat') return { proved: true, name };
    const community = await native(Community).findOne({ _id: act.community }, { projection: { language: 1 } });
    if (!cadre.phone || !community) return { refused: 'noPhone' };
    const { community: slug, at } = act;
    const to = { community: slug, channel: 'sms', address: cadre.phone } as const;
    const digits = sixDigits(vault.hmac('cadreDigits', act.key));
    const key = vault.hmac('act', act.key, 'proveCadre');
    const phone = addressHmac(vault, to);
    const code = { community: slug, phone, chat: addressHmac(vault, act), digits: codeHmac(vault, { ...to, digits }), key, at, wrong: [] };
    act.beginWrite();
    const isKnown = await native(PhoneCode).findOne({ _id: { $in: codePlaces(code, 'cadre') }, key }, { projection: { _id: 1 } });
    if (!isKnown && !(await placeCode(code, 'cadre'))) return { refused: 'enough' };
    await tell({
      ...to,
      occasion: `cadreCode|${act.key}`,
      resident: cadre._id,
      language: cadre.language ?? community.language,
      kind: 'code',
      said: { key: 'notice.cadreCode', params: { digits } },
    });
    return { sent: { phone: cadre.phone, name } };
  };
}
