import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import { CHANNEL_NAMES, CHANNELS, type Channel } from '../contacts/channel.ts';
import type { ContactPoint } from '../contacts/contact.ts';
import { canReceiveSms } from '../contacts/phone.ts';
import type { CommunityRecord } from '../fund/communities/index.ts';
import { cycleById } from '../fund/cycles/index.ts';
import { votedOrHandedIn } from '../fund/paper/index.ts';
import { contactsOf, personOf, Resident, type ResidentRecord } from '../fund/people/index.ts';
import { collection } from '../store/collection.ts';
import type { Vault } from '../store/vault.ts';
import type { World } from '../store/world.ts';

/** Who of a community. */
export type Audience =
  | { readonly to: 'all' }
  | { readonly to: 'not-voted'; readonly cycle: string }
  | { readonly to: 'building'; readonly building: string };

const BATCH = 500;
type Row = Pick<ResidentRecord, '_id' | 'person' | 'building' | 'language' | 'phoneId' | 'linkedContacts'>;

/**
 * The residents of an audience, batch by batch from an index, so that the whole list is never in memory. Those who share
 * a phone follow each other. `channels`: those in service.
 */
export async function* recipients(
  world: World,
  channels: readonly Channel[],
  { _id, language }: Pick<CommunityRecord, '_id' | 'language'>,
  audience: Audience,
): AsyncGenerator<Recipient[]> {
  const cycle = audience.to === 'not-voted' ? await cycleById(world)(audience.cycle) : null;
  for await (const rows of batches(_id, audience)) {
    const voted = cycle
      ? await votedOrHandedIn(
          world,
          cycle,
          rows.map((row) => row._id),
        )
      : new Set<string>();
    yield rows.filter((row) => !voted.has(row._id)).map((row) => recipientOf(world.vault, row, language, channels));
  }
}

async function* batches(community: string, audience: Audience): AsyncGenerator<Row[]> {
  let rows: Row[] = [];
  for await (const row of rowsOf(community, audience)) {
    rows.push(row);
    if (rows.length < BATCH) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** A digest of the records of an audience's residents: it changes with the roster. Who has voted belongs to it as before. */
export async function digestOf(community: string, audience: Audience): Promise<string> {
  const hash = createHash('sha256');
  for await (const { _id, person, building, language, phoneId, linkedContacts } of rowsOf(community, audience))
    hash.update(JSON.stringify([_id, person?.toString('base64'), building, language, phoneId, linkedContacts]));
  return hash.digest('base64url');
}

function rowsOf(community: string, audience: Audience): mongo.FindCursor<Row> {
  const inBuilding = audience.to === 'building' ? { building: { $regex: buildingPattern(audience.building) } } : {};
  return collection(Resident).find<Row>(
    { community, ...inBuilding, erasedAt: { $exists: false }, erasureRequest: { $exists: false } },
    {
      projection: { person: 1, building: 1, language: 1, phoneId: 1, linkedContacts: 1 },
      sort: audience.to === 'building' ? { building: 1, phoneId: 1 } : { phoneId: 1 },
      hint: audience.to === 'building' ? { community: 1, building: 1, phoneId: 1 } : { community: 1, phoneId: 1 },
      batchSize: BATCH,
      promoteBuffers: true,
    },
  );
}

/** `3` is `3`, `3栋` and `3号楼`, never `13栋` or `31`. */
function buildingPattern(building: string): RegExp {
  return new RegExp(`^${building.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![0-9A-Za-z])`);
}

/** A resident, and where they can be reached. */
export interface Recipient {
  /** `_id` of the resident. */
  readonly resident: string;
  readonly name?: string;
  readonly building?: string;
  readonly language: string;
  /** In the order in which they are tried: chat, text, call. Empty if there is none. */
  readonly reach: readonly ContactPoint[];
}

const IN_ORDER = CHANNEL_NAMES.toSorted((one, other) => CHANNELS[one].order - CHANNELS[other].order);

/** A resident as a recipient. `language`: the community's, for residents without their own; `channels`: those in service. */
export function recipientOf(
  vault: Vault,
  resident: Pick<ResidentRecord, '_id' | 'person' | 'building' | 'language' | 'phoneId' | 'linkedContacts'>,
  language: string,
  channels: readonly Channel[],
): Recipient {
  const { _id, building, language: own } = resident;
  const { name } = personOf(vault, resident);
  const reach = reachedBy(contactsOf(vault, resident), channels);
  return {
    resident: _id,
    ...(name && { name }),
    ...(building && { building }),
    language: own ?? language,
    reach,
  };
}

/** Where somebody with these phones and chats is reached, in the order in which that is tried. `channels`: those in service. */
export function reachedBy(contacts: readonly ContactPoint[], channels: readonly Channel[]): ContactPoint[] {
  return IN_ORDER.filter((channel) => channels.includes(channel)).flatMap((channel) => on(channel, contacts));
}

/** Where a channel reaches a resident: on the first of their phones, which is the roster's, or in the last of their chats. */
function on(channel: Channel, contacts: readonly ContactPoint[]): ContactPoint[] {
  const { keptAs, isPhone, needsMobile } = CHANNELS[channel];
  const here = contacts.filter((contact) => contact.channel === keptAs);
  const contact = isPhone ? here.at(0) : here.at(-1);
  return !contact || (needsMobile && canReceiveSms(contact) === 'no') ? [] : [{ channel, address: contact.address }];
}
