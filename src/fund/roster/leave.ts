import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { voteUnderWay } from '../cycles/voteUnderWay.ts';
import { Resident } from '../records/resident.ts';
import { addressHmac } from './addressHmac.ts';
import { erase, type Forget } from './erase.ts';
import { forgetAt } from './forgetAt.ts';
import { holdersOf } from './holdersOf.ts';
import { noteLeaving } from './leaving.ts';
import { ownPlaces } from './ownPlaces.ts';
import { recordConsent } from './recordConsent.ts';
import { wholeDay } from './wholeDay.ts';

export type Left =
  | { readonly left: true }
  /** Voting is open until `closesAt`, in ISO 8601: it is done once the ledger is sealed. */
  | { readonly noted: { readonly closesAt: string } }
  /** Nothing is kept of this phone or chat. */
  | { readonly stranger: true }
  /** The card has to say whose this phone or chat is. */
  | { readonly shared: true };

/**
 * 删除: removes the person who acts (`erase`). While voting is open it is only noted, so that nobody is off the roster by a vote's fraud before they can say
 * `不是我`: from then on nothing that we start goes to phones and chats that are theirs alone, and `恢复` takes it back until `leaveDue` does it.
 */
export function leave(world: World, forget: Forget): (input: unknown, act: Act) => Promise<Left> {
  const holders = holdersOf(world);
  const eraseOne = erase(world, forget);
  return async (_, act) => {
    const key = world.vault.hmac('act', act.key, 'leave');
    const from = addressHmac(world.vault, act);
    if (await native(Resident).findOne({ community: act.community, leftAddresses: from, leftKey: key })) return { left: true };
    const { holders: here } = await holders(act);
    const [holder, another] = here;
    if (act.resident === undefined && another) return { shared: true };
    const id = act.resident ?? holder?.resident;
    const resident = id === undefined ? null : await native(Resident).findOne({ _id: id, leftAt: { $exists: false } });

    act.beginWrite();
    if (!resident) {
      const gone = await forgetAt(world, act, [act]);
      await forget(act.community, [act]);
      return gone ? { left: true } : { stranger: true };
    }
    const vote = await voteUnderWay(act.community, act.at);
    const leaving = { at: wholeDay(act.at), key, from };
    await noteLeaving(resident._id, leaving);
    if (!vote) {
      await eraseOne({ ...resident, leaving });
      return { left: true };
    }
    const own = await ownPlaces(world, resident);
    if (own.length > 0)
      await recordConsent(
        world,
        act,
        own.map((place) => addressHmac(world.vault, { community: act.community, ...place })),
        'stop',
        '删除',
      );
    return { noted: { closesAt: vote.to.toISOString() } };
  };
}
