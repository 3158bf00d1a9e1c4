import type { Act } from '../../contacts/act.ts';
import { forgetAddress, recordConsent, wholeDay } from '../../contacts/addressBook.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, type ContactPoint } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { communitiesOfChat, forgetChat } from '../communities/index.ts';
import { CALENDAR_FIELDS, Cycle, voteOf, voteUnderWay } from '../cycles/index.ts';
import { forgetInquiries } from '../inquiries/index.ts';
import { dropDetails, namedBeside } from '../log/index.ts';
import { forgetObjections } from '../meetings/index.ts';
import {
  forgetLeaversUntil,
  holdersOf,
  noteDetails,
  noteLeaving,
  ownContacts,
  Resident,
  type ResidentRecord,
  takeOffRoster,
  unlinkContact,
  withdrawRequests,
} from '../people/index.ts';
import { forgetProposer, forgetSupports } from '../proposals/index.ts';
import { dropSeconds } from '../second/index.ts';
import { actorsAt, forgetStaffChat } from '../staff/index.ts';

export type Erased =
  | { readonly erased: true }
  /** Voting is open until `closesAt` (ISO 8601): the deletion is done once the ledger is sealed. */
  | { readonly noted: { readonly closesAt: string } }
  /** Nothing is kept of this phone or chat. */
  | { readonly stranger: true }
  /** The card has to say whose this phone or chat is. */
  | { readonly shared: true };

/**
 * 删除: removes the person who acts (`eraseResident`). While voting is open, the request is only noted, so that nobody is taken off the roster by a
 * fraud in the vote before they can say `不是我`. From then on nothing that we start goes to phones and chats that are theirs alone, and `恢复` takes the
 * request back until `eraseDue` carries it out.
 */
export async function eraseMe(world: World, forget: Forget, _: unknown, act: Act): Promise<Erased> {
  const holders = holdersOf(world);
  const key = world.vault.hmac('act', act.key, 'eraseMe');
  const from = addressHmac(world.vault, act);
  if (await collection(Resident).findOne({ community: act.community, erasedAddresses: from, erasureKey: key })) return { erased: true };
  const { holders: here } = await holders(act);
  const [holder, another] = here;
  if (act.resident === undefined && another) return { shared: true };
  const id = act.resident ?? holder?.resident;
  const resident = id === undefined ? null : await collection(Resident).findOne({ community: act.community, _id: id, erasedAt: { $exists: false } });

  act.beginWrite();
  if (!resident) {
    const gone = await forgetAt(world, act, [act]);
    await forget(world, act.community, [act]);
    return gone ? { erased: true } : { stranger: true };
  }
  const vote = await voteUnderWay(act.community, act.at);
  const erasureRequest = { at: wholeDay(act.at), key, from };
  await noteLeaving(resident, erasureRequest);
  if (!vote) {
    await eraseResident(world, forget, { ...resident, erasureRequest });
    return { erased: true };
  }
  const own = await ownContacts(world, resident);
  if (own.length > 0)
    await recordConsent(
      world,
      act,
      own.map((place) => addressHmac(world.vault, { community: act.community, ...place })),
      'stop',
      '删除',
    );
  return { noted: { closesAt: vote.to.toISOString() } };
}

/**
 * Removes residents who asked to be deleted while voting was open, once the ledger is sealed. Harmless if it is done twice, late or in several
 * processes. A resident who cannot be removed does not hold up the others.
 */
export async function eraseDue(world: World, forget: Forget): Promise<void> {
  const failures: unknown[] = [];
  for (const community of await collection(Resident).distinct('community', { erasureRequest: { $exists: true } })) {
    if (await voteUnderWay(community, world.now())) continue;
    for await (const resident of collection(Resident).find({ community, erasureRequest: { $exists: true } })) {
      if (hasErasureRequest(resident)) await eraseResident(world, forget, resident).catch((error: unknown) => failures.push(error));
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} residents who asked to be deleted could not be removed.`);
}

function hasErasureRequest(resident: ResidentRecord): resident is ToErase {
  return resident.erasureRequest !== undefined;
}

/**
 * After the close, removes the HMACs of phones, chats and card that were kept of people who asked to be deleted, to tell whether they come back
 * (docs/architecture.md: The ledger's queue). It looks at communities in which no vote is open. What is kept of people who left after the day (UTC)
 * of the last close stays until the next close. Harmless to repeat.
 */
export async function forgetErased(now: Date): Promise<void> {
  // with the range it is read off the index of those who left
  const communities = await collection(Resident).distinct('community', { community: { $gt: '' }, erasedAddresses: { $exists: true } });
  for (const community of communities) {
    const cycles = await collection(Cycle).find({ community }, { projection: CALENDAR_FIELDS }).toArray();
    const closes = cycles.flatMap((cycle) => voteOf(cycle, now)?.to ?? []).filter((close) => close <= now);
    const last = closes.toSorted((one, other) => other.getTime() - one.getTime())[0];
    if (!last) continue;
    await forgetLeaversUntil(community, last);
  }
}

/** Is called with phones and chats that belonged to one person alone: it removes what is kept of them outside the fund. */
export type Forget = (world: World, community: string, contacts: readonly ContactPoint[]) => Promise<void>;

/** Deletes a resident (`_id`) of a community who was noted as leaving (`noteLeaving`), if they are still. */
export async function eraseNoted(world: World, forget: Forget, community: string, _id: string): Promise<void> {
  const resident = await collection(Resident).findOne({ community, _id }, { promoteBuffers: true });
  if (resident && hasErasureRequest(resident)) await eraseResident(world, forget, resident);
}

type ToErase = ResidentRecord & Required<Pick<ResidentRecord, 'erasureRequest'>>;

/**
 * Removes the name, phones and chats of a person who asked for it, from the roster, the requests, the inbox and the proposals. What they said stays,
 * with nobody's name on it; their voice is deleted; the anonymous ballot stays. Until the close, HMACs of phones, chats and card stay, so that
 * `accept` can tell who comes back. The resident's `_id` stays, so that a person who comes back gets no second ballot. A person who took the request
 * back meanwhile stays on the roster. Harmless to repeat.
 */
export async function eraseResident(world: World, forget: Forget, resident: ToErase): Promise<void> {
  const { _id, community } = resident;
  const own = await ownContacts(world, resident);
  await forgetAt(world, { community, at: world.now() }, own, _id);
  await forget(world, community, own);
  await takeOffRoster(resident);
}

/**
 * Removes phones and chats, and with them the people who used them, from requests, proposals and the inbox. Gives whether there was anything to
 * forget. Locks against guessing stay with their phone until they run out, and `不是我` stays until it is unlocked.
 */
export async function forgetAt(
  { vault }: Pick<World, 'vault'>,
  { community, at }: Pick<Act, 'community' | 'at'>,
  contacts: readonly ContactPoint[],
  resident?: string,
): Promise<boolean> {
  const stay = resident !== undefined && (await haveKeys(community));
  let gone = false;
  for (const { channel, address } of contacts) {
    const stranger = addressHmac(vault, { community, channel, address });
    const requests = await withdrawRequests(community, { from: stranger });
    const proposals = await forgetProposer(at, { community, by: stranger });
    await forgetSupports(community, stranger);
    const inquiries = await forgetInquiries(vault, at, { '_id.community': community, from: stranger });
    const objections = await forgetObjections(vault, { from: stranger });
    const known = await forgetAddress(stranger);
    const wasStaffChat = await forgetStaffChat(stranger);
    const isStaff = CHANNELS[channel].isPhone && (await actorsAt({ vault }, community, address)).length > 0;
    const but = [...(isStaff ? ROLE_ACTS : []), ...(resident !== undefined && stay ? KEY_ACTS : [])];
    await dropDetails(community, [stranger], { unless: await stillNamed(community, [stranger], resident), but });
    await dropSeconds(community, [stranger]);
    gone ||= known || wasStaffChat || requests + proposals + inquiries + objections > 0;
  }
  if (resident !== undefined) {
    await withdrawRequests(community, { resident });
    await forgetProposer(at, { community, by: resident });
    await forgetSupports(community, resident);
    await forgetInquiries(vault, at, { '_id.community': community, resident });
    await forgetObjections(vault, { community, resident });
    await dropDetails(community, [resident], { but: stay ? KEY_ACTS : [] });
    if (stay && (await namedBeside(community, [resident])).length > 0) await noteDetails({ community, _id: resident }, true);
    await dropSeconds(community, [resident]);
  }
  return gone;
}

/** Acts that give somebody another phone or card, or ask for that. */
const KEY_ACTS = 'resident.add resident.change resident.import request.accept card.make address.unlock second.ask second.refuse'.split(' ');
/** Acts that give a role or take it: who deletes themselves, and has the role still, does not take along who gave it. */
const ROLE_ACTS = 'staff.add staff.remove staff.link'.split(' ');

/**
 * Whether a vote of a community could still be disputed: as long as it has its key, until 30 days after the close. So long the details of who changed whose
 * phone or card stay also if that resident leaves: else who votes as somebody else would have the traces deleted from the phone that they gave them.
 */
async function haveKeys(community: string): Promise<boolean> {
  const which = { community, frozen: { $exists: true }, pseudonymKey: { $exists: true } };
  return (await collection(Cycle).findOne(which, { projection: { _id: 1 } })) !== null;
}

/** Drops the details that had to stay as their residents left, where no vote can be disputed any more. Harmless to repeat. */
export async function forgetDetails(): Promise<void> {
  const waiting = { detailsStay: { $exists: true } } as const;
  for (const community of await collection(Resident).distinct('community', { community: { $gt: '' }, ...waiting })) {
    if (await haveKeys(community)) continue;
    const found = await collection(Resident)
      .find({ community, ...waiting }, { projection: { erasedAt: 1 } })
      .toArray();
    const left = found.filter(({ erasedAt }) => erasedAt).map(({ _id }) => _id);
    await dropDetails(community, left);
    await noteDetails({ community, _id: found.map(({ _id }) => _id) }, false);
  }
}

/**
 * Others on the roster whom the details name that name an address. Those details are about them: by a phone that a cadre gave somebody, and took back, nobody
 * wipes out that it was so.
 */
async function stillNamed(community: string, addresses: readonly string[], resident: string | undefined): Promise<string[]> {
  const named = (await namedBeside(community, addresses)).filter((name) => name !== resident);
  const here = [{ erasedAt: { $exists: false } }, { detailsStay: true as const }];
  return collection(Resident).distinct('_id', { community, _id: { $in: named }, $or: here });
}

/**
 * Called when a person no longer follows the account: from now on their chat is nobody's, in no community in which it has been, and what is kept of it goes; a ballot that
 * was cast there stays. `forget` is given the chat, and removes what is kept of it outside the fund. Harmless to repeat.
 */
export async function endChat(world: World, forget: Forget, address: string, at: Date): Promise<void> {
  const chat: ContactPoint = { channel: 'wechat', address };
  for (const community of await communitiesOfChat(world.vault, address)) {
    const id = addressHmac(world.vault, { community, ...chat });
    await unlinkContact(community, id);
    await forgetAt(world, { community, at }, [chat]);
    await forget(world, community, [chat]);
  }
  await forgetChat(world.vault, address);
}
