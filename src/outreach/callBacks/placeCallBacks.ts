import { communityBySlug } from '../../fund/communityBySlug.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Sent } from '../send.ts';
import { CallBack, type CallBackRecord } from './callBack.ts';

/** Calls somebody back from the community's number. Does not reject. */
export type PlaceCallBack = (call: { to: string; from: string; signal: AbortSignal }) => Promise<Sent>;

const TIMEOUT_MS = 10_000;
const AGAIN_MS = 15_000;
/** Who has waited longer than that has gone on to something else. */
const TOO_LATE_MS = 10 * 60_000;
const AT_ONCE = 10;

/** Calls back whoever is due, several processes beside each other; nobody twice for one call. Harmless to repeat. */
export function placeCallBacks(world: World, place: PlaceCallBack): () => Promise<void> {
  const bySlug = communityBySlug(world);
  return async () => {
    for (let taken = 0; taken < AT_ONCE; taken++) {
      const due = await claimDue(world);
      if (!due) return;
      await callOne(due);
    }
  };

  async function callOne({ _id, community: slug, address, at }: CallBackRecord): Promise<void> {
    const community = await bySlug(slug);
    const isLate = world.now().getTime() - at.getTime() > TOO_LATE_MS;
    const sent: Sent =
      community && !isLate
        ? await place({ to: world.vault.decrypt('callBackAddress', _id, address), from: community.phone, signal: AbortSignal.timeout(TIMEOUT_MS) })
        : { state: 'failed', reason: community ? 'tooLate' : 'noCommunity' };
    await native(CallBack).updateOne({ _id, state: 'placing' }, { $set: came(sent) });
  }

  function came(sent: Sent): Partial<CallBackRecord> {
    if (sent.state === 'sent') return { state: 'placed', carrierId: sent.carrierId };
    if (sent.state === 'refused') return { state: 'due', dueAt: new Date(world.now().getTime() + AGAIN_MS), reason: sent.reason };
    if (sent.state === 'stopped') return { state: 'failed', reason: 'stopped' };
    return { state: sent.state, reason: sent.reason };
  }
}

/** Takes the next that is due. What was left `placing` may have been placed: nobody knows. */
async function claimDue({ now }: World): Promise<CallBackRecord | null> {
  const at = now();
  await native(CallBack).updateMany({ state: 'placing', dueAt: { $lte: at } }, { $set: { state: 'unknown', reason: 'leaseLost' } });
  return native(CallBack).findOneAndUpdate(
    { state: 'due', dueAt: { $lte: at } },
    { $set: { state: 'placing', dueAt: new Date(at.getTime() + 3 * TIMEOUT_MS) } },
    { sort: { dueAt: 1 }, returnDocument: 'after' },
  );
}
