import type { Act } from '../../contacts/act.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { eitherKey, type KeyedChange, sharedWriter } from '../../store/groupCommit.ts';
import { type LookUp, lookUps } from '../../store/lookUps.ts';
import { isMarked, markedOn, withMark } from '../../store/recordMark.ts';
import { index, optional, type RecordOf, records } from '../../store/records.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import { sealedSince } from '../cycles/index.ts';
import type { BallotItem } from '../projects/index.ts';
import { cyclesOfWorks, itemIn, workHere, workIn } from './readWorks.ts';
import { Work, type WorkRecord, type WorkState } from './work.ts';

/** A resident's rating of an accepted work. The last one counts. It stays if the resident is deleted, as a ballot does. */
export const Rating = records(
  'ratings',
  {
    /** `by`: the resident's `_id`. */
    _id: { cycle: String, number: Number, by: String },
    community: String,
    /** 1 to 5; 5 is the best. */
    stars: Number,
    /** The key of the act that changed it last: an act counts once. */
    key: String,
    /** `recordMark(…)`: the service wrote it. */
    mark: optional(String),
  },
  [index({ '_id.cycle': 1, '_id.number': 1, stars: 1 }), index({ '_id.by': 1, '_id.cycle': 1, '_id.number': 1 })],
);
export type RatingRecord = RecordOf<typeof Rating>;

/** Whether a work is accepted, and so can be rated. */
export function isAccepted({ state }: Pick<WorkRecord, 'state'>): boolean {
  return RATED_IN.includes(state);
}

const RATED_IN: readonly WorkState[] = ['accepted', 'paid', 'rated'];

export type RatingTold =
  | { readonly rated: BallotItem; readonly stars: number; readonly isChanged?: true }
  /** The stars are not 1 to 5. */
  | { readonly refused: 'range' }
  | NotRatable;

/** `unfinished`: the work is not accepted. `unknown`: there is no such work. */
type NotRatable = { readonly unfinished: BallotItem } | { readonly unknown: number };

/**
 * Service: rates a work that is accepted, of the current cycle or else of the one before (docs/contract.md: Messages). One of each resident for each work;
 * the last one counts.
 */
export function rateWork(world: World): (input: { number: number; stars: number }, act: Act) => Promise<RatingTold> {
  const findRating = lookUps(world)(ratingByName);
  const write = ratingWriter(world);
  const rated = ratedHere(world);
  return async ({ number, stars }, act) => {
    if (!Number.isInteger(stars) || stars < 1 || stars > 5) return { refused: 'range' };
    const by = raterIn(act);
    const cycles = await cyclesOfWorks(world, act);
    const [work, ratings] = await Promise.all([
      ratableWork(world, number, act),
      Promise.all(cycles.map(({ _id }) => findRating(nameOf({ cycle: _id, number, by })))),
    ]);
    if (!('cycle' in work)) return work;
    const { cycle, item } = work;
    const _id = { cycle, number, by };
    const before = ratings[cycles.findIndex((each) => each._id === cycle)];
    const key = world.vault.hmac('act', act.key, 'rating');
    if (before?.key !== key) {
      act.beginWrite();
      await write({ before: before?.key, after: withMark(world.vault, 'ratings', { _id, community: act.community, stars, key }) });
      rated.add(`${cycle}|${number}`);
    }
    return { rated: item, stars, ...(before && before.key !== key && { isChanged: true }) };
  };
}

export type RatableRead = { readonly works: readonly BallotItem[] } | NotRatable;

/** Service: the works that a resident can rate: the one of this number, or else all that the resident has not rated yet. */
export async function readRatable(world: World, { number }: { number?: number }, act: Act): Promise<RatableRead> {
  if (number === undefined) return { works: await unratedWorks(world, act, raterIn(act)) };
  const work = await ratableWork(world, number, act);
  return 'cycle' in work ? { works: [work.item] } : work;
}

/** The accepted works of the current cycle, or else of the one before, that a resident has not rated, in the order of their numbers. */
export async function unratedWorks(world: World, act: Pick<Act, 'community' | 'at'>, resident: string): Promise<BallotItem[]> {
  for (const cycle of await cyclesOfWorks(world, act)) {
    const accepted = await acceptedIn(cycle._id);
    if (accepted.length === 0) continue;
    const rated = await collection(Rating)
      .find({ '_id.by': resident, '_id.cycle': cycle._id }, { projection: { _id: 1 } })
      .toArray();
    return accepted.filter((number) => !rated.some(({ _id }) => _id.number === number)).flatMap((number) => itemIn(cycle, number) ?? []);
  }
  return [];
}

async function acceptedIn(cycle: string): Promise<number[]> {
  const found = await collection(Work)
    .find({ '_id.cycle': cycle, state: { $in: [...RATED_IN] } }, { sort: { '_id.number': 1 }, projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id.number);
}

async function ratableWork(world: World, number: number, act: Act): Promise<{ readonly cycle: string; readonly item: BallotItem } | NotRatable> {
  const find = workHere(world);
  const work = await find(number, act, isAccepted);
  if (!work) return { unknown: number };
  return isAccepted(work) ? work : { unfinished: work.item };
}

/** The flow is started only for somebody who is known. */
function raterIn({ resident }: Act): string {
  if (resident === undefined) throw new CodedError('nobody-acts', 'A rating needs to know whose it is; let the flow require a resident.');
  return resident;
}

/** By `nameOf`. */
const ratingByName: LookUp<RatingRecord, RatingRecord | null> = {
  model: Rating,
  pipeline: (names) => [{ $match: { _id: { $in: names.map((name) => ({ ...workIn(name), by: name.split('|')[2] })) } } }, { $project: { key: 1 } }],
  results: (found, names) => {
    const ratings = new Map(found.map((rating) => [nameOf(rating._id), rating]));
    return names.map((name) => ratings.get(name) ?? null);
  },
};

function nameOf({ cycle, number, by }: RatingRecord['_id']): string {
  return `${cycle}|${number}|${by}`;
}

const ratingWriter = sharedWriter(Rating, 'rating', ({ before, after: { _id, ...rating } }: KeyedChange<RatingRecord>) => ({
  q: { _id, key: eitherKey(before, rating.key) },
  u: { $set: rating },
  upsert: true,
}));

/** The fewest ratings of which anything is published: fewer would show who gave which. */
const LEAST_RATINGS = 5;

/** The works that were rated in this process since `publishRatings` looked: `CYCLE|NUMBER`. */
const ratedHere = perWorld(() => new Set<string>());

/**
 * Publishes the ratings of the works that were rated in this process since the last call (`publishRating`). The first call looks at all works that
 * can be rated: a process that was killed may have left some.
 */
export function publishRatings(world: World): () => Promise<void> {
  const rated = ratedHere(world);
  let isFirst = true;
  return async () => {
    if (isFirst)
      for (const cycle of await sealedSince(new Date(world.now().getTime() - RATED_FOR_MS))) for (const name of await leftIn(cycle)) rated.add(name);
    isFirst = false;
    for (const name of [...rated]) {
      await publishRating(world, workIn(name));
      rated.delete(name);
    }
  };
}

/** A vote this long ago has no works any more that residents rate. */
export const RATED_FOR_MS = 2 * 366 * DAY_MS;

/** The works of a cycle of which enough ratings more are there than are public: `CYCLE|NUMBER`. */
async function leftIn(cycle: string): Promise<string[]> {
  const works = await collection(Work)
    .find({ '_id.cycle': cycle, state: { $in: [...RATED_IN] } }, { projection: { 'rating.count': 1 } })
    .toArray();
  if (works.length === 0) return [];
  const counted = await collection(Rating)
    .aggregate<{ _id: number; count: number }>([{ $match: { '_id.cycle': cycle } }, { $group: { _id: '$_id.number', count: { $sum: 1 } } }])
    .toArray();
  const counts = new Map(counted.map(({ _id, count }) => [_id, count]));
  return works.flatMap(({ _id: { number }, rating }) =>
    (counts.get(number) ?? 0) >= (rating?.count ?? 0) + LEAST_RATINGS ? [`${cycle}|${number}`] : [],
  );
}

/**
 * Publishes the number and the mean of a work's ratings, if at least five more residents have rated it since the last time. So a reader who
 * compares two versions never sees the ratings of fewer than five. What was written past the service does not count.
 */
export async function publishRating({ vault }: Pick<World, 'vault'>, _id: WorkRecord['_id']): Promise<void> {
  const work = await collection(Work).findOne({ _id });
  const rated = await collection(Rating).find({ '_id.cycle': _id.cycle, '_id.number': _id.number }).toArray();
  const stars = rated.filter((rating) => isMarked(vault, 'ratings', rating)).map(({ stars }) => stars);
  const count = stars.length;
  if (!work || count < (work.rating?.count ?? 0) + LEAST_RATINGS) return;
  const mean = Math.round((10 * stars.reduce((sum, one) => sum + one, 0)) / count) / 10;
  const { mark } = work;
  const set = { rating: { count, mean } };
  const asItWas = mark === undefined ? { mark: { $exists: false } } : { mark };
  await collection(Work).updateOne({ _id, ...asItWas }, { $set: { ...set, ...markedOn(vault, 'works', work, set) } });
}
