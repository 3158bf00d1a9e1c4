import type { mongo } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { CHANNEL_NAMES, CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, type CommunityContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { numbered } from '../../store/databaseErrors.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { cleanText } from '../../store/text.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { ownNumbersAmong } from '../communities/index.ts';
import { holdersOf } from './holders.ts';
import { personOf } from './resident.ts';

export type Requested =
  /** `again`: an earlier request from here was opened again with what is said now; it keeps its number. */
  | { readonly request: number; readonly again: boolean }
  /** A resident with this name holds this phone or chat already. */
  | { readonly known: true }
  /** `ownNumber`: it comes from a number of the service itself. `enoughToday`: in this community, far more people have asked today than ever ask in earnest. */
  | { readonly refused: 'ownNumber' | 'enoughToday' };

/** The longest name or building that is kept, in characters. */
const MAX = 40;
/** Requests in a community within 24 hours. */
const MOST_A_DAY = 1_000;

/**
 * Asks to be put on the roster; there is one request for each address. To ask again replaces what was said before, and opens a refused request again.
 * `takenBy`: those who took it down at a table. Another member of a household may ask from a phone that is on the roster: what was accepted from there stays, and theirs is another request.
 */
export async function requestMembership(
  world: World,
  input: { name: string; building: string; takenBy?: readonly string[] },
  act: Act,
): Promise<Requested> {
  const holders = holdersOf(world);
  const { community, channel, address, at } = act;
  const key = world.vault.hmac('act', act.key, 'requestMembership');
  const name = short(input.name);
  const requests = collection(MembershipRequest);
  const from = addressHmac(world.vault, act);
  const before = await requests.findOne({ '_id.community': act.community, from, channel });
  if (before?.key === key) return { request: before._id.request, again: before.times > 1 };
  if ((await holders(act)).holders.some(({ resident: _id, person }) => personOf(world.vault, { _id, person }).name === name)) return { known: true };
  if (CHANNELS[channel].isPhone && (await ownNumbersAmong([address])).size > 0) return { refused: 'ownNumber' };

  act.beginWrite();
  const { takenBy } = input;
  const asker = { name, building: short(input.building), address, ...(takenBy && { takenBy }) };
  const said = { at, state: 'pending' as const, key };
  const where = takenBy && { atTable: true as const };
  return numbered<Requested>(
    async () => (await requests.findOne({ '_id.community': community }, { sort: { '_id.request': -1 }, projection: { _id: 1 } }))?._id.request,
    async (request) => {
      const asked = await requests.findOne({ '_id.community': community, from, channel }, { projection: { _id: 1, state: 1 } });
      if (asked?.state === 'accepted') {
        await requests.updateOne({ _id: asked._id, from }, { $set: { from: `gone|${community}|${asked._id.request}` } });
      } else if (asked) {
        const who = encryptedAsker(world.vault, asked._id, asker);
        const unset = { decided: 1 as const, ...(!takenBy && { atTable: 1 as const }) };
        await requests.updateOne({ _id: asked._id, from, channel }, { $set: { ...said, ...where, who }, $inc: { times: 1 }, $unset: unset });
        return { request: asked._id.request, again: true };
      }
      const thousandth = await requests.findOne({ _id: { community, request: request - MOST_A_DAY } }, { projection: { at: 1 } });
      if (thousandth && thousandth.at.getTime() > at.getTime() - DAY_MS) return { refused: 'enoughToday' };
      const _id = { community, request };
      const who = encryptedAsker(world.vault, _id, asker);
      await requests.insertOne({ _id, channel, ...where, who, from, times: 1, ...said } satisfies MembershipRequestRecord);
      return { request, again: false };
    },
  );
}

export function short(text: string): string {
  return [...cleanText(text)].slice(0, MAX).join('');
}

/** Whether somebody at this phone or chat has asked to join and nobody has decided yet. */
export async function hasAsked({ vault }: Pick<World, 'vault'>, at: CommunityContact): Promise<boolean> {
  const from = addressHmac(vault, at);
  return (
    (await collection(MembershipRequest).findOne(
      { '_id.community': at.community, from, channel: at.channel, state: 'pending' },
      { projection: { _id: 1 } },
    )) !== null
  );
}

/** A request that was not withdrawn: of others nothing is shown. */
type StandingRequest = MembershipRequestRecord & { readonly state: Exclude<MembershipRequestRecord['state'], 'withdrawn'> };

export function isStanding(asked: MembershipRequestRecord): asked is StandingRequest {
  return asked.state !== 'withdrawn';
}

/** A request as a cadre reads it. */
export interface ListedRequest extends Partial<Asker>, Pick<StandingRequest, 'state' | 'channel' | 'atTable' | 'at' | 'decided'> {
  readonly request: number;
}

/** A community's requests by number, without those that were withdrawn. `isPending`: only those that wait for a decision. */
export async function listRequests({ vault }: Pick<World, 'vault'>, community: string, isPending: boolean): Promise<ListedRequest[]> {
  const requests = await collection(MembershipRequest)
    .find({ '_id.community': community, state: isPending ? 'pending' : { $ne: 'withdrawn' } }, { sort: { '_id.request': 1 } })
    .toArray();
  return requests.filter(isStanding).map((asked) => listed(vault, asked));
}

/** A request as a cadre reads it, decrypted. */
export function listed(vault: Vault, asked: StandingRequest): ListedRequest {
  const { _id, channel, atTable, at, state, decided } = asked;
  const { name, building, address, takenBy } = askerOf(vault, asked) ?? {};
  const where = { ...(atTable && { atTable }), ...(takenBy && { takenBy }) };
  return { request: _id.request, state, name, building, channel, ...where, address, at, ...(decided && { decided }) };
}

/** Writes the decision to a pending request to join; gives false if it was decided meanwhile. */
export async function closeRequest(
  _id: MembershipRequestRecord['_id'],
  state: 'accepted' | 'refused',
  decided: Required<MembershipRequestRecord>['decided'],
  session: mongo.ClientSession,
): Promise<boolean> {
  const { matchedCount } = await collection(MembershipRequest).updateOne({ _id, state: 'pending' }, { $set: { state, decided } }, { session });
  return matchedCount === 1;
}

/**
 * Withdraws the requests that came from a phone or chat (`addressHmac`), or by which a resident came on the roster, and forgets the people who asked;
 * gives the number of these requests.
 */
export async function withdrawRequests(community: string, asked: { readonly from: string } | { readonly resident: string }): Promise<number> {
  const theirs = { '_id.community': community, ...('from' in asked ? { from: asked.from } : { 'decided.resident': asked.resident }) };
  const { modifiedCount } = await collection(MembershipRequest).updateMany(theirs, [
    { $set: { from: { $concat: ['gone|', community, '|', { $toString: '$_id.request' }] }, state: 'withdrawn' } },
    { $unset: ['who', 'decided'] },
  ]);
  return modifiedCount;
}

/** Withdraws a request that was taken down at a table, once the mark is taken back with which it was: it was a slip. One that was made again elsewhere stays. */
export async function withdrawTakenDown(_id: MembershipRequestRecord['_id'], session: mongo.ClientSession): Promise<void> {
  await collection(MembershipRequest).updateOne(
    { _id, state: 'pending', atTable: true, times: 1 },
    { $set: { state: 'withdrawn', from: `gone|${_id.community}|${_id.request}` }, $unset: { who: 1 } },
    { session },
  );
}

/** Forgets who asked, where it was decided before a moment; what was decided stays. */
export async function forgetAskers(communities: readonly string[], before: Date): Promise<void> {
  const which = { '_id.community': { $in: [...communities] }, 'decided.at': { $lte: before }, who: { $exists: true } };
  await collection(MembershipRequest).updateMany(which, [
    { $set: { from: { $concat: ['gone|', '$_id.community', '|', { $toString: '$_id.request' }] } } },
    { $unset: ['who', 'decided.resident'] },
  ]);
}

/** The person who asks to be put on a roster, and where the answer goes. */
export interface Asker {
  readonly name: string;
  readonly building: string;
  /** Empty if they asked at a table and have no phone. */
  readonly address: string;
  /** The names of those who took it down at a table. */
  readonly takenBy?: readonly string[];
}

/** The person who asks, decrypted; undefined after a deletion, or if that is of another request. */
export function askerOf(vault: Vault, { _id, who }: Pick<MembershipRequestRecord, '_id' | 'who'>): Asker | undefined {
  const kept = textIfOurs(vault, 'membershipRequest', nameOf(_id), who);
  return kept && JSON.parse(kept);
}

export function encryptedAsker(vault: Vault, _id: MembershipRequestRecord['_id'], { name, building, address, takenBy }: Asker): Buffer {
  return vault.encrypt('membershipRequest', nameOf(_id), JSON.stringify({ name, building, address, takenBy }));
}

function nameOf({ community, request }: MembershipRequestRecord['_id']): string {
  return `${community}|${request}`;
}

/** A request to be put on the roster: one for each address. */
export const MembershipRequest = records(
  'membershipRequests',
  {
    /** `request` counts from 1 in a community; commands name it. */
    _id: { community: String, request: Number },
    /** On which the answer is sent. */
    channel: oneOf(CHANNEL_NAMES),
    /** It was made at a table for slips. */
    atTable: optional(true),
    /** The person who asks, and where the answer goes (`Asker`), encrypted as JSON; gone after a deletion. */
    who: optional(encrypted('membershipRequest')),
    /** `addressHmac(…)` of the address to which the answer goes; after a deletion, or once another person asks from there, `gone|` and the request's `_id`. */
    from: String,
    at: Date,
    /** How often the request was made: to ask again opens the same request again. */
    times: Number,
    state: oneOf(['pending', 'accepted', 'refused', 'withdrawn']),
    decided: optional({ by: String, at: Date, reason: optional(String), resident: optional(String) }),
    key: String,
  },
  [
    index({ '_id.community': 1, '_id.request': -1 }, { unique: true }),
    // how many wait, in many communities at once
    index({ state: 1, '_id.community': 1, at: 1 }, { partialFilterExpression: { state: 'pending' } }),
    index({ '_id.community': 1, from: 1, channel: 1 }, { unique: true }),
    // whose author is no longer kept
    index({ '_id.community': 1, 'decided.at': 1 }, { partialFilterExpression: { who: { $exists: true } } }),
    index({ '_id.community': 1, key: 1 }),
  ],
);
export type MembershipRequestRecord = RecordOf<typeof MembershipRequest>;
