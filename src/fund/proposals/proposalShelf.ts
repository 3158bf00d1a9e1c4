import { forReaders } from '../../store/connect.ts';
import { numeral } from '../../store/numerals.ts';
import { withPauses } from '../../store/pauses.ts';
import { perWorld, type World } from '../../store/world.ts';
import { lastSeq } from '../log/index.ts';
import { onPublicList, Proposal } from './proposal.ts';
import { type PublicProposal, publicProposal, publicText } from './publicProposals.ts';
import { supportsOf } from './support.ts';

/** A public proposal with what it is searched by. */
export interface ShelvedProposal extends PublicProposal {
  readonly places: readonly string[];
  /** The text in small letters. */
  readonly sought: string;
}

/** All public proposals of a cycle, in two orders, and by what they can be chosen. */
export interface Shelf {
  /** Another one after any change but in their supports. */
  readonly version: string;
  readonly newest: readonly ShelvedProposal[];
  /** Of two with as many supports, the newer one first. */
  readonly bySupports: readonly ShelvedProposal[];
  /** The categories that they are in. */
  readonly categories: readonly string[];
  /** The places that most of them name, at most forty. */
  readonly places: readonly string[];
}

/** A cycle's proposals are read again after five seconds. Meanwhile readers get the old ones, until they are fifteen seconds old, and do not wait. */
const FRESH_MS = 5_000;
const USABLE_MS = 15_000;
/** So many proposals of all cycles together are kept, some 1.5 KB each; what was read longest ago goes first. */
const MAX_PROPOSALS = 40_000;
const PLACES = 40;
/** Proposals that come from the database in one piece: some milliseconds of work. */
const BATCH = 100;

/**
 * Gives all public proposals of a cycle, decrypted, at most fifteen seconds old. They are read in pieces between which turns go on, and not again as long
 * as nothing was done with them.
 */
export const proposalShelf: (world: World) => (cycle: string) => Promise<Shelf> = perWorld((world) => {
  const kept = new Map<string, { readonly since: number; readonly shelf: Shelf }>();
  const reading = new Map<string, Promise<Shelf>>();
  return (cycle) => {
    const known = kept.get(cycle);
    const age = known ? world.now().getTime() - known.since : Number.POSITIVE_INFINITY;
    if (known && age >= 0 && age < FRESH_MS) return Promise.resolve(known.shelf);
    const next = reading.get(cycle) ?? readAgain(cycle);
    if (!known || age < 0 || age >= USABLE_MS) return next;
    next.catch(() => undefined); // who finds nothing usable hears of it
    return Promise.resolve(known.shelf);
  };

  function readAgain(cycle: string): Promise<Shelf> {
    const since = world.now().getTime();
    const next = readShelf(world, cycle, kept.get(cycle)?.shelf)
      .then((shelf) => {
        keep(cycle, since, shelf);
        return shelf;
      })
      .finally(() => reading.delete(cycle));
    reading.set(cycle, next);
    return next;
  }

  function keep(cycle: string, since: number, shelf: Shelf): void {
    kept.delete(cycle);
    kept.set(cycle, { since, shelf });
    let count = [...kept.values()].reduce((sum, { shelf }) => sum + shelf.newest.length, 0);
    for (const [oldest, { shelf }] of kept) {
      if (count <= MAX_PROPOSALS || kept.size === 1) return;
      kept.delete(oldest);
      count -= shelf.newest.length;
    }
  }
});

/** `before`: the same ones as they were read before. */
async function readShelf(world: World, cycle: string, before: Shelf | undefined): Promise<Shelf> {
  const [version, supports] = await Promise.all([versionOf(world, cycle), supportsOf(cycle)]);
  if (before?.version !== version) return wholeShelf(version, await readAll(world, cycle, supports, before?.newest ?? []));
  const isSame = before.newest.every((proposal) => proposal.supports === (supports.get(proposal.number) ?? 0));
  return isSame
    ? before
    : wholeShelf(
        version,
        before.newest.map((proposal) => ({ ...proposal, supports: supports.get(proposal.number) ?? 0 })),
      );
}

/** Grows with each act of staff, each proposal that comes or becomes public, and each recording that nobody can write down any more. */
async function versionOf(world: World, cycle: string): Promise<string> {
  const [found] = await forReaders(Proposal)
    .aggregate<{ readonly community: string; readonly count: number; readonly last: number; readonly lost: number }>([
      { $match: onPublicList(cycle) },
      {
        $group: {
          ...{ _id: null, community: { $first: '$community' }, count: { $sum: 1 }, last: { $max: '$_id.number' } },
          lost: { $sum: { $cond: [{ $eq: ['$spoken.state', 'lost'] }, 1, 0] } },
        },
      },
    ])
    .toArray();
  if (!found) return '';
  const { community, count, last, lost } = found;
  return [await lastSeq(world)(community), count, last, lost].join(' ');
}

/** A text that is there never changes, so that it is not decrypted and searched again. */
async function readAll(
  { vault }: World,
  cycle: string,
  supports: ReadonlyMap<number, number>,
  before: readonly ShelvedProposal[],
): Promise<ShelvedProposal[]> {
  const known = new Map(before.map((proposal) => [proposal.number, proposal]));
  const projection = { history: 0, address: 0, whose: 0 };
  const found = forReaders(Proposal).find(onPublicList(cycle), { sort: { '_id.number': -1 }, batchSize: BATCH, projection });
  const newest: ShelvedProposal[] = [];
  for await (const record of withPauses(found)) {
    const same = known.get(record._id.number);
    const { text, places, sought } = same && same.text !== '' ? same : searched(publicText(vault, record));
    newest.push({ ...publicProposal(record, text, supports), places, sought });
  }
  return newest;
}

function wholeShelf(version: string, newest: readonly ShelvedProposal[]): Shelf {
  const places = new Map<string, number>();
  for (const place of newest.flatMap((proposal) => proposal.places)) places.set(place, (places.get(place) ?? 0) + 1);
  const most = [...places].toSorted(([, one], [, other]) => other - one).slice(0, PLACES);
  return {
    ...{ version, newest },
    bySupports: newest.toSorted((one, other) => other.supports - one.supports || other.number - one.number),
    categories: [...new Set(newest.flatMap(({ category }) => category ?? []))].toSorted(),
    places: most.map(([place]) => place).toSorted((one, other) => one.localeCompare(other, 'zh', { numeric: true })),
  };
}

function searched(text: string): Pick<ShelvedProposal, 'text' | 'places' | 'sought'> {
  return { text, places: placesIn(text), sought: text.toLowerCase() };
}

const NUMERALS = '一二三四五六七八九';
const COUNT = `\\d{1,3}|[${NUMERALS}]?十[${NUMERALS}]?|[${NUMERALS}两]`;
const PLACE = new RegExp(`(?<![\\d${NUMERALS}十百])(${COUNT})\\s*(号院|号楼|栋|幢|单元|期)|\\bbuilding\\s+(\\d{1,3})\\b`, 'giu');

/** The places with a number that a text names, each once and always written alike: `三号院` is `3号院`; `2幢`, `2号楼` and `building 2` are `2栋`. */
export function placesIn(text: string): string[] {
  const found = [...text.matchAll(PLACE)].map(([, count = '', kind = '栋', building]) => {
    const isBuilding = kind === '幢' || kind === '号楼';
    return `${building ?? numeral(count) ?? Number(count)}${isBuilding ? '栋' : kind}`;
  });
  return [...new Set(found)];
}
