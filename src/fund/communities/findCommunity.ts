import type { mongo } from 'mongoose';
import type { CarrierName } from '../../contacts/channel.ts';
import { cached, changes } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { lookUps } from '../../store/lookUps.ts';
import { isMarked } from '../../store/recordMark.ts';
import { isId } from '../../store/text.ts';
import { dayOf } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import { Community, type CommunityRecord, LETTERS_DAYS } from './community.ts';

/** A community by its slug, as it is stored at this moment; null if there is none. */
export function findCommunity(slug: string, session?: mongo.ClientSession): Promise<CommunityRecord | null> {
  return collection(Community).findOne({ _id: slug }, session && { session });
}

/**
 * What a community has set of money and papers; nothing, so that the strictest holds that holds without a word, if its settings were changed past the service
 * (`npm run doctor` says so; its file, imported again, puts that right).
 */
export async function moneySettings({ vault }: Pick<World, 'vault'>, slug: string, session?: mongo.ClientSession): Promise<MoneySettings> {
  const found = await findCommunity(slug, session);
  return found && isMarked(vault, 'communities', found) ? found : {};
}

type MoneySettings = Pick<CommunityRecord, 'offers' | 'offersAbove' | 'twoPersonsAbove' | 'papers'>;

/** At most `most` communities: first the demo's, then by slug. */
export function firstCommunities(most: number): Promise<CommunityRecord[]> {
  return collection(Community)
    .find({}, { sort: { demo: -1, _id: 1 }, limit: most })
    .toArray();
}

/** Communities by their slugs; those that exist. */
export async function findCommunities(slugs: readonly string[]): Promise<Map<string, CommunityRecord>> {
  const found = await collection(Community)
    .find({ _id: { $in: [...slugs] } })
    .toArray();
  return new Map(found.map((community) => [community._id, community]));
}

/** A page of the communities, in the order of their slugs. */
export interface CommunityPage {
  /** One more than the page holds if there are more. */
  readonly found: readonly CommunityRecord[];
  /** How many have the name that is searched for. */
  readonly count: number;
  /** How many there are. */
  readonly all: number;
}

/** At most `most` communities and one more, for readers: those with `find` in their name, after a slug. */
export async function pageOfCommunities({ find, after }: { find?: string; after?: string }, most: number): Promise<CommunityPage> {
  const named = find ? { name: { $regex: find.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), $options: 'i' } } : {};
  const communities = forReaders(Community);
  const [found, count, all] = await Promise.all([
    communities.find({ ...named, ...(after && { _id: { $gt: after } }) }, { sort: { _id: 1 }, limit: most + 1 }).toArray(),
    find ? communities.countDocuments(named) : communities.estimatedDocumentCount(),
    communities.estimatedDocumentCount(),
  ]);
  return { found, count, all };
}

/** The name and number of every community, in the order of their slugs, for readers. */
export function communityNumbers(): Promise<Pick<CommunityRecord, '_id' | 'name' | 'phone'>[]> {
  return forReaders(Community)
    .find({}, { sort: { _id: 1 }, projection: { name: 1, phone: 1 } })
    .toArray();
}

/** The time zone of every community. */
export function communityZones(): Promise<Pick<CommunityRecord, '_id' | 'timezone'>[]> {
  return forReaders(Community)
    .find({}, { sort: { _id: 1 }, projection: { timezone: 1 } })
    .toArray();
}

/** So many communities are asked about with one command. */
const TOGETHER = 100;

/** For how many days communities keep the words that they answered: those that keep them equally long, by their slugs, a hundred at most. */
export async function* lettersKept(): AsyncGenerator<{ readonly communities: readonly string[]; readonly days: number }, void> {
  const kept = new Map<number, string[]>();
  for await (const { _id, keep } of collection(Community).find({}, { projection: { keep: 1 } })) {
    const days = keep?.letters ?? LETTERS_DAYS;
    const communities = [...(kept.get(days) ?? []), _id];
    if (communities.length === TOGETHER) yield { communities, days };
    kept.set(days, communities.length === TOGETHER ? [] : communities);
  }
  for (const [days, communities] of kept) if (communities.length > 0) yield { communities, days };
}

/** About how many communities there are. */
export function countCommunities(): Promise<number> {
  return collection(Community).estimatedDocumentCount();
}

/** The names of communities, by their slugs; of all, if no slugs are given. */
export async function communityNames(slugs?: readonly string[]): Promise<Map<string, string>> {
  const which = slugs ? { _id: { $in: [...slugs] } } : {};
  const found = await forReaders(Community)
    .find(which, { projection: { name: 1 }, hint: { _id: 1 } })
    .toArray();
  return new Map(found.map(({ _id, name }) => [_id, name]));
}

/** The WeChat templates by which reminders are sent, by the slugs of the communities that have one, of those that `serves` takes. */
export async function reminderTemplates(serves: (community: Pick<CommunityRecord, '_id' | 'office'>) => boolean): Promise<Map<string, string>> {
  const found = await collection(Community)
    .find({ 'templates.reminder': { $exists: true } }, { projection: { templates: 1, office: 1 } })
    .toArray();
  return new Map(found.filter(serves).map(({ _id, templates }) => [_id, templates?.reminder ?? '']));
}

/** A community by its slug; null if there is none. After an import, the old one may be given for up to a second. */
export const communityBySlug: (world: World) => Communities = perWorld((world) =>
  cached(world, 1_000, 10_000, (slug) => collection(Community).findOne({ _id: slug }), changes(world).version),
);

/** `communityBySlug` for the pages and the API, which only read: it uses neither the connections nor the memory of the turns. */
export const communityForReaders: (world: World) => Communities = perWorld((world) => {
  const communities = cached(world, 1_000, 10_000, (slug) => forReaders(Community).findOne({ _id: slug }), changes(world).version);
  return async (slug) => (isId(slug) ? communities(slug) : null);
});

type Communities = (slug: string) => Promise<CommunityRecord | null>;

/**
 * The community that has this number as its `phone` or `callback`; null for any other number. After an import, the old one may be given for up to a
 * second.
 */
export const communityByNumber: (world: World) => (number: string) => Promise<CommunityRecord | null> = perWorld((world) =>
  cached(world, 1_000, 10_000, lookUps(world)({ model: Community, pipeline: byNumber, results: inOrder }), changes(world).version),
);

/** A number that was texted, extension digits included, as the carrier that brought the text writes it. */
export interface Texted {
  readonly carrier: CarrierName;
  readonly number: string;
}

/**
 * The community that is texted at a number: of those over this carrier the one whose `textNumber` is its longest beginning, else the one whose phone it
 * is; null if there is none. After an import, the old one may be given for up to a second.
 */
export const communityTexted: (world: World) => (texted: Texted) => Promise<CommunityRecord | null> = perWorld((world) => {
  const found = cached(world, 1_000, 10_000, textedAt, changes(world).version);
  return ({ carrier, number }) => found(`${carrier} ${number}`);
});

/** The shortest number that counts: a carrier's own extension. */
const SHORTEST = 2;
const MAX_DIGITS = 30;

async function textedAt(carrierAndNumber: string): Promise<CommunityRecord | null> {
  const [carrier = '', number = ''] = carrierAndNumber.split(' ');
  const digits = number.replace(/^(\+|00)/, '');
  if (!/^\d+$/.test(digits) || digits.length > MAX_DIGITS) return null;
  const beginnings = Array.from({ length: Math.max(0, digits.length - SHORTEST + 1) }, (_, more) => digits.slice(0, SHORTEST + more));
  const phones = [`+${digits}`, `+86${digits.replace(/^0/, '')}`];
  const found = await collection(Community)
    .find({ $or: [{ 'carriers.sms': carrier, textNumber: { $in: beginnings } }, { phone: { $in: phones } }] })
    .toArray();
  return found.toSorted((one, other) => matched(other).length - matched(one).length)[0] ?? null;
}

function matched({ textNumber, phone }: CommunityRecord): string {
  return textNumber ?? phone;
}

/** The communities whose texts a carrier brings, at most `most`, by their slugs. */
export function communitiesOver(carrier: CarrierName, most: number): Promise<CommunityRecord[]> {
  return collection(Community)
    .find({ 'carriers.sms': carrier }, { sort: { 'carriers.sms': 1 }, limit: most })
    .toArray();
}

function byNumber(numbers: readonly string[]) {
  return [{ $match: { $or: [{ phone: { $in: numbers } }, { callback: { $in: numbers } }] } }];
}

function inOrder(found: readonly CommunityRecord[], numbers: readonly string[]): (CommunityRecord | null)[] {
  const communities = new Map(found.flatMap((community) => [community.callback, community.phone].map((number) => [number, community] as const)));
  return numbers.map((number) => communities.get(number) ?? null);
}

/** The day of a community, `2027-03-09`, at this moment. */
export async function todayIn({ now }: Pick<World, 'now'>, slug: string): Promise<string> {
  return dayOf(now(), (await findCommunity(slug))?.timezone ?? 'Asia/Shanghai');
}
