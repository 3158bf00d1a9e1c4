import { stoppedAmong } from '../../contacts/addressBook.ts';
import type { Channel } from '../../contacts/channel.ts';
import { cycleById, voteOf } from '../../fund/cycles/index.ts';
import { votedOrHandedIn } from '../../fund/paper/index.ts';
import { contactIdsOf, holdersAt, leavingAmong, type PlaceIn, Resident } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import { groupCommit } from '../../store/groupCommit.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import type { World } from '../../store/world.ts';
import { Broadcast, NEVER } from '../broadcasts/broadcast.ts';
import { knownAmong } from './known.ts';
import { addressIn, communitiesOf, laneFacts, Message, type MessageRecord } from './message.ts';

export type Begun =
  /** The carrier may be called, and nobody else calls it for this message. `isFirst`: we have never started a message to this phone or chat, nor talked with it. */
  | { readonly state: 'sending'; readonly isFirst: boolean }
  /** The lease ran out, or the message was cancelled: it is no longer ours. */
  | { readonly state: 'lost' }
  | { readonly state: 'stopped' }
  /** Its broadcast was cancelled; or, with a reason, the message makes no sense any more. */
  | { readonly state: 'cancelled'; readonly reason?: 'noLongerDue' }
  /** Its broadcast is paused. */
  | { readonly state: 'pending'; readonly dueAt: Date; readonly reason: 'paused' };

/**
 * The last step before the carrier. Held messages durably become `sending`; those that wait together by one command. Then, at this
 * moment, residents who have stopped us, voted or asked to be deleted are left out, and so is a broadcast that was cancelled or is paused. Each caller gets its own outcome.
 */
export function beginSending(world: World, givenUpAfterMs: number): (message: Held) => Promise<Begun> {
  return groupCommit(async (messages) => {
    const ours = await markSending(world, givenUpAfterMs, messages);
    const [stopped, told, pointless, held] = await Promise.all([
      stoppedOf(world, messages.filter(heedsStop)),
      knownAmong(
        world,
        messages.filter(isOurs).map(({ channel, address, community, to: id }) => ({ channel, address, community, id })),
      ),
      pointlessOf(world, messages),
      heldBack(messages),
    ]);
    return messages.map((message): Begun => {
      if (!ours.has(message)) return { state: 'lost' };
      if (stopped.has(message)) return { state: 'stopped' };
      if (pointless.has(message)) return { state: 'cancelled', reason: 'noLongerDue' };
      const back = message.broadcast !== undefined && held.get(message.broadcast);
      if (back) return back;
      return { state: 'sending', isFirst: isOurs(message) && !told.has(message.to) };
    });
  });
}

/** The messages that became `sending` under their present lease. */
async function markSending(world: World, givenUpAfterMs: number, messages: readonly Held[]): Promise<Set<Held>> {
  const now = world.now();
  const community = { $in: communitiesOf(messages) };
  const { matchedCount } = await collection(Message).updateMany(
    { community, $or: byToken(messages).map(([token, ids]) => ({ _id: { $in: ids }, token, state: 'leased' as const })) },
    { $set: { state: 'sending', dueAt: new Date(now.getTime() + givenUpAfterMs), changedAt: now } },
  );
  if (matchedCount === messages.length) return new Set(messages);
  const sending = await collection(Message)
    .find({ community, _id: { $in: messages.map(({ _id }) => _id) }, state: 'sending' }, { projection: { token: 1 } })
    .toArray();
  const tokenOf = new Map(sending.map(({ _id, token }) => [_id, token]));
  return new Set(messages.filter(({ _id, token }) => tokenOf.get(_id) === token));
}

/** The messages' ids by token. Only its own token counts, because a message whose lease ran out may be held again by this same process. */
function byToken(messages: readonly Held[]): [token: string, ids: string[]][] {
  const ids = new Map<string, string[]>();
  for (const { _id, token } of messages) ids.set(token, [...(ids.get(token) ?? []), _id]);
  return [...ids];
}

/** Whether a stop holds a message back. Receipts and codes belong to what the person is doing now, an alarm to what somebody else may be doing; a stop does not hold these back. */
function heedsStop({ kind }: Held): boolean {
  return kind === 'answer' || kind === 'notice';
}

function isOurs({ kind }: Held): boolean {
  return kind === 'notice';
}

/** The broadcasts that may not be sent now, and the state of their messages; this also catches messages that a cancel or a pause did not find waiting. */
async function heldBack(messages: readonly Held[]): Promise<Map<string, Begun>> {
  const ids = [...new Set(messages.flatMap(({ broadcast }) => broadcast ?? []))];
  if (ids.length === 0) return new Map();
  const found = await collection(Broadcast)
    .find({ _id: { $in: ids }, $or: [{ state: 'cancelled' }, { pausedAt: { $exists: true } }] }, { projection: { state: 1 } })
    .toArray();
  return new Map(found.map(({ _id, state }) => [_id, state === 'cancelled' ? { state } : { state: 'pending', dueAt: NEVER, reason: 'paused' }]));
}

/** The messages that make no sense any more: they ask for a vote that was cast meanwhile or is over, or they come too late. */
async function pointlessOf(world: World, messages: readonly Held[]): Promise<Set<Held>> {
  const pointless = new Set(messages.filter(({ until }) => until !== undefined && until <= world.now()));
  for (const [id, asking] of byCycle(messages)) {
    const cycle = await cycleById(world)(id);
    const vote = cycle && voteOf(cycle, world.now());
    const isOver = !vote || world.now() >= vote.to;
    const whom = await Promise.all(asking.map((message) => toldBy(world, message)));
    const none = new Set<string>();
    const [voted, erasureRequest] =
      cycle && !isOver ? await Promise.all([votedOrHandedIn(world, cycle, whom.flat()), leavingAmong([cycle.community], whom.flat())]) : [none, none];
    asking.forEach((message, index) => {
      const told = (whom[index] ?? []).filter((resident) => !erasureRequest.has(resident));
      if (isOver || (told.length > 0 && told.every((resident) => voted.has(resident)))) pointless.add(message);
    });
  }
  return pointless;
}

/** The residents whom a message is for. If several share a phone that gets it once, it is for all of them. */
async function toldBy(world: World, { community, resident, once, to }: Held): Promise<string[]> {
  if (resident === undefined) return [];
  if (once === undefined) return [resident];
  const { holders } = await holdersAt(world)({ community, id: to });
  return [...new Set([resident, ...holders.map((holder) => holder.resident)])];
}

function byCycle(messages: readonly Held[]): Map<string, Held[]> {
  const asking = new Map<string, Held[]>();
  for (const message of messages) {
    if (message.unlessVoted === undefined) continue;
    asking.set(message.unlessVoted, [...(asking.get(message.unlessVoted) ?? []), message]);
  }
  return asking;
}

/**
 * The messages that a stop holds back: the phone or chat wants no message that we start, or the person has said so on another of theirs, before they had
 * this one, or has asked to be deleted. A stop from a shared phone is for that phone only: a message that it gets once for all of them is sent as long as
 * it is for one of them.
 */
async function stoppedOf(world: World, messages: readonly Held[]): Promise<Set<Held>> {
  const holders = holdersAt(world);
  const asked = messages.flatMap(({ resident }) => resident ?? []);
  const communities = messages.map(({ community }) => community);
  const [contactIds, erasureRequest] = await Promise.all([contactIdsOfAll(communities, asked), leavingAmong(communities, asked)]);
  const stopped = await stoppedAmong([...messages.map(({ to }) => to), ...[...contactIds.values()].flat()]);
  const isStopped = async ({ community, resident = '', once, to, askedAt }: Held) => {
    const holdsBack = (id: string) => stopped.has(id) && !isAskedAfter(askedAt, stopped.get(id));
    if (holdsBack(to)) return true;
    if (erasureRequest.has(resident)) return once === undefined || !(await hasOneWhoStays({ community, id: to }));
    const elsewhere = (contactIds.get(resident) ?? []).filter(holdsBack);
    if (elsewhere.length === 0 || (await isShared({ community, id: to }))) return false;
    return (await Promise.all(elsewhere.map((id) => isShared({ community, id })))).includes(false);
  };
  const found = await Promise.all(messages.map(isStopped));
  return new Set(messages.filter((_, index) => found[index]));

  async function isShared(at: PlaceIn): Promise<boolean> {
    return (await holders(at)).holders.length > 1;
  }

  async function hasOneWhoStays(at: PlaceIn): Promise<boolean> {
    const here = (await holders(at)).holders.map(({ resident }) => resident);
    return (await leavingAmong([at.community], here)).size < here.length;
  }
}

/** Whether somebody asked although they had stopped our messages: they want this answer. Of both only the day is known. */
function isAskedAfter(askedAt: Date | undefined, stoppedAt: Date | undefined): boolean {
  return askedAt !== undefined && stoppedAt !== undefined && askedAt >= stoppedAt;
}

/** Every phone and chat of residents, by resident. */
async function contactIdsOfAll(communities: readonly string[], residents: readonly string[]): Promise<Map<string, string[]>> {
  if (residents.length === 0) return new Map();
  const found = await collection(Resident)
    .find(
      { community: { $in: [...new Set(communities)] }, _id: { $in: [...new Set(residents)] } },
      { projection: { phoneId: 1, 'linkedContacts.id': 1 } },
    )
    .toArray();
  return new Map(found.map((resident) => [resident._id, contactIdsOf(resident)]));
}

/** A message held under a token of its own batch, with the address that it is for. */
export type Held = Omit<MessageRecord, 'address'> & { token: string; address: string };

const LEASE_MS = 30_000;
/** What becomes of a message that somebody wrote past the service: others go on. */
export const NOT_OURS = { state: 'failed', reason: 'notOurs' } as const;

/** Holds up to `count` due messages of a lane, those due for longest first. Another process on the same lane gets others, or fewer. */
export async function lease(world: World, channel: Channel, lane: string, count: number): Promise<Held[]> {
  const now = world.now();
  const { community } = laneFacts(lane);
  const token = world.randomBytes(12).toString('base64url');
  const due = await collection(Message)
    .find(
      { community, channel, state: 'pending', lane, dueAt: { $lte: now } },
      { projection: { _id: 1 }, sort: { dueAt: 1 }, limit: count, hint: { channel: 1, state: 1, lane: 1, dueAt: 1 } },
    )
    .toArray();
  if (due.length === 0) return [];
  const ids = due.map(({ _id }) => _id);
  await collection(Message).updateMany(
    { community, _id: { $in: ids }, state: 'pending', dueAt: { $lte: now } },
    {
      $set: { state: 'leased', token, dueAt: new Date(now.getTime() + LEASE_MS), changedAt: now },
      $inc: { attempts: 1 },
      $unset: { reason: '' },
    },
    { writeConcern: { w: 1 } }, // a lease that is lost again is harmless: `sending` is durable before the carrier is called
  );
  const held = await collection(Message)
    .find({ community, _id: { $in: ids }, token, state: 'leased' }, { promoteBuffers: true })
    .toArray();
  const place = new Map(ids.map((id, index) => [id, index]));
  const read = held.map((message) => ({ ...message, token, address: unlessForged(() => addressIn(world.vault, message)) }));
  const forged = read.flatMap(({ _id, address }) => (address === undefined ? [_id] : []));
  if (forged.length > 0) await collection(Message).updateMany({ community, _id: { $in: forged }, token }, { $set: NOT_OURS });
  return read
    .flatMap((message) => (message.address === undefined ? [] : [{ ...message, address: message.address }]))
    .sort((one, other) => (place.get(one._id) ?? 0) - (place.get(other._id) ?? 0));
}
