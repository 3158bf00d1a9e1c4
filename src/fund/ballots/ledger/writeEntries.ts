import { channel } from 'node:diagnostics_channel';
import { mongo } from 'mongoose';
import { collection, DURABLE, databaseOf, inTime } from '../../../store/collection.ts';
import { sha256 } from '../../../store/vault.ts';
import { dayOf } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import type { FrozenCycle } from '../../cycles/index.ts';
import { commitment, entryHash, receiptDigits } from './chain.ts';
import { Entry, type EntryRecord, type EntrySecret, placeOf } from './entry.ts';

/** The end of a chain, where the next entry is written. */
export type Tip = Pick<EntryRecord, 'hash' | 'sealed'> & { readonly seq: number /** None before the first entry. */; readonly at?: string };

/** The content of an entry: a ballot (or its voiding, with empty picks), or the seal, after which nothing follows. */
export type Content = 'seal' | Omit<EntrySecret, 'salt'>;

/** The facts that an entry needs besides its content. */
export interface Circumstances {
  readonly key: string;
  readonly cycle: FrozenCycle;
  /** When the service received it. */
  readonly at: Date;
  /** The id by which the entries of the ballot's voter are found. It is made from the content if it is not given. */
  readonly voter?: string | undefined;
  /** How many receipts were already taken by other entries. */
  readonly tries: number;
}

/** The entry that follows a tip (docs/contract.md: The ledger). Days never run backwards in a ledger. */
export function nextEntry({ vault, randomBytes }: World, tip: Tip, { key, cycle, at, voter, tries }: Circumstances, content: Content): EntryRecord {
  const { day, timezone } = cycle.frozen;
  const today = day ?? dayOf(at, timezone);
  const place = { seq: tip.seq + 1, at: tip.at && tip.at > today ? tip.at : today, previous: tip.hash };
  const { seq, ...shown } = place;
  const base = { _id: { cycle: cycle._id, seq }, ...shown, key };
  if (content === 'seal') return { ...base, sealed: true, hash: entryHash(sha256, place) };
  const secret: EntrySecret = { salt: randomBytes(16).toString('hex'), ...content };
  const committed = commitment(sha256, secret);
  const isVoided = secret.picks.length === 0;
  return {
    ...base,
    commitment: committed,
    hash: entryHash(sha256, { ...place, commitment: committed }),
    ...(isVoided ? { voided: true as const } : { receipt: receiptDigits(vault, key, tries) }),
    voter: voter ?? vault.hmac('voter', cycle._id, secret.voter),
    secret: vault.encrypt('entry', placeOf(base._id), JSON.stringify(secret)),
  };
}

/**
 * The result of writing entries in their order; the first `written` of them are durable. `taken`: an entry with the same place, key or receipt
 * as the next one was there already, so that neither this one nor those after it were written. `unknown`: it is not known what was written.
 */
export type Inserted = { readonly written: number; readonly taken?: 'place' | 'key' | 'receipt' } | { readonly unknown: unknown };

const DUPLICATE = 11_000;

/** The error codes of a primary that has changed: another one may accept the write. */
const STEPPED_DOWN = [189, 10_107, 11_602];

/**
 * Writes entries with one ordered command, durably (majority and journal). It does not use the driver's bulk API; nor does `updateEach`.
 * If the connection or the primary was lost, it is tried once more: entries that were written the first time have then taken their places.
 */
export async function insertEntries(entries: readonly EntryRecord[]): Promise<Inserted> {
  const db = databaseOf(Entry);
  try {
    const insert = { insert: Entry.collection.name, documents: entries, ordered: true, writeConcern: DURABLE };
    const write = () => inTime((signal) => db.command(insert, { signal }));
    const { n, writeErrors: [failed] = [] } = await write().catch((error) => {
      if (isWorthAnother(error)) return write();
      throw error;
    });
    if (!failed) {
      ledgerBatches.publish(entries.length);
      return { written: n };
    }
    return failed.code === DUPLICATE ? { written: n, taken: takenBy(failed.keyPattern) } : { unknown: failed };
  } catch (error) {
    return { unknown: error };
  }
}

function isWorthAnother(error: unknown): boolean {
  return error instanceof mongo.MongoNetworkError || (error instanceof mongo.MongoServerError && STEPPED_DOWN.includes(Number(error.code)));
}

/** Tells by the fields of a unique index what was taken. */
function takenBy(fields: Readonly<Record<string, unknown>>): 'place' | 'key' | 'receipt' {
  if ('key' in fields) return 'key';
  return 'receipt' in fields ? 'receipt' : 'place';
}

/** The entries that are durable, by key, after a write with an unknown result. Empty if the database does not answer. */
export async function readBack(entries: readonly EntryRecord[]): Promise<Map<string, EntryRecord>> {
  try {
    const keys = entries.map(({ key }) => key);
    const found = await inTime((signal) =>
      collection(Entry)
        .find({ key: { $in: keys } }, { promoteBuffers: true, readConcern: { level: 'majority' }, signal })
        .toArray(),
    );
    return new Map(found.map((entry) => [entry.key, entry]));
  } catch {
    return new Map();
  }
}

/** The end of a chain, from its last entry. */
export function tipOf({ _id: { seq }, at, hash, sealed }: Pick<EntryRecord, '_id' | 'at' | 'hash' | 'sealed'>): Tip {
  return { seq, at, hash, sealed };
}

/** Tells anybody who measures it how many entries each command wrote into the ledgers. */
export const ledgerBatches = channel('yisheng.ledger.batch');
