import mongoose, { type Model, type mongo } from 'mongoose';
import { Account, AccountEntry } from '../fund/accounts/index.ts';
import { Entry, markOfFile, markOfPart, PublishedFile, PublishedPart } from '../fund/ballots/index.ts';
import { Community, firstCommunities } from '../fund/communities/index.ts';
import { areAnnounced, Cycle, isGenuine } from '../fund/cycles/index.ts';
import { isGenuineEntry, LogEntry } from '../fund/log/index.ts';
import { Batch, isGenuineBatch, isGenuineMark, isGenuineSlip, isGenuineTable, Mark, Slip, Table } from '../fund/paper/index.ts';
import { isCardOf, isPhoneOf, officeOf, Resident } from '../fund/people/index.ts';
import { genuineStaff, Staff } from '../fund/staff/index.ts';
import { Implementer, Rating, Work, WorkDocument, WorkNews } from '../fund/works/index.ts';
import { Broadcast, isOurs } from '../outreach/broadcasts/broadcast.ts';
import { forReaders } from '../store/connect.ts';
import { type EncryptedField, encryptedFields, valuesAt } from '../store/encryptedFields.ts';
import { withPauses } from '../store/pauses.ts';
import { isMarked } from '../store/recordMark.ts';
import { unlessForged } from '../store/unlessForged.ts';
import type { Vault } from '../store/vault.ts';

/** Records of one kind and one community that somebody wrote who has no SECRET. */
export interface Forged {
  /** The collection, and what of a record does not fit: `residents card`. */
  readonly kind: string;
  /** The slug; empty where a record tells none. */
  readonly community: string;
  readonly count: number;
}

/** Of each collection so many records are looked at, the newest, if nobody asks for all; and of what is encrypted so many bytes. */
const MAX_RECORDS = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Looks for records that the service did not write as they are: what is encrypted in one was encrypted for another, or by nobody who has SECRET, or its mark
 * does not fit. `left`: collections of which not all was looked at, as `isWhole` was not asked for. Give it after all models are imported: it knows the
 * encrypted fields of those.
 */
export async function forgedRecords(vault: Vault, isWhole = false): Promise<{ readonly forged: Forged[]; readonly left: string[] }> {
  const counts = new Map<string, Forged>();
  const left = new Set<string>();
  const note = (kind: string, community: string) => {
    const key = `${kind}|${community}`;
    counts.set(key, { kind, community, count: (counts.get(key)?.count ?? 0) + 1 });
  };
  const slugOf = await placed();
  const reads = [...mongoose.modelNames().flatMap((name) => encryptedIn(mongoose.model<mongo.Document>(name))), ...MARKED];
  for (const read of reads)
    if (!(await read(vault, isWhole, (what, record) => note(`${read.collection} ${what}`, slugOf(record))))) left.add(read.collection);
  const place = ({ kind, community }: Forged) => `${kind}|${community}`;
  return { forged: [...counts.values()].toSorted((one, other) => (place(one) < place(other) ? -1 : 1)), left: [...left] };
}

/** Reads one collection, and notes each record of which something does not fit; gives whether that was all of it. */
interface Read {
  (vault: Vault, isWhole: boolean, note: (what: string, record: object) => void): Promise<boolean>;
  readonly collection: string;
}

/** Whatever is encrypted in a collection, if anything is. */
function encryptedIn(model: Model<mongo.Document>): Read[] {
  const fields = encryptedFields(model.schema);
  const read = async (vault: Vault, isWhole: boolean, note: Parameters<Read>[2]) => {
    let bytes = 0;
    return each(model, isWhole, (record) => {
      for (const field of fields) {
        const values = valuesAt(record, field.path);
        bytes += values.reduce((sum, value) => sum + value.bytes.length(), 0);
        if (!values.every((value) => isFor(vault, field, record, value))) note(field.path, record);
      }
      return bytes < MOST_BYTES;
    });
  };
  return fields.length > 0 ? [Object.assign(read, { collection: model.collection.name })] : [];
}

function isFor(
  vault: Vault,
  { purpose, nameOf }: EncryptedField,
  record: mongo.Document,
  { at, bytes }: ReturnType<typeof valuesAt>[number],
): boolean {
  return isWellFormed(() => unlessForged(() => vault.decryptBytes(purpose, nameOf(record, at), bytes)) !== undefined);
}

/** Whoever writes past the service need not write what the service could read. */
function isWellFormed(fits: () => boolean): boolean {
  try {
    return fits();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}

function marked<Stored extends mongo.BSON.Document>(model: Model<Stored>, what: string, fits: (vault: Vault, record: Stored) => boolean): Read {
  const read = (vault: Vault, isWhole: boolean, note: Parameters<Read>[2]) =>
    each(
      model,
      isWhole,
      (record) => {
        if (!isWellFormed(() => fits(vault, record))) note(what, record);
        return true;
      },
      true,
    );
  return Object.assign(read, { collection: model.collection.name });
}

/** What bears a mark, or an id that is one. */
const MARKED: readonly Read[] = [
  marked(Resident, 'phone', (vault, record) => record.phoneId === undefined || isPhoneOf(vault, record, record.phoneId)),
  marked(Resident, 'card', (vault, record) => record.card === undefined || isCardOf(vault, record)),
  marked(Resident, 'office', (vault, record) => officeOf(vault, record) === record.role),
  marked(Staff, 'role', (vault, record) => genuineStaff(vault, [record]).length === 1),
  marked(Entry, 'secret', (_, { sealed, secret }) => sealed || secret !== undefined),
  ...[marked(Cycle, 'dates', isGenuine), marked(Cycle, 'tables', areAnnounced)],
  marked(PublishedFile, 'file', (vault, record) => record.mark === markOfFile({ vault }, record)),
  marked(PublishedPart, 'part', (vault, record) => record.mark === markOfPart({ vault }, record)),
  marked(LogEntry, 'entry', isGenuineEntry),
  ...[marked(Community, 'settings', isRecord('communities')), marked(Account, 'sums', isRecord('accounts'))],
  marked(AccountEntry, 'entry', isRecord('accountEntries')),
  marked(Broadcast, 'text', isOurs),
  ...[marked(Slip, 'slip', isGenuineSlip), marked(Table, 'table', isGenuineTable)],
  ...[marked(Mark, 'mark', isGenuineMark), marked(Batch, 'batch', isGenuineBatch)],
  ...[marked(Work, 'work', isRecord('works')), marked(Rating, 'rating', isRecord('ratings')), marked(WorkNews, 'news', isRecord('workNews'))],
  ...[marked(WorkDocument, 'paper', isRecord('workDocuments')), marked(Implementer, 'implementer', isRecord('implementers'))],
];

function isRecord(name: string) {
  return (vault: Vault, record: object) => isMarked(vault, name, record);
}

/** Goes through a collection, the newest first, while `look` gives true; whether it came to the end. */
async function each<Stored extends mongo.BSON.Document>(
  model: Model<Stored>,
  isWhole: boolean,
  look: (record: Stored) => boolean,
  promoteBuffers = false,
): Promise<boolean> {
  const found = forReaders(model).find<Stored>({}, { sort: { $natural: -1 }, batchSize: 500, timeoutMS: 0, promoteBuffers });
  let seen = 0;
  for await (const record of withPauses(found)) {
    if (seen === MAX_RECORDS && !isWhole) return false;
    seen += 1;
    if (!look(record) && !isWhole) return false;
  }
  return true;
}

/** Says whose a record is. */
async function placed(): Promise<(record: mongo.Document) => string> {
  const places = new Map((await firstCommunities(MAX_RECORDS)).map(({ _id }) => [_id, _id]));
  for await (const { _id, community } of forReaders(Cycle).find({}, { projection: { community: 1 } })) places.set(_id, community);
  return ({ _id, community, cycle }) => {
    const own = community ?? _id?.community;
    return typeof own === 'string' ? own : (places.get(String(_id?.cycle ?? cycle ?? _id)) ?? '');
  };
}
