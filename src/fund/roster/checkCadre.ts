import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { PhoneCode } from '../records/phoneCode.ts';
import { addressHmac } from './addressHmac.ts';
import { codeHmac } from './codeHmac.ts';
import { codePlaces } from './codePlaces.ts';

export type CadreChecked =
  /** `at`: when, as the proof does not last. */
  { readonly proved: true; readonly at: string } | { readonly refused: 'wrong'; readonly triesLeft: number } | { readonly refused: 'over' | 'late' };

const TRIES = 3;
const LASTS_MS = 10 * 60 * 1_000;

/** Six digits sent to a cadre are repeated: within ten minutes, three tries, and only the last ones sent from here count. */
export function checkCadre({ vault }: World): (input: { phone: string; digits: string }, act: Act) => Promise<CadreChecked> {
  return async ({ phone, digits }, act) => {
    const { community, at } = act;
    const key = vault.hmac('act', act.key, 'checkCadre');
    const to = { community, channel: 'sms', address: phone } as const;
    const places = codePlaces({ community, phone: addressHmac(vault, to) }, 'cadre');
    const [code] = await native(PhoneCode)
      .find({ _id: { $in: places }, chat: addressHmac(vault, act) })
      .sort({ at: -1 })
      .limit(1)
      .toArray();
    if (!code || at.getTime() - code.at.getTime() > LASTS_MS) return { refused: 'late' };
    const before = code.wrong.filter((other) => other !== key).length;
    if (before >= TRIES) return { refused: 'over' };
    if (code.digits === codeHmac(vault, { ...to, digits })) return { proved: true, at: at.toISOString() };
    act.beginWrite();
    await native(PhoneCode).updateOne({ _id: code._id, key: code.key, wrong: { $ne: key } }, { $push: { wrong: key } });
    const triesLeft = TRIES - before - 1;
    return triesLeft > 0 ? { refused: 'wrong', triesLeft } : { refused: 'over' };
  };
}
