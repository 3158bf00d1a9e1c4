import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Community } from '../records/community.ts';
import { Resident } from '../records/resident.ts';
import type { Tell } from '../tell.ts';
import { holdersOf } from './holdersOf.ts';

export type CadreProved =
  /** A chat that is tied to a cadre; `name` as it is made public. */
  | { readonly proved: true; readonly name: string }
  /** Six digits are on their way to the roster's number. */
  | { readonly sent: { readonly digits: string; readonly phone: string; readonly at: string; readonly name: string } }
  | { readonly refused: 'notCadre' | 'noPhone' };

/** Whether who writes is a cadre: a chat tied to one is; else six digits go by text to the number that the roster has, for a sender can be faked. */
export function proveCadre(world: World, tell: Tell): (input: unknown, act: Act) => Promise<CadreProved> {
  const holders = holdersOf(world);
  return async (_, act) => {
    const { holders: here } = await holders(act);
    const cadre = await native(Resident).findOne(
      { _id: { $in: here.map(({ resident }) => resident) }, role: 'cadre', leftAt: { $exists: false } },
      { projection: { name: 1, rosterId: 1, phone: 1, language: 1 } },
    );
    if (!cadre) return { refused: 'notCadre' };
    const name = cadre.name ?? cadre.rosterId ?? '';
    if (act.channel === 'wechat') return { proved: true, name };
    const community = await native(Community).findOne({ _id: act.community }, { projection: { language: 1 } });
    if (!cadre.phone || !community) return { refused: 'noPhone' };
    const digits = drawn(world.vault.hmac('cadreDigits', act.key));
    act.beginWrite();
    await tell({
      occasion: `cadreCode|${act.key}`,
      community: act.community,
      channel: 'sms',
      address: cadre.phone,
      resident: cadre._id,
      language: cadre.language ?? community.language,
      kind: 'code',
      said: { key: 'notice.cadreCode', params: { digits } },
    });
    return { sent: { digits, phone: cadre.phone, at: act.at.toISOString(), name } };
  };
}

/** The same each time for one act, and nobody can guess them. */
function drawn(hmac: string): string {
  return String(Buffer.from(hmac, 'base64url').readUInt32BE() % 1_000_000).padStart(6, '0');
}
