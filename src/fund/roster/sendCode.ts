import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { phone } from '../phone.ts';
import { Community } from '../records/community.ts';
import { PhoneCode } from '../records/phoneCode.ts';
import { Resident } from '../records/resident.ts';
import type { Tell } from '../tell.ts';
import { addressHmac } from './addressHmac.ts';
import { codeHmac } from './codeHmac.ts';
import { placeCode } from './placeCode.ts';
import { sixDigits } from './sixDigits.ts';

export type CodeSent =
  /** The number in E.164, as it will be asked for. */
  | { readonly phone: string }
  | { readonly refused: 'noPhone' }
  /** For today: of this number, of this chat. */
  | { readonly refused: 'enough' | 'enoughHere' };

/** Asked for in one chat in a day, of whatever phones: nobody tries out who is on the roster, or has many people written to. */
const A_CHAT = 5;

/**
 * Sends six digits by SMS to a phone that somebody in a chat says is theirs, if it is on the roster. Whether it is cannot be heard: an
 * unknown number is answered and counted alike, and gets nothing.
 */
export function sendCode({ vault }: World, tell: Tell): (input: { phone: string }, act: Act) => Promise<CodeSent> {
  return async (input, act) => {
    const { community, at } = act;
    const home = await native(Community).findOne({ _id: community }, { projection: { phone: 1, language: 1, name: 1 } });
    const number = phone(input.phone, home?.phone);
    if (!home || !number) return { refused: 'noPhone' };
    const key = vault.hmac('act', act.key, 'sendCode');
    const to = { community, channel: 'sms', address: number } as const;
    const digits = sixDigits(vault.hmac('sixDigits', act.key));
    const chat = addressHmac(vault, act);
    const today = await native(PhoneCode)
      .find({ community, chat, at: { $gt: new Date(at.getTime() - DAY_MS) } }, { projection: { key: 1 } })
      .toArray();
    if (!today.some((code) => code.key === key)) {
      if (today.length >= A_CHAT) return { refused: 'enoughHere' };
      act.beginWrite();
      const code = { community, phone: addressHmac(vault, to), chat, digits: codeHmac(vault, { ...to, digits }), key, at, wrong: [] };
      if (!(await placeCode(code, 'chat'))) return { refused: 'enough' };
    }
    const [holder] = await native(Resident)
      .find({ phoneId: addressHmac(vault, to), leftAt: { $exists: false } }, { projection: { language: 1 } })
      .limit(1)
      .toArray();
    if (holder)
      await tell({
        ...to,
        occasion: `phoneCode|${act.key}`,
        resident: holder._id,
        language: holder.language ?? home.language,
        kind: 'code',
        said: { key: 'notice.code', params: { digits, community: home.name } },
      });
    return { phone: number };
  };
}
