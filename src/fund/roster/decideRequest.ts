import { CHANNELS } from '../../contacts/channel.ts';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type CommunityRecord, findCommunity } from '../communities/index.ts';
import { votingIn } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import {
  type Actor,
  askerOf,
  checkRight,
  closeRequest,
  contactIdsOf,
  MembershipRequest,
  type MembershipRequestRecord,
  notifyHolder,
  personOf,
  putOnRoster,
  Resident,
  type ResidentRecord,
  recordKeyChanges,
  residentId,
} from '../people/index.ts';
import { giveAll } from '../proposals/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { withOtherStaffPhone } from '../staff/index.ts';

export interface Acceptance {
  readonly community: string;
  readonly request: number;
  /** The id on the roster of the person who asks; without it, a new resident is made. */
  readonly as?: string;
  /** The person is new, although a person who left had this phone or chat. */
  readonly isOther?: boolean;
  readonly actor: Actor;
  /**
   * Needed while voting is open, in two cases: the person is on the roster, and would then vote by another phone or chat; or the person is new, on
   * the phone or chat of others.
   */
  readonly reason?: string;
  /** How often the request had been made when it was looked at (`times`). If it was made again since, perhaps with another name, nothing is done. */
  readonly times?: number;
}

/** `isUntold`: they left no phone at their table, so that the answer goes nowhere. */
type Untold = { readonly isUntold?: true };

export type Accepted =
  | { readonly accepted: { readonly id: string; readonly isNew: boolean } & Untold }
  | Waiting
  /** `changed`: it was made again since it was looked at. `staffPhone`: it came from the staff phone of somebody else. */
  | { readonly refused: 'noCommunity' | 'noRequest' | 'decided' | 'changed' | 'unknownId' | 'needsReason' | 'staffPhone' }
  /** `people`: how many people who had this phone or chat asked to be deleted. Is it one of them (`as`), or another person (`isOther`)? */
  | { readonly refused: 'leftBefore'; readonly people: number };

/**
 * Puts the person who asked on the roster: as a new resident, or `as` a resident who is on it, or who was on it before a deletion; their ballot then
 * is the same one. From now on the phone or chat that the request came from is theirs, proposals made from it become public, and the answer is sent
 * back. Whoever signed in needs a second person for it while voting is open, and for a resident who has an office. A phone or chat that somebody on the roster
 * gets in this way while voting is open casts only with their card until the close, and their phone is told. Rejects with `not-allowed` (`checkRight`).
 */
export function acceptRequest(world: World, notify: Notify): (acceptance: Acceptance) => Promise<Accepted> {
  const { vault, now } = world;
  const tell = notifyHolder(world, notify);
  return async ({ community: slug, request, as, isOther, actor, reason, times }) => {
    const acting = checkRight(actor, 'acceptRequest', slug);
    const [community, asked] = await Promise.all([findCommunity(slug), collection(MembershipRequest).findOne({ _id: { community: slug, request } })]);
    if (!community) return { refused: 'noCommunity' };
    if (!asked) return { refused: 'noRequest' };
    if (asked.state !== 'pending') return { refused: 'decided' };
    if (times !== undefined && asked.times !== times) return { refused: 'changed' };
    const asker = askerOf(vault, asked);
    if (!asker) return { refused: 'decided' };
    const stranger = asked.from;
    const id = as ?? (await freeId(vault, slug, request));
    const _id = residentId(vault, slug, id);
    const before = as === undefined ? null : await collection(Resident).findOne({ community: slug, _id });
    if (as !== undefined && !before) return { refused: 'unknownId' };
    if (as === undefined && !isOther) {
      const people = await collection(Resident).countDocuments({ community: slug, erasedAddresses: stranger });
      if (people > 0) return { refused: 'leftBefore', people };
    }
    const name = before ? (personOf(vault, before).name ?? asker.name) : asker.name;
    const isOfOther = CHANNELS[asked.channel].isPhone && (await withOtherStaffPhone(world, [{ name, phone: asker.address }])).length > 0;
    if (isOfOther) return { refused: 'staffPhone' };
    const at = now();
    const cycle = await votingIn(slug, at);
    const isKeyChange = cycle !== undefined && (before !== null || (await isHeld(slug, stranger)));
    if (isKeyChange && reason === undefined) return { refused: 'needsReason' };
    const of = before && { name: personOf(vault, before).name, building: before.building };
    const after = { id, ...of, isNew: !before, duringVote: isKeyChange };
    const entry = { subject: `request/${request}`, detail: { before: asker, after, reason }, names: [_id, stranger] };
    const isOffice = before !== null && before.role !== 'resident';
    if (needsSecond(actor, 'acceptRequest', cycle || isOffice ? 'voterOrOffice' : undefined))
      return askSecond(world)({
        act: 'acceptRequest',
        community: slug,
        actor,
        ...entry,
        payload: { request, times: asked.times, as, isOther, reason },
      });
    return withLog(world)(slug, async (session, write): Promise<Accepted> => {
      if (!(await closeRequest(asked._id, 'accepted', { by: actor.name, at, resident: _id }, session))) return { refused: 'decided' };
      if (isKeyChange && reason !== undefined) await recordKeyChanges(slug, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
      const newIn = before && asker.address !== '' && !wasTheirs(before, stranger) ? cycle : undefined;
      await putOnRoster(vault, { ...asker, channel: asked.channel }, before, { _id, community: slug, rosterId: id, at, newIn }, session);
      if (before && newIn) {
        const said = { key: 'notice.contactNew' };
        await tell(before, { community: slug, occasion: `contactNew|${slug}|${request}|${asked.times}`, said }, session);
      }
      await giveAll(slug, stranger, _id, session);
      await write({ ...acting, ...entry });
      const accepted = { id, isNew: !before };
      if (asker.address === '') return { accepted: { ...accepted, isUntold: true } };
      await notify(answerTo(asked, asker.address, community, _id, before), session);
      return { accepted };
    });
  };
}

/** An id for somebody new: nobody has it, nor had it before a deletion. */
async function freeId(vault: World['vault'], community: string, request: number): Promise<string> {
  for (let more = 1; ; more++) {
    const id = more === 1 ? `joined-${request}` : `joined-${request}-${more}`;
    if (!(await collection(Resident).findOne({ community, _id: residentId(vault, community, id) }, { projection: { _id: 1 } }))) return id;
  }
}

/** Whether a resident had this phone or chat already, on the roster or before a deletion. */
function wasTheirs(resident: ResidentRecord, place: string): boolean {
  return [...contactIdsOf(resident), ...(resident.erasedAddresses ?? [])].includes(place);
}

/** Whether a phone or chat has a holder. Then it is shared with a person who is added to it, and a vote from there takes a card. */
async function isHeld(community: string, place: string): Promise<boolean> {
  return (
    (await collection(Resident).findOne({ community, $or: [{ phoneId: place }, { 'linkedContacts.id': place }] }, { projection: { _id: 1 } })) !==
    null
  );
}

function answerTo(
  { _id: { request }, times, channel, at }: MembershipRequestRecord,
  address: string,
  community: CommunityRecord,
  resident: string,
  before: ResidentRecord | null,
) {
  return {
    occasion: `joinRequest|${community._id}|${request}|${times}|accepted`,
    community: community._id,
    channel,
    address,
    resident,
    language: before?.language,
    kind: 'answer' as const,
    askedAt: at,
    said: { key: 'notice.accepted', params: { community: community.name } },
  };
}

export type Refused = ({ readonly done: true } & Untold) | { readonly refused: 'noCommunity' | 'noRequest' | 'decided' };

/** Refuses a request to join; the reason is sent back. To ask again opens it again. Rejects with `not-allowed` (`checkRight`). */
export function refuseRequest(
  world: World,
  notify: Notify,
): (refusal: { community: string; request: number; actor: Actor; reason: string }) => Promise<Refused> {
  return async ({ community: slug, request, actor, reason }) => {
    const acting = checkRight(actor, 'refuseRequest', slug);
    const _id = { community: slug, request };
    const [community, asked] = await Promise.all([findCommunity(slug), collection(MembershipRequest).findOne({ _id })]);
    if (!community) return { refused: 'noCommunity' };
    if (!asked) return { refused: 'noRequest' };
    const asker = askerOf(world.vault, asked);
    if (asked.state !== 'pending' || !asker) return { refused: 'decided' };
    const answer: Notice = {
      occasion: `joinRequest|${slug}|${request}|${asked.times}|refused`,
      community: slug,
      channel: asked.channel,
      address: asker.address,
      kind: 'answer',
      askedAt: asked.at,
      said: { key: 'notice.refused', params: { request, reason } },
    };
    return withLog(world)(slug, async (session, write): Promise<Refused> => {
      if (!(await closeRequest(_id, 'refused', { by: actor.name, at: world.now(), reason }, session))) return { refused: 'decided' };
      await write({ ...acting, subject: `request/${request}`, detail: { before: asker, reason }, names: [asked.from] });
      if (asker.address === '') return { done: true, isUntold: true };
      await notify(answer, session);
      return { done: true };
    });
  };
}
