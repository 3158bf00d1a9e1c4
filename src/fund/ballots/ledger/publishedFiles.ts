import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMap } from '../../../store/cache.ts';
import { CodedError } from '../../../store/codedError.ts';
import { collection } from '../../../store/collection.ts';
import { forReaders } from '../../../store/connect.ts';
import { withPauses } from '../../../store/pauses.ts';
import { oneOf, optional, type RecordOf, records } from '../../../store/records.ts';
import { perWorld, type World } from '../../../store/world.ts';
import { Community } from '../../communities/index.ts';
import { cycleForReaders, isSealed } from '../../cycles/index.ts';
import { countLedger, notClosed, resultsOf } from './count.ts';
import { ledgerEntries } from './ledgerOf.ts';
import { ledgerRow } from './ledgerRules.ts';

export interface PublishedFiles {
  /**
   * A file of a sealed cycle, made if it does not exist yet. Rejects with `unknown-cycle`, with `not-closed` before the seal is there, with
   * `broken-ledger` if the ledger was tampered with, with `supervisors-only` for the ballots of a community that shows them to its supervisors only.
   */
  of(cycle: string, name: PublishedName): Promise<PublishedFileRecord>;
  /** Makes all files of a cycle that was just sealed, as soon as every process knows about the seal. */
  publish(cycle: string): Promise<void>;
  /** One part of a file, counted from 0. */
  part(file: PublishedFileRecord, part: number): Promise<Buffer>;
}

/** A part ends with the line that makes it longer than this, in bytes. */
const PART = 64 * 1024;
/** How many parts are kept in memory: 8 MB. */
const PARTS_KEPT = 128;
/** How long any process remembers a cycle, in milliseconds. */
const KNOWN_AFTER_MS = 2_000;
/** How long a ledger that could not be counted is not counted again, in milliseconds. */
const NOT_AGAIN_MS = 30_000;

/**
 * The files of a sealed ledger that everybody may have. They are made once and kept in the database, so that every process gives the same
 * bytes, also after a restart. Two processes that make a file at the same time write the same.
 */
export const publishedFiles: (world: World) => PublishedFiles = perWorld((world) => {
  const files = boundedMap<string, PublishedFileRecord>(1_000);
  const parts = boundedMap<string, Promise<Buffer>>(PARTS_KEPT);
  const making = new Map<string, Promise<void>>();
  return { of, part, publish };

  async function of(cycle: string, name: PublishedName): Promise<PublishedFileRecord> {
    await refuse(world, cycle, name);
    const kept = files.get(`${cycle} ${name}`) ?? (await fileOf(world, cycle, name));
    if (kept) return keep(kept);
    const what = name === 'ledger' ? 'ledger' : 'count';
    await once(`${cycle} ${what}`, () => (what === 'ledger' ? makeLedger(world, cycle) : makeCount(world, cycle)));
    const made = await fileOf(world, cycle, name);
    if (!made) throw new CodedError('not-published', `There is no ${name} of ${cycle}.`);
    return keep(made);
  }

  async function publish(cycle: string): Promise<void> {
    await sleep(KNOWN_AFTER_MS, undefined, { ref: false });
    await of(cycle, 'ledger');
    await of(cycle, 'results');
  }

  function part({ _id: { cycle, name } }: PublishedFileRecord, number: number): Promise<Buffer> {
    return parts.getOrMake(`${cycle} ${name} ${number}`, () => partOf(cycle, name, number));
  }

  function keep(file: PublishedFileRecord): PublishedFileRecord {
    files.set(`${file._id.cycle} ${file._id.name}`, file);
    return file;
  }

  function partOf(cycle: string, name: PublishedName, part: number): Promise<Buffer> {
    const bytes = forReaders(PublishedPart)
      .findOne({ _id: { cycle, name, part } }, { promoteBuffers: true })
      .then((found) => {
        if (!found || found.mark !== markOfPart(world, found))
          throw new CodedError('not-published', `A part of the ${name} of ${cycle} is missing, or was changed past the service.`);
        return found.bytes;
      });
    bytes.catch(() => parts.delete(`${cycle} ${name} ${part}`));
    return bytes;
  }

  function once(what: string, make: () => Promise<void>): Promise<void> {
    const known = making.get(what);
    if (known) return known;
    const made = make();
    making.set(what, made);
    const forget = () => void making.delete(what);
    made.then(forget, () => void setTimeout(forget, NOT_AGAIN_MS).unref());
    return made;
  }
});

/** One that was changed past the service is none: it is made anew. */
async function fileOf(world: World, cycle: string, name: PublishedName): Promise<PublishedFileRecord | null> {
  const found = await forReaders(PublishedFile).findOne({ _id: { cycle, name } });
  return found?.mark === (found && markOfFile(world, found)) ? found : null;
}

/** Nobody who writes into the database and has no SECRET can make it for other bytes: so nobody gives out other results there. */
export function markOfFile(
  { vault }: Pick<World, 'vault'>,
  { _id: { cycle, name }, size, hash, from, cast }: Omit<PublishedFileRecord, 'mark'>,
): string {
  return vault.hmac('published', cycle, name, String(size), hash, from.join(), String(cast ?? ''));
}

export function markOfPart({ vault }: Pick<World, 'vault'>, { _id: { cycle, name, part }, bytes }: Omit<PublishedPartRecord, 'mark'>): string {
  return vault.hmac('published', cycle, name, String(part), createHash('sha256').update(bytes).digest('hex'));
}

async function refuse(world: World, id: string, name: PublishedName): Promise<void> {
  const cycle = await cycleForReaders(world)(id);
  if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
  if (name === 'ballots' && !(await arePublic(cycle.community)))
    throw new CodedError('supervisors-only', 'This community shows single ballots to its supervisors only.');
  if (!isSealed(world, cycle)) throw notClosed(cycle, world.now());
}

async function arePublic(community: string): Promise<boolean> {
  return (await forReaders(Community).findOne({ _id: community }, { projection: { ballots: 1 } }))?.ballots !== 'supervisors';
}

/** Made of the entries as they are stored, without a check: anybody who recounts sees what is wrong with them. */
async function makeLedger(world: World, cycle: string): Promise<void> {
  await write(world, cycle, 'ledger', asLines(ledgerEntries(cycle), ledgerRow));
}

async function makeCount(world: World, cycle: string): Promise<void> {
  const count = await countLedger(world, cycle);
  if (await arePublic(count.cycle.community))
    await write(
      world,
      cycle,
      'ballots',
      asLines(withPauses(count.counted), ({ picks }) => picks),
    );
  const { results, ballots } = resultsOf(count);
  await write(world, cycle, 'results', [JSON.stringify(results)], { cast: ballots });
}

async function* asLines<Item>(items: AsyncIterable<Item>, row: (item: Item) => object): AsyncGenerator<string, void> {
  for await (const item of items) yield `${JSON.stringify(row(item))}\n`;
}

/** Writes the parts first: a file that is there is complete. */
async function write(
  world: World,
  cycle: string,
  name: PublishedName,
  lines: AsyncIterable<string> | Iterable<string>,
  more: Pick<PublishedFileRecord, 'cast'> = {},
): Promise<void> {
  const hash = createHash('sha256');
  const from: number[] = [];
  let [size, line, text] = [0, 0, ''];
  for await (const next of lines) {
    if (text === '') from.push(line + 1);
    line += 1;
    text += next;
    if (text.length >= PART) await end();
  }
  if (text !== '') await end();
  const file = { size, hash: hash.digest('hex'), from, ...more };
  const mark = markOfFile(world, { _id: { cycle, name }, ...file });
  await collection(PublishedFile).replaceOne({ _id: { cycle, name } }, { ...file, mark }, { upsert: true });

  async function end(): Promise<void> {
    const bytes = Buffer.from(text);
    hash.update(bytes);
    size += bytes.length;
    text = '';
    const _id = { cycle, name, part: from.length - 1 };
    await collection(PublishedPart).replaceOne({ _id }, { bytes, mark: markOfPart(world, { _id, bytes }) }, { upsert: true });
  }
}

/** The files of a sealed ledger that everybody may have (docs/contract.md: API). */
export const PUBLISHED = ['ledger', 'results', 'ballots'] as const;
export type PublishedName = (typeof PUBLISHED)[number];

const file = { cycle: String, name: oneOf(PUBLISHED) };

/** A file that is made once from a sealed ledger. It is there once all its parts are. */
export const PublishedFile = records('publishedFiles', {
  _id: file,
  /** In bytes. */
  size: Number,
  /** Hex SHA-256 of its bytes. */
  hash: String,
  /** The number of each part's first line, from 1: a part ends with a line. */
  from: [Number],
  /** Ballots cast and not voided, replaced ones included. Only the results have it. */
  cast: optional(Number),
  /** `vault.hmac('published', …)` of all of it. */
  mark: String,
});
export type PublishedFileRecord = RecordOf<typeof PublishedFile>;

export const PublishedPart = records('publishedParts', {
  _id: { ...file, part: Number },
  bytes: Buffer,
  /** `vault.hmac('published', …)` of the part. */
  mark: String,
});
export type PublishedPartRecord = RecordOf<typeof PublishedPart>;
