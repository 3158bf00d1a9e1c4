import { z } from 'zod';
import { CHANNELS } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { act, done, line, refuse, subject, tick } from '../act/index.ts';
import { type CommunityRecord, findCommunity, ownNumbersAmong } from '../communities/index.ts';
import { votingIn } from '../cycles/index.ts';
import {
  askerOf,
  closeRequest,
  contactIdsOf,
  DAILY_WORK,
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
import { withOtherStaffPhone } from '../staff/index.ts';

const LONGEST_REASON = 300;

/** A request to join; how often it was made is its revision: made again, it may bear another name. */
const request = subject({
  path: '/requests/:number',
  find: (_, community, { number }, session) =>
    collection(MembershipRequest).findOne({ _id: { community, request: Number(number) } }, { ...(session && { session }), promoteBuffers: true }),
  name: ({ _id }: MembershipRequestRecord) => `request/${_id.request}`,
  revision: ({ times }) => times,
});

/**
 * Puts the person who asked on the roster. `who`: `new`, a new resident; `as:ID`, or `other` with `id`, a resident who is on it, or who was on it before a deletion;
 * their ballot then is the same one. `isOther`: the person is new, although a person who left had this phone or chat. From now on the phone or chat that the request
 * came from is theirs, proposals made from it become public, and the answer is sent back, unless they left no phone at their table (`isUntold`).
 * `reason` is needed while voting is open, in two cases: the person is on the roster, and would then vote by another phone or chat; or the person is new, on the
 * phone or chat of others. Whoever signed in needs a second person for it while voting is open, and for a resident who has an office. A phone or chat that somebody
 * on the roster gets in this way while voting is open casts only with their card until the close, and their phone is told.
 * `leftBefore`: so many people who had this phone or chat asked to be deleted; is it one of them, or another person? `ownNumber`: it came from a number of the
 * service itself. `staffPhone`: it came from the staff phone of somebody else.
 */
export const acceptRequest = act({
  name: 'request.accept',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: request,
  input: z.strictObject({
    who: line(100),
    id: line(100).optional(),
    isOther: tick().optional(),
    reason: line(LONGEST_REASON).optional(),
  }),
  refusals: { decided: null, noId: 'id', unknownId: 'id', leftBefore: 'who', ownNumber: 'who', staffPhone: 'who', needsReason: 'reason' },
  async run({ world, notify, session, on, input: { who, id: typed, isOther, reason }, actor }) {
    const { vault } = world;
    const { community: slug, request: number } = on._id;
    const asker = askerOf(vault, on);
    if (on.state !== 'pending' || !asker) return refuse('decided');
    const as = who === 'other' ? typed : who.startsWith('as:') ? who.slice(3) : undefined;
    if (who === 'other' && as === undefined) return refuse('noId');
    const stranger = on.from;
    const id = as ?? (await freeId(vault, slug, number));
    const _id = residentId(vault, slug, id);
    const before = as === undefined ? null : await collection(Resident).findOne({ community: slug, _id }, { session });
    if (as !== undefined && !before) return refuse('unknownId');
    const left =
      as === undefined && !isOther ? await collection(Resident).countDocuments({ community: slug, erasedAddresses: stranger }, { session }) : 0;
    if (left > 0) return refuse('leftBefore', { people: [left] });
    const name = before ? (personOf(vault, before).name ?? asker.name) : asker.name;
    if ((await ownNumbersAmong([asker.address], session)).size > 0) return refuse('ownNumber');
    const isOfOther = CHANNELS[on.channel].isPhone && (await withOtherStaffPhone(world, [{ name, phone: asker.address }])).length > 0;
    if (isOfOther) return refuse('staffPhone');
    const at = world.now();
    const cycle = await votingIn(slug, at);
    const isKeyChange = cycle !== undefined && (before !== null || (await isHeld(slug, stranger)));
    if (isKeyChange && reason === undefined) return refuse('needsReason');
    await closeRequest(on._id, 'accepted', { by: actor.name, at, resident: _id }, session);
    if (isKeyChange && reason !== undefined) await recordKeyChanges(slug, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
    const newIn = before && asker.address !== '' && !wasTheirs(before, stranger) ? cycle : undefined;
    await putOnRoster(vault, { ...asker, channel: on.channel }, before, { _id, community: slug, rosterId: id, at, newIn }, session);
    const said = { key: 'notice.contactNew' };
    if (before && newIn)
      await notifyHolder(world, notify, before, { community: slug, occasion: `contactNew|${slug}|${number}|${on.times}`, said }, session);
    await giveAll(slug, stranger, _id, session);
    const isUntold = asker.address === '';
    const community = await findCommunity(slug);
    if (!isUntold && community) await notify(answerTo(on, asker.address, community, _id, before));
    const isOffice = before !== null && before.role !== 'resident';
    const of = before && { name: personOf(vault, before).name, building: before.building };
    const after = { id, ...of, isNew: !before, duringVote: isKeyChange };
    const takesTwo = cycle !== undefined || isOffice;
    return done(
      { id, isNew: !before, isUntold },
      { before: asker, after, ...(reason !== undefined && { reason }), names: [_id, stranger], takesTwo },
    );
  },
});

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

/** Refuses a request to join; the reason is sent back, unless they left no phone (`isUntold`). To ask again opens it again. */
export const refuseRequest = act({
  name: 'request.refuse',
  may: DAILY_WORK,
  on: request,
  input: z.strictObject({ reason: line(LONGEST_REASON) }),
  refusals: { decided: null },
  async run({ world, notify, session, on, input: { reason }, actor }) {
    const { _id, channel, times } = on;
    const asker = askerOf(world.vault, on);
    if (on.state !== 'pending' || !asker) return refuse('decided');
    await closeRequest(_id, 'refused', { by: actor.name, at: world.now(), reason }, session);
    const { community, request } = _id;
    const isUntold = asker.address === '';
    if (!isUntold)
      await notify({
        ...{ occasion: `joinRequest|${community}|${request}|${times}|refused`, community, channel, address: asker.address },
        ...{ kind: 'answer', askedAt: on.at, said: { key: 'notice.refused', params: { request, reason } } },
      });
    return done({ isUntold }, { before: asker, reason, names: [on.from] });
  },
});
