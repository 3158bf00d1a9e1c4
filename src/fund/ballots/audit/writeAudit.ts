import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parsePhoneNumber } from '../../../contacts/phone.ts';
import { CodedError } from '../../../store/codedError.ts';
import { collection } from '../../../store/collection.ts';
import { dayOf } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import { type CommunityRecord, findCommunity } from '../../communities/index.ts';
import { type FrozenCycle, readFrozen, voteOf } from '../../cycles/index.ts';
import { readLog } from '../../log/index.ts';
import { countLedger, resultsOf } from '../ledger/count.ts';
import { decryptSecret, Entry, type EntryRecord, placesOf } from '../ledger/entry.ts';
import { ledgerEntries } from '../ledger/ledgerOf.ts';
import { ledgerRow } from '../ledger/ledgerRules.ts';
import { writePabulib } from '../pabulib/election.ts';
import { type HeadProofs, proofText } from './checkProof.ts';
import { type SlipAudit, slipsText } from './checkSlips.ts';
import { cycleElection, type Setting } from './cycleElection.ts';
import { AUDIT_FILES, type AuditFile, resultsText } from './readFiles.ts';

export interface AuditOptions {
  /** For everybody: without openings, without the log, and without single ballots if the community shows them to its supervisors only. */
  readonly isPublic: boolean;
  /** The audit of the cycle's paper; undefined if there was none. */
  readonly slips: (cycle: string) => Promise<SlipAudit | undefined>;
  /** Its place in the log of heads; undefined as long as the seal is not in it. Absent: without it. */
  readonly proof?: (of: { cycle: string; community: string; seal: string }) => Promise<HeadProofs | undefined>;
  /** Called for each entry that is written; `of` is how many there are in all. */
  readonly onEntry?: (of: number) => void;
}

/**
 * Writes the audit of a sealed cycle into a folder. The folder is made if it does not exist; files of an earlier audit that do not belong to
 * this one are removed. Only their owner may read the files: the openings tell who voted again, and in which order ballots came.
 * Returns the files written. Rejects as `countLedger` does, before it writes anything.
 */
export async function writeAudit(
  world: World,
  id: string,
  folder: string,
  { isPublic, slips: slipsOf, proof: proofOf, onEntry }: AuditOptions,
): Promise<AuditFile[]> {
  const passes = isPublic ? 2 : 3;
  const onRead = onEntry && ((entries: number) => onEntry(entries * passes));
  const count = await countLedger(world, id, onRead);
  const { cycle, counted } = count;
  const { results } = resultsOf(count);
  const { frozen } = cycle;
  const place = await findCommunity(cycle.community);
  if (!place) throw new CodedError('unknown-community', 'There is no such community any more.');
  const setting = await settingOf(place, cycle);
  const ballots = counted.map(({ picks }) => picks);
  const entries = await collection(Entry).countDocuments(placesOf(id), { timeoutMS: 0 });
  const slips = await slipsOf(id);
  const proof = await proofOf?.({ cycle: id, community: cycle.community, seal: results.head });
  const showsBallots = !isPublic || place.ballots === 'public';
  const writers: Partial<Record<AuditFile, (path: string) => Promise<void>>> = {
    'ballot.json': (path) => writeFile(path, frozen.ballot, FOR_ITS_OWNER),
    'ledger.ndjson': (path) => lines(path, ledgerEntries(id), (entry) => step(ledgerRow(entry))),
    'results.json': (path) => writeFile(path, resultsText(results), FOR_ITS_OWNER),
    ...(showsBallots && {
      'ballots.ndjson': (path) => lines(path, ballots, (picks) => picks),
      'cycle.pb': (path) => writeFile(path, writePabulib(cycleElection(readFrozen(frozen), setting, ballots, results)), FOR_ITS_OWNER),
    }),
    ...(slips && { 'slips.json': (path) => writeFile(path, slipsText(slips), FOR_ITS_OWNER) }),
    ...(proof && { 'proof.json': (path) => writeFile(path, proofText(proof), FOR_ITS_OWNER) }),
    ...(!isPublic && {
      'openings.ndjson': (path) => lines(path, ledgerEntries(id), (entry) => step(opening(entry))),
      'log.ndjson': (path) => lines(path, readLog(world, cycle.community), (row) => row),
    }),
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const written: AuditFile[] = [];
  for (const file of AUDIT_FILES) {
    const write = writers[file];
    await rm(join(folder, file), { force: true }); // a file that exists already would keep its rights
    await write?.(join(folder, file));
    if (write) written.push(file);
  }
  return written;

  function opening(entry: EntryRecord): object | undefined {
    if (entry.sealed) return undefined;
    const { salt, voter, picks } = decryptSecret(world.vault, entry);
    return { seq: entry._id.seq, salt, voter, picks };
  }

  function step<Row>(row: Row): Row {
    onRead?.(entries);
    return row;
  }
}

/** The vote's days come from the ledger, if it has them: everything that it says can be recomputed. */
async function settingOf({ name, phone }: CommunityRecord, cycle: FrozenCycle): Promise<Setting> {
  const { timezone, at } = cycle.frozen;
  const close = voteOf(cycle, at)?.to ?? at;
  const first = await collection(Entry).findOne(placesOf(cycle._id), { sort: { _id: 1 }, hint: { _id: 1 }, projection: { at: 1 } });
  const from = first?.at ?? dayOf(at, timezone);
  const closing = dayOf(new Date(close.getTime() - 1), timezone);
  const [, to = closing] = [from, closing].toSorted();
  const country = parsePhoneNumber(phone)?.country;
  return {
    community: name,
    country: (country && new Intl.DisplayNames('en', { type: 'region' }).of(country)) ?? 'unknown',
    from,
    to,
  };
}

const FOR_ITS_OWNER = { mode: 0o600 };

/** Writes one JSON document a line, for each item that has one. */
async function lines<Item>(path: string, items: Iterable<Item> | AsyncIterable<Item>, row: (item: Item) => object | undefined): Promise<void> {
  async function* rows(): AsyncIterable<string> {
    for await (const item of items) {
      const shown = row(item);
      if (shown) yield `${JSON.stringify(shown)}\n`;
    }
  }
  await pipeline(Readable.from(rows()), createWriteStream(path, FOR_ITS_OWNER));
}
