import type { Sent } from '../carriers/sending.ts';
import { addressHmac } from '../contacts/contact.ts';
import { type CommunityRecord, communityBySlug } from '../fund/communities/index.ts';
import { holdersAt } from '../fund/people/index.ts';
import { collection } from '../store/collection.ts';
import { isDuplicate } from '../store/databaseErrors.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../store/records.ts';
import { DAY_MS, dayOf, HOUR_MS } from '../store/wallTime.ts';
import type { World } from '../store/world.ts';

/** The line is free again so long after the call was rejected. */
const PAUSE_MS = 3_000;

/** Notes a wish to be called back, for a number on the roster and within the limits. The same call counts once. True if they will be called back. */
export async function askCallBack(
  world: World,
  { id, address, community: { _id: community, timezone } }: { id: string; address: string; community: CommunityRecord },
): Promise<boolean> {
  const holders = holdersAt(world);
  const at = world.now();
  const _id = world.vault.hmac('callBack', id);
  const from = addressHmac(world.vault, { community, channel: 'voice', address });
  const before = await collection(CallBack)
    .find({ from, at: { $gt: new Date(at.getTime() - DAY_MS) } }, { projection: { at: 1 } })
    .toArray();
  if (before.some((earlier) => earlier._id === _id)) return true;
  const slot = callBackSlot(
    at,
    before.map((earlier) => earlier.at),
    timezone,
  );
  const { holders: known } = await holders({ community, id: from });
  if (slot === undefined || known.length === 0) return false;
  try {
    await collection(CallBack).insertOne({
      _id,
      community,
      address: world.vault.encrypt('callBackAddress', _id, address),
      from,
      slot: [from, dayOf(at, timezone), slot].join('|'),
      at,
      state: 'due',
      dueAt: new Date(at.getTime() + PAUSE_MS),
    });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false; // a call at the same moment
    throw error;
  }
}

/** Calls somebody back from the community's number. Does not reject. */
export type PlaceCallBack = (call: { to: string; from: string; community: string; signal: AbortSignal }) => Promise<Sent>;

const TIMEOUT_MS = 10_000;
const AGAIN_MS = 15_000;
/** After so long the caller has gone on to something else. */
const TOO_LATE_MS = 10 * 60_000;
const AT_ONCE = 10;

/** Places the call-backs that are due; several processes may do so at once. Nobody is called twice for one call. Harmless to repeat. */
export async function placeCallBacks(world: World, place: PlaceCallBack): Promise<void> {
  const bySlug = communityBySlug(world);
  for (let taken = 0; taken < AT_ONCE; taken++) {
    const due = await claimDue(world);
    if (!due) return;
    await callOne(due);
  }

  async function callOne({ _id, community: slug, address, at }: CallBackRecord): Promise<void> {
    const community = await bySlug(slug);
    const isLate = world.now().getTime() - at.getTime() > TOO_LATE_MS;
    const sent: Sent =
      community && !isLate
        ? await place({
            to: world.vault.decrypt('callBackAddress', _id, address),
            from: community.phone,
            community: slug,
            signal: AbortSignal.timeout(TIMEOUT_MS),
          })
        : { state: 'failed', reason: community ? 'tooLate' : 'noCommunity' };
    await collection(CallBack).updateOne({ _id, state: 'placing' }, { $set: came(sent) });
  }

  function came(sent: Sent): Partial<CallBackRecord> {
    if (sent.state === 'sent') return { state: 'placed', carrierId: sent.carrierId };
    if (sent.state === 'refused') return { state: 'due', dueAt: new Date(world.now().getTime() + AGAIN_MS), reason: sent.reason };
    if (sent.state === 'stopped') return { state: 'failed', reason: 'stopped' };
    return { state: sent.state, reason: sent.reason };
  }
}

/** Takes the next one that is due. One that was left in `placing` becomes `unknown`, because it may have been placed. */
async function claimDue({ now }: World): Promise<CallBackRecord | null> {
  const at = now();
  await collection(CallBack).updateMany({ state: 'placing', dueAt: { $lte: at } }, { $set: { state: 'unknown', reason: 'leaseLost' } });
  return collection(CallBack).findOneAndUpdate(
    { state: 'due', dueAt: { $lte: at } },
    { $set: { state: 'placing', dueAt: new Date(at.getTime() + 3 * TIMEOUT_MS) } },
    { sort: { dueAt: 1 }, returnDocument: 'after' },
  );
}

const KEPT_MS = 2 * DAY_MS;

/** Forgets call-backs that are more than two days old. Harmless to repeat. */
export async function forgetCallBacks(now: Date): Promise<void> {
  await collection(CallBack).deleteMany({ at: { $lt: new Date(now.getTime() - KEPT_MS) } });
}

/** Forgets the call-backs of phones, given by their `addressHmac`. */
export async function forgetCallBacksTo(phones: readonly string[]): Promise<void> {
  await collection(CallBack).deleteMany({ from: { $in: [...phones] } });
}

const A_DAY = 3;

/** Whether a caller may be called back now, given the earlier times: once an hour, three times a calendar day. Gives its number of the day, from 1; undefined if not. */
export function callBackSlot(at: Date, before: readonly Date[], timezone: string): number | undefined {
  if (before.some((earlier) => Math.abs(at.getTime() - earlier.getTime()) < HOUR_MS)) return undefined;
  const day = dayOf(at, timezone);
  const today = before.filter((earlier) => dayOf(earlier, timezone) === day).length;
  return today < A_DAY ? today + 1 : undefined;
}

/** A call to the community's `callback` number, which is called back. Forgotten after two days. */
export const CallBack = records(
  'callBacks',
  {
    /** An HMAC of the carrier's id of the call: it counts once. */
    _id: String,
    community: String,
    /** E.164, encrypted; `from` is its `addressHmac(…)`. */
    address: encrypted('callBackAddress'),
    from: String,
    /** `from|day|n`, n of 1…3: three a calendar day, also of calls at the same moment. */
    slot: String,
    /** When they called. */
    at: Date,
    /** One that is left in `placing` becomes `unknown`: nobody is called twice for one call. */
    state: oneOf(['due', 'placing', 'placed', 'failed', 'unknown']),
    dueAt: Date,
    carrierId: optional(String),
    /** A stable code that says why it was not placed. */
    reason: optional(String),
  },
  [index({ slot: 1 }, { unique: true }), index({ from: 1, at: 1 }), index({ at: 1 }), index({ state: 1, dueAt: 1 })],
);
type CallBackRecord = RecordOf<typeof CallBack>;
