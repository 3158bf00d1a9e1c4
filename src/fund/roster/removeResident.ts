import { wholeDay } from '../../contacts/addressBook.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { voteUnderWay } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight, contactIdsOf, noteLeaving, Resident } from '../people/index.ts';
import { eraseResident, type Forget } from './eraseResident.ts';

interface Removal {
  readonly community: string;
  /** `_id`. */
  readonly resident: string;
  /** It stays in the log, and names nobody. */
  readonly reason: string;
  readonly actor: Actor;
}

type Removed =
  | { readonly removed: true }
  /** `voting`: until the ledger is sealed nobody is taken off the roster. `office`: who signed in has the office taken first, by two (`changeResident`). */
  | { readonly refused: 'noResident' | 'voting' | 'office' };

/**
 * Removes a resident as `删除` does (`eraseResident`), by somebody's hand. The log's entry says that somebody was removed and why, not who. If the process
 * ends in between, `eraseDue` goes on with it. Rejects with `not-allowed` (`checkRight`).
 */
export function removeResident(world: World, forget: Forget): (removal: Removal) => Promise<Removed> {
  const { vault } = world;
  const eraseOne = eraseResident(world, forget);
  return async ({ community, resident: _id, reason, actor }) => {
    const acting = checkRight(actor, 'removeResident', community);
    const at = world.now();
    const key = vault.hmac('act', world.randomBytes(16).toString('hex'), 'removeResident');
    const noted = await withLog(world)(community, async (session, write) => {
      if (await voteUnderWay(community, at)) return 'voting';
      const record = await collection(Resident).findOne({ _id, community, erasedAt: { $exists: false } }, { session, promoteBuffers: true });
      if (!record) return 'noResident';
      if (record.role !== 'resident' && actor.kind === 'staff') return 'office';
      if (record.erasureRequest) return { ...record, erasureRequest: record.erasureRequest }; // somebody does it just now
      const erasureRequest = { at: wholeDay(at), key, from: contactIdsOf(record)[0] ?? key };
      await noteLeaving(_id, erasureRequest, session);
      await write({ ...acting, subject: 'resident', detail: { reason } });
      return { ...record, erasureRequest };
    });
    if (typeof noted === 'string') return { refused: noted };
    await eraseOne(noted);
    return { removed: true };
  };
}
