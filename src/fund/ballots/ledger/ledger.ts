import { channel } from 'node:diagnostics_channel';
import { mongo } from 'mongoose';
import { asError, CodedError } from '../../../store/codedError.ts';
import { collection, DURABLE, databaseOf, inTime } from '../../../store/collection.ts';
import { DUPLICATE_KEY } from '../../../store/databaseErrors.ts';
import { lowPriorityGroupCommit } from '../../../store/groupCommit.ts';
import { perWorld, type World } from '../../../store/world.ts';
import type { FrozenCycle } from '../../cycles/index.ts';
import { type Content, Entry, type EntryRecord, nextEntry, type Tip, tipOf } from './entry.ts';
import { type HasCast, type KnownLedger, type LedgerFacts, ledgerFacts, ledgersKnown, type WholeEntries, wholeEntries } from './knownLedgers.ts';
import type { CastRefusal } from './ledgerRules.ts';

/** A request to write something into a cycle's ledger once. */
export interface Submission {
  /** The same key counts once: if an entry has it already, that entry is the answer, before any rule. */
  readonly key: string;
  readonly cycle: FrozenCycle;
  /** When the service received it. */
  readonly at: Date;
  /** `vault.hmac('voter', …)` of the voter whose ballot it is, and the voter's resident. */
  readonly voter?: string;
  readonly resident?: string;
  /** The community on whose roster the resident was just found. It is looked up if it is not given. */
  readonly rosterOf?: string;
  /** The voter's last entry is needed to decide. */
  readonly needsLast?: boolean;
  /** Nobody waits for its answer as a turn does: turns go before it, and few of it with each insert (`lowPriorityGroupCommit`). */
  readonly canWait?: boolean;
  readonly decide: (known: Known) => Content | { readonly refused: CastRefusal };
  readonly beginWrite: () => void;
  /** Called with the entry that is about to be written, each time that this is decided. Only the outcome tells whether it is durable. */
  readonly drafted?: (written: { readonly entry: EntryRecord; readonly content: Content }) => void;
}

/** The facts known of a submission's voter when it is decided. If another process writes in the meantime, it is decided again. */
export interface Known {
  /** The community whose roster the resident is on. */
  readonly rosterOf?: string;
  readonly hasVoted: boolean;
  readonly last?: EntryRecord;
  /** How many entries the voter has, voided ballots included. `entries` are those of them that were looked up or are about to be written. */
  readonly count: number;
  readonly entries: readonly EntryRecord[];
}

/** `content` is what this submission wrote; absent if its key was written before. */
export type Submitted = { readonly entry: EntryRecord; readonly content?: Content } | { readonly refused: CastRefusal } | { readonly sealed: true };

/** The work of one round: the facts that it knows, the entries that it writes, and the ends of the chains as they will be. */
interface Round {
  readonly known: ReadonlyMap<string, KnownLedger>;
  readonly facts: LedgerFacts & WholeEntries;
  readonly tips: Map<string, Tip>;
  readonly drafts: Map<string, { readonly submission: Submission; readonly entry: EntryRecord; readonly content: Content }>;
  /** The entries of each voter in this round. */
  readonly newOf: Map<string, EntryRecord[]>;
}

/** The state of a submission so far. */
interface Attempt {
  /** How many receipts were already taken by other entries. */
  tries: number;
  /** The database was asked for the entry that has its key, and for the whole entries of its voter. */
  isLookedUp: boolean;
}

/**
 * The queue in front of all ledgers (docs/architecture.md: The ledger's queue). All submissions that wait go together, for any cycles, as one
 * ordered insert. Of a ledger its end is known here, and who has cast if memory allows; if not, those who wait are asked for by index, once for all of
 * them. Only of submissions that seem to be written already, or would be refused, whole entries are read first. So a vote costs the same in a full ledger
 * as in an empty one.
 * Between processes the unique indexes decide: the process that loses asks for the end, then decides and chains again the entries that were not
 * written.
 * Rejects only two kinds of submissions, each of them alone: one that comes too late (`beginWrite`), and one of which it is not known
 * whether it was written (`not-known`).
 */
export const ledger: (world: World) => (submission: Submission) => Promise<Submitted> = perWorld((world) => {
  const ledgers = ledgersKnown(world);

  return lowPriorityGroupCommit<Submission, Submitted>(async (submissions) => {
    const outcomes = new Map<Submission, Submitted | Error>();
    const attempts = new Map(submissions.map((submission) => [submission, { tries: 0, isLookedUp: false }]));
    const inOrder = submissions.toSorted((one, other) => Number(one.canWait ?? false) - Number(other.canWait ?? false));
    for (;;) {
      const waiting = inOrder.filter((submission) => !outcomes.has(submission));
      if (waiting.length === 0) return submissions.map((submission) => outcomes.get(submission) ?? new Error('a submission was forgotten'));
      try {
        await work(waiting, outcomes, attempts);
      } catch (error) {
        for (const submission of waiting) if (!outcomes.has(submission)) outcomes.set(submission, asError(error));
      }
    }
  });

  async function work(
    waiting: readonly Submission[],
    outcomes: Map<Submission, Submitted | Error>,
    attempts: ReadonlyMap<Submission, Attempt>,
  ): Promise<void> {
    // before the facts: an entry that is newer than the facts has then taken the place
    const known = await ledgers.of(waiting.map(({ cycle }) => cycle));
    const tips = new Map([...known].map(([cycle, { tip }]) => [cycle, tip]));
    const round: Round = { known, tips, facts: await factsOf(waiting, known, attempts), drafts: new Map(), newOf: new Map() };
    for (const submission of waiting) {
      if (round.drafts.has(submission.key)) continue;
      const settled = attempt(() => draft(submission, round, attempts.get(submission)?.tries ?? 0));
      const isSure = settled === undefined || settled instanceof Error || 'entry' in settled || attempts.get(submission)?.isLookedUp;
      if (settled && isSure) outcomes.set(submission, settled);
      else if (settled) lookUp(attempts, submission);
    }
    const drafts = [...round.drafts.values()];
    if (drafts.length === 0) return;
    const inserted = await insertEntries(drafts.map(({ entry }) => entry));
    if ('unknown' in inserted) {
      const durable = await readBack(drafts.map(({ entry }) => entry));
      for (const { submission } of drafts) outcomes.set(submission, knownOf(durable.get(submission.key), inserted.unknown));
      return;
    }
    for (const { submission, entry, content } of drafts.slice(0, inserted.written)) {
      outcomes.set(submission, { entry, content });
      ledgers.grew(entry);
    }
    const failed = drafts[inserted.written];
    const failing = failed && attempts.get(failed.submission);
    if (!failed || !failing) return;
    if (inserted.taken === 'receipt') failing.tries++;
    else if (inserted.taken === 'key') failing.isLookedUp = true;
    else ledgers.isBehind(failed.entry._id.cycle);
  }

  function lookUp(attempts: ReadonlyMap<Submission, Attempt>, submission: Submission): void {
    const attempted = attempts.get(submission);
    if (attempted) attempted.isLookedUp = true;
  }

  /** Asks the database for what is not known here, then for whole entries: of keys that seem to be written, and of submissions that were or would be refused. */
  async function factsOf(
    waiting: readonly Submission[],
    known: ReadonlyMap<string, KnownLedger>,
    attempts: ReadonlyMap<Submission, Attempt>,
  ): Promise<LedgerFacts & WholeEntries> {
    const facts = await ledgerFacts({
      voters: waiting.flatMap(({ cycle, voter, needsLast }) =>
        voter && !needsLast && !known.get(cycle._id)?.voters ? { cycle: cycle._id, voter } : [],
      ),
      last: waiting.flatMap(({ cycle, voter, needsLast }) => (voter && needsLast ? { cycle: cycle._id, voter } : [])),
      residents: waiting.flatMap(({ cycle: { community }, resident, rosterOf }) =>
        rosterOf === undefined && resident ? { community, resident } : [],
      ),
    });
    for (const submission of waiting) {
      if (submission.needsLast || hasCast(submission, known, facts).seemsWritten) lookUp(attempts, submission);
    }
    const asked = waiting.filter((submission) => attempts.get(submission)?.isLookedUp);
    const voters = asked.flatMap(({ voter, needsLast }) => (voter && !needsLast ? voter : []));
    const keys = asked.map(({ key }) => key);
    return { ...facts, ...(await wholeEntries([...new Set(asked.map(({ cycle }) => cycle._id))], keys, voters)) };
  }

  function hasCast({ key, cycle, voter }: Submission, known: ReadonlyMap<string, KnownLedger>, { cast }: LedgerFacts): HasCast {
    const voters = known.get(cycle._id)?.voters ?? cast;
    return voter ? voters.of(voter, key) : { count: 0, seemsWritten: false };
  }

  /** Adds the entry that a submission becomes to the round; gives the outcome if it becomes no entry. */
  function draft(submission: Submission, { known, facts, tips, drafts, newOf }: Round, tries: number): Submitted | undefined {
    const { key, cycle, at, voter, resident, decide, beginWrite } = submission;
    const rosterOf = submission.rosterOf ?? (resident && facts.roster.get(resident));
    const written = facts.written.get(key);
    if (written) return { entry: written };
    const tip = tips.get(cycle._id);
    if (tip?.sealed) return { sealed: true };
    const drafted = (voter && newOf.get(voter)) || [];
    const found = (voter && facts.entriesOf.get(voter)) || [];
    const last = drafted.at(-1) ?? (voter ? facts.last.get(voter) : undefined);
    const count = drafted.length + Math.max(found.length, hasCast(submission, known, facts).count);
    const content = decide({ rosterOf, hasVoted: count > 0 || last !== undefined, last, count, entries: [...found, ...drafted] });
    if (content !== 'seal' && 'refused' in content) return content;
    if (!tip) throw new CodedError('no-ledger', 'A cycle has no ledger before its vote opens.');
    beginWrite();
    const entry = nextEntry(world, tip, { key, cycle, at, voter, tries }, content);
    tips.set(cycle._id, tipOf(entry));
    drafts.set(key, { submission, entry, content });
    submission.drafted?.({ entry, content });
    if (entry.voter) newOf.set(entry.voter, [...drafted, entry]);
    return undefined;
  }
});

/** The outcome after a write with an unknown result: an entry that is durable was written; of any other it stays unknown. */
function knownOf(entry: EntryRecord | undefined, cause: unknown): Submitted | Error {
  return entry
    ? { entry }
    : new CodedError('not-known', 'It is not known whether this was recorded; send the same again, it counts once.', { cause });
}

function attempt(settle: () => Submitted | undefined): Submitted | Error | undefined {
  try {
    return settle();
  } catch (error) {
    return asError(error);
  }
}

/**
 * The result of writing entries in their order; the first `written` of them are durable. `taken`: an entry with the same place, key or receipt
 * as the next one was there already, so that neither this one nor those after it were written. `unknown`: it is not known what was written.
 */
type Inserted = { readonly written: number; readonly taken?: 'place' | 'key' | 'receipt' } | { readonly unknown: unknown };

/** The error codes of a primary that has changed: another one may accept the write. */
const STEPPED_DOWN = [189, 10_107, 11_602];

/**
 * Writes entries with one ordered command, durably (majority and journal). It does not use the driver's bulk API; nor does `updateEach`.
 * If the connection or the primary was lost, it is tried once more: entries that were written the first time have then taken their places.
 */
async function insertEntries(entries: readonly EntryRecord[]): Promise<Inserted> {
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
    return failed.code === DUPLICATE_KEY ? { written: n, taken: takenBy(failed.keyPattern) } : { unknown: failed };
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
async function readBack(entries: readonly EntryRecord[]): Promise<Map<string, EntryRecord>> {
  try {
    const keys = entries.map(({ key }) => key);
    const cycles = [...new Set(entries.map(({ _id }) => _id.cycle))];
    const found = await inTime((signal) =>
      collection(Entry)
        .find({ '_id.cycle': { $in: cycles }, key: { $in: keys } }, { promoteBuffers: true, readConcern: { level: 'majority' }, signal })
        .toArray(),
    );
    return new Map(found.map((entry) => [entry.key, entry]));
  } catch {
    return new Map();
  }
}

/** Tells anybody who measures it how many entries each command wrote into the ledgers. */
export const ledgerBatches = channel('yisheng.ledger.batch');
