import { channel } from 'node:diagnostics_channel';
import { mongo } from 'mongoose';
import { collection, DURABLE, databaseOf } from '../../../store/collection.ts';
import { sha256 } from '../../../store/crypto.ts';
import { inTime } from '../../../store/inTime.ts';
import { dayOf } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import type { FrozenCycle } from '../../cycles/index.ts';
import { commitment, entryHash, receiptDigits } from './chain.ts';
import { Entry, type EntryRecord, type EntrySecret, placeOf } from './entry.ts';

/** The end of a chain, where the next entry is written. */
export type Tip = Pick<EntryRecord, 'hash' | 'sealed'> & { readonly seq: number /** None before the first entry. */; readonly at?: string };

/** What an entry is to say: a ballot (or its voiding, with empty picks), or that nothing follows. */
export type Content = 'seal' | Omit<EntrySecret, 'salt'>;

/** What an entry needs besides its content. */
export interface Circumstances {
  readonly key: string;
  readonly cycle: FrozenCycle;
  /** When the service received it. */
  readonly at: Date;
  /** What the entries of the ballot's voter are found by; made from its content where it is not given. */
  readonly voter?: string | undefined;
  /** How many receipts were taken already. */
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
 * What became of entries written in their order, the first `written` of which are durable: `taken` tells that the next one
 * met an entry with its place, key or receipt, and that it and what follows it were not written. `unknown`: nobody knows.
 */
export type Inserted = { readonly written: number; readonly taken?: 'place' | 'key' | 'receipt' } | { readonly unknown: unknown };

const DUPLICATE = 11_000;

/** The primary has changed: another one may take it. */
const STEPPED_DOWN = [189, 10_107, 11_602];

/**
 * Writes entries with one ordered command, durably (majority and journal). It goes past the driver's bulk API, as `updateEach` does.
 * Where the connection or the primary was lost it is tried once more: what was written the first time has then taken its place.
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

/** By the fields of the index that was met. */
function takenBy(fields: Readonly<Record<string, unknown>>): 'place' | 'key' | 'receipt' {
  if ('key' in fields) return 'key';
  return 'receipt' in fields ? 'receipt' : 'place';
}

/** After a write of which nobody knows: the entries that are durable, by key. Empty where the database does not answer. */
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

/** The end of a chain whose last entry this is. */
export function tipOf({ _id: { seq }, at, hash, sealed }: Pick<EntryRecord, '_id' | 'at' | 'hash' | 'sealed'>): Tip {
  return { seq, at, hash, sealed };
}

/** How many entries each command wrote into the ledgers, for whoever measures it. */
export const ledgerBatches = channel('yisheng.ledger.batch');
