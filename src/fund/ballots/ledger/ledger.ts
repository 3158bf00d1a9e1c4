import { asError, CodedError } from '../../../store/codedError.ts';
import { collection, inTime } from '../../../store/collection.ts';
import { groupCommit } from '../../../store/groupCommit.ts';
import { perWorld, type World } from '../../../store/world.ts';
import type { FrozenCycle } from '../../cycles/index.ts';
import { Resident } from '../../people/index.ts';
import type { CastRefusal } from '../cast/refusePicks.ts';
import { Entry, type EntryRecord, lastEntry } from './entry.ts';
import { type KnownLedger, knownLedgers } from './knownLedgers.ts';
import { type Content, insertEntries, nextEntry, readBack, type Tip, tipOf } from './writeEntries.ts';

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
  /** Nobody waits for its answer as a turn does: turns go before it, and few of it with each insert (`besideTurns`). */
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
  readonly facts: LedgerFacts;
  readonly tips: Map<string, Tip>;
  readonly drafts: Map<string, { readonly submission: Submission; readonly entry: EntryRecord; readonly content: Content }>;
  /** The entries of each voter in this round. */
  readonly newOf: Map<string, EntryRecord[]>;
}

/** The state of a submission so far. */
interface Attempt {
  /** How many receipts were already taken by other entries. */
  tries: number;
  /** The database was asked whether its key is written and whether its voter has cast. */
  isLookedUp: boolean;
}

/**
 * The queue in front of all ledgers (docs/architecture.md: The ledger's queue). All submissions that wait go together, for any cycles, as one
 * ordered insert. The facts of a ledger that the rules need are known here up to its end. The database is asked first only about submissions
 * that seem to be written already or would be refused.
 * Between processes the unique indexes decide: the process that loses reads on from the end that it knew, then decides and chains again the
 * entries that were not written.
 * Rejects only two kinds of submissions, each of them alone: one that comes too late (`beginWrite`), and one of which it is not known
 * whether it was written (`not-known`).
 */
export const ledger: (world: World) => (submission: Submission) => Promise<Submitted> = perWorld((world) => {
  const ledgers = knownLedgers();

  return besideTurns(async (submissions) => {
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

  /** Asks the database for facts that are not known here: of long ledgers, of keys that seem to be written, of submissions that were or would be refused. */
  function factsOf(
    waiting: readonly Submission[],
    known: ReadonlyMap<string, KnownLedger>,
    attempts: ReadonlyMap<Submission, Attempt>,
  ): Promise<LedgerFacts> {
    const asked = waiting.filter((submission) => {
      const seenKeys = known.get(submission.cycle._id)?.seenKeys;
      const attempted = attempts.get(submission);
      if (attempted && (!seenKeys || seenKeys.hasKey(submission.key) || submission.needsLast)) attempted.isLookedUp = true;
      return attempted?.isLookedUp;
    });
    return ledgerFacts({
      keys: asked.map(({ key }) => key),
      voters: asked.flatMap(({ voter, needsLast }) => (voter && !needsLast ? voter : [])),
      last: waiting.flatMap(({ voter, needsLast }) => (voter && needsLast ? voter : [])),
      residents: [...new Set(waiting.flatMap(({ resident, rosterOf }) => (rosterOf === undefined && resident) || []))],
    });
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
    const seen = (voter && known.get(cycle._id)?.seenKeys?.entriesOf(voter)) || 0;
    const count = drafted.length + Math.max(found.length, seen);
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

/** The most slips of paper in one insert: while turns come, and while none does. */
const BESIDE_TURNS = 4;
const ALONE = 50;
/** So long after a turn another one is expected, in milliseconds. */
const TURNS_COME_MS = 250;
/** The longest that slips wait for a turn with which they go, in milliseconds. */
const MOST_MS = 20;

/**
 * The queue, in which submissions that can wait go with those that cannot, some with each insert: a turn waits for the insert before its own, and one of
 * 25 slips takes several times as long as one of a turn. Where no turn comes, more of them go at once.
 */
function besideTurns(run: (submissions: readonly Submission[]) => Promise<(Submitted | Error)[]>): (submission: Submission) => Promise<Submitted> {
  const waiting: (() => void)[] = [];
  let room = ALONE;
  let lastTurn = Number.NEGATIVE_INFINITY;
  let longest: NodeJS.Timeout | undefined;
  const turnsCome = () => performance.now() - lastTurn < TURNS_COME_MS;
  const submit = groupCommit<Submission, Submitted>((submissions) => {
    room = turnsCome() ? BESIDE_TURNS : ALONE;
    if (!turnsCome()) letIn();
    return run(submissions);
  });
  return async (submission) => {
    if (!submission.canWait) {
      lastTurn = performance.now();
      const submitted = submit(submission);
      letIn();
      return submitted;
    }
    if (room > 0 && !turnsCome()) room -= 1;
    else await turn();
    return submit(submission);
  };

  function turn(): Promise<void> {
    return new Promise((go) => {
      waiting.push(go);
      longest ??= setTimeout(letIn, MOST_MS);
    });
  }

  function letIn(): void {
    clearTimeout(longest);
    const going = waiting.splice(0, room);
    room -= going.length;
    for (const go of going) go();
    longest = waiting.length > 0 ? setTimeout(letIn, MOST_MS) : undefined;
  }
}

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

/** The facts to look up: keys that may be written already, voters who may have cast before, residents who may be on the roster. */
interface Asked {
  readonly keys: readonly string[];
  readonly voters: readonly string[];
  /** Voters whose last entry is needed. */
  readonly last: readonly string[];
  readonly residents: readonly string[];
}

interface LedgerFacts {
  /** The entries that have one of the keys, by key. */
  readonly written: ReadonlyMap<string, EntryRecord>;
  /** The entries of voters who have cast. */
  readonly entriesOf: ReadonlyMap<string, readonly EntryRecord[]>;
  /** Each voter's last entry. */
  readonly last: ReadonlyMap<string, EntryRecord>;
  /** Residents on the roster who have not left, and their community. */
  readonly roster: ReadonlyMap<string, string>;
}

/** Reads all of it at once, with read concern majority, so that every fact found is durable. One find serves keys and voters. */
async function ledgerFacts({ keys, voters, last, residents }: Asked): Promise<LedgerFacts> {
  const options = { promoteBuffers: true, readConcern: { level: 'majority' } } as const;
  const [entries, lasts, found] = await Promise.all([
    keys.length > 0
      ? inTime((signal) =>
          collection(Entry)
            .find({ $or: [{ key: { $in: [...keys] } }, ...(voters.length > 0 ? [{ voter: { $in: [...voters] } }] : [])] }, { ...options, signal })
            .toArray(),
        )
      : [],
    Promise.all(last.map(lastEntry)),
    residents.length > 0
      ? inTime((signal) =>
          collection(Resident)
            .find({ _id: { $in: [...residents] }, erasedAt: { $exists: false } }, { projection: { community: 1 }, signal })
            .toArray(),
        )
      : [],
  ]);
  const asked = new Set(keys);
  return {
    written: new Map(entries.filter(({ key }) => asked.has(key)).map((entry) => [entry.key, entry])),
    entriesOf: byVoter(entries),
    last: new Map(lasts.flatMap((entry) => (entry?.voter ? [[entry.voter, entry]] : []))),
    roster: new Map(found.map(({ _id, community }) => [_id, community])),
  };
}

function byVoter(entries: readonly EntryRecord[]): Map<string, EntryRecord[]> {
  const found = new Map<string, EntryRecord[]>();
  for (const entry of entries) {
    if (!entry.voter) continue;
    const its = found.get(entry.voter);
    if (its) its.push(entry);
    else found.set(entry.voter, [entry]);
  }
  return found;
}
