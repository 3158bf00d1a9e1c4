import { CodedError } from '../../../store/codedError.ts';
import { groupCommit } from '../../../store/groupCommit.ts';
import { perWorld, type World } from '../../../store/world.ts';
import type { FrozenCycle } from '../../cycles/index.ts';
import type { CastRefusal } from '../cast/refusePicks.ts';
import type { EntryRecord } from './entry.ts';
import { type KnownLedger, knownLedgers } from './knownLedgers.ts';
import { type LedgerFacts, ledgerFacts } from './ledgerFacts.ts';
import { type Content, insertEntries, nextEntry, readBack, type Tip, tipOf } from './writeEntries.ts';

/** Something to be written into a cycle's ledger, once. */
export interface Submission {
  /** Counts once: where an entry bears it already, that entry is the answer, before any rule. */
  readonly key: string;
  readonly cycle: FrozenCycle;
  /** When the service received it. */
  readonly at: Date;
  /** `vault.hmac('voter', …)` of whose ballot it is, and the resident behind it. */
  readonly voter?: string;
  readonly resident?: string;
  /** The community whose roster the resident was just found on; looked up where it is not given. */
  readonly rosterOf?: string;
  /** The voter's last entry is needed to decide. */
  readonly needsLast?: boolean;
  readonly decide: (known: Known) => Content | { readonly refused: CastRefusal };
  readonly beginWrite: () => void;
  /** Told what is about to be written, each time that it is decided; only the outcome says what is durable. */
  readonly drafted?: (written: { readonly entry: EntryRecord; readonly content: Content }) => void;
}

/** What is known of a submission's voter as it is decided; where another process writes meanwhile it is decided again. */
export interface Known {
  /** The community whose roster the resident is on. */
  readonly rosterOf?: string;
  readonly hasVoted: boolean;
  readonly last?: EntryRecord;
  /** How many entries the voter has, voided ballots too, and those that were looked up or are about to be written. */
  readonly count: number;
  readonly entries: readonly EntryRecord[];
}

/** `content`: what this submission wrote; none where its key was written before. */
export type Submitted = { readonly entry: EntryRecord; readonly content?: Content } | { readonly refused: CastRefusal } | { readonly sealed: true };

/** One round's work: what it knows, what it writes, and the ends of the chains as they will be. */
interface Round {
  readonly known: ReadonlyMap<string, KnownLedger>;
  readonly facts: LedgerFacts;
  readonly tips: Map<string, Tip>;
  readonly drafts: Map<string, { readonly submission: Submission; readonly entry: EntryRecord; readonly content: Content }>;
  /** What each voter casts in it. */
  readonly newOf: Map<string, EntryRecord[]>;
}

/** What became of a submission so far. */
interface Attempt {
  /** Receipts that were taken already. */
  tries: number;
  /** The database was asked whether its key is written, and whether its voter has cast. */
  isLookedUp: boolean;
}

/**
 * The queue in front of all ledgers (docs/architecture.md: The ledger's queue): what waits goes together, whatever cycle it belongs to, as one ordered insert. What the
 * rules ask of a ledger is known here up to its end; only what seems to be there already, or would be refused, is looked up before.
 * The unique indexes decide between processes: who loses reads on from the end it knew, decides and chains anew what was not written.
 * Rejects alone: a submission that comes too late (`beginWrite`), and one of which it is not known whether it was written (`not-known`).
 */
export const ledger: (world: World) => (submission: Submission) => Promise<Submitted> = perWorld((world) => {
  const ledgers = knownLedgers();

  return groupCommit(async (submissions) => {
    const outcomes = new Map<Submission, Submitted | Error>();
    const attempts = new Map(submissions.map((submission) => [submission, { tries: 0, isLookedUp: false }]));
    for (;;) {
      const waiting = submissions.filter((submission) => !outcomes.has(submission));
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
    // before the facts: what is newer than the facts has then taken the place
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

  /** Asks the database what is not known here: of long ledgers, of keys that seem to be written, of what was or would be refused. */
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

  /** Adds the entry that a submission becomes to the round, or gives the outcome where it becomes none. */
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

/** After a write of which nobody knows: what is durable was written, of the rest it stays unknown. */
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

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('something was thrown that is no error', { cause: error });
}
