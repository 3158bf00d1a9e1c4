import { boundedMap } from '../../store/boundedMap.ts';
import { CodedError } from '../../store/codedError.ts';
import { groupCommit } from '../../store/groupCommit.ts';
import { perWorld } from '../../store/perWorld.ts';
import type { World } from '../../store/world.ts';
import type { FrozenCycle } from '../cycles/isFrozen.ts';
import type { EntryRecord } from '../records/entry.ts';
import type { CastRefusal } from './castRefusal.ts';
import { insertEntries } from './insertEntries.ts';
import { type LedgerFacts, ledgerFacts } from './ledgerFacts.ts';
import { ledgerTips } from './ledgerTips.ts';
import { type Content, nextEntry, type Tip } from './nextEntry.ts';
import { readBack } from './readBack.ts';

/** Something to be written into a cycle's ledger, once. */
export interface Submission {
  /** Counts once: where an entry bears it already, that entry is the answer, before any rule. */
  readonly key: string;
  /** None: only looked up, `decide` must refuse. */
  readonly cycle?: FrozenCycle;
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
}

/** What is known of a submission's voter as it is decided; where another process writes meanwhile it is decided again. */
export interface Known {
  /** The community whose roster the resident is on. */
  readonly rosterOf?: string;
  readonly hasVoted: boolean;
  readonly last?: EntryRecord;
}

export type Submitted = { readonly entry: EntryRecord } | { readonly refused: CastRefusal } | { readonly sealed: true };

/** One round's work: what it settles, what it writes, and the ends of the chains as they will be. */
interface Round {
  readonly facts: LedgerFacts;
  readonly tips: Map<string, Tip>;
  readonly drafts: Map<string, { readonly submission: Submission; readonly entry: EntryRecord }>;
  readonly lastOf: Map<string, EntryRecord>;
}

/**
 * The queue in front of all ledgers (design §5): what waits goes together, whatever cycle it belongs to, as two finds and one ordered
 * insert. The unique indexes decide between processes: who loses reads the chain's end again, decides and chains anew what was not written.
 * Rejects alone: a submission that comes too late (`beginWrite`), and one of which it is not known whether it was written (`not-known`).
 */
export const ledger: (world: World) => (submission: Submission) => Promise<Submitted> = perWorld((world) => {
  const tips = boundedMap<string, Tip>(10_000);
  const voted = boundedMap<string, true>(10_000);

  return groupCommit(async (submissions) => {
    const outcomes = new Map<Submission, Submitted | Error>();
    const tries = new Map<Submission, number>();
    for (;;) {
      const waiting = submissions.filter((submission) => !outcomes.has(submission));
      if (waiting.length === 0) return submissions.map((submission) => outcomes.get(submission) ?? new Error('a submission was forgotten'));
      try {
        await work(waiting, outcomes, tries);
      } catch (error) {
        for (const submission of waiting) if (!outcomes.has(submission)) outcomes.set(submission, asError(error));
      }
    }
  });

  async function work(waiting: readonly Submission[], outcomes: Map<Submission, Submitted | Error>, tries: Map<Submission, number>): Promise<void> {
    const round: Round = { tips: await tipsOf(waiting), facts: await factsOf(waiting), drafts: new Map(), lastOf: new Map() };
    for (const submission of waiting) {
      if (round.drafts.has(submission.key)) continue;
      const settled = attempt(() => draft(submission, round, tries.get(submission) ?? 0));
      if (settled) outcomes.set(submission, settled);
    }
    const drafts = [...round.drafts.values()];
    if (drafts.length === 0) return;
    const inserted = await insertEntries(drafts.map(({ entry }) => entry));
    if ('unknown' in inserted) {
      for (const { entry } of drafts) tips.delete(entry._id.cycle);
      const durable = await readBack(drafts.map(({ entry }) => entry));
      for (const { submission } of drafts) outcomes.set(submission, known(durable.get(submission.key), inserted.unknown));
      return;
    }
    for (const { submission, entry } of drafts.slice(0, inserted.written)) {
      outcomes.set(submission, { entry });
      tips.set(entry._id.cycle, tipOf(entry));
      if (entry.voter) voted.set(entry.voter, true);
    }
    const failed = drafts[inserted.written];
    if (failed && inserted.taken === 'receipt') tries.set(failed.submission, (tries.get(failed.submission) ?? 0) + 1);
    else if (failed) tips.delete(failed.entry._id.cycle);
  }

  /** The ends of the chains that are written to: from memory, or read together. Read before the facts, so that what is newer than the facts has taken the place. */
  async function tipsOf(waiting: readonly Submission[]): Promise<Map<string, Tip>> {
    const ends = new Map<string, Tip>();
    const unread = new Map<string, FrozenCycle>();
    for (const { cycle } of waiting) {
      const tip = cycle && tips.get(cycle._id);
      if (tip) ends.set(cycle._id, tip);
      else if (cycle) unread.set(cycle._id, cycle);
    }
    if (unread.size === 0) return ends;
    const read = await ledgerTips([...unread.values()]);
    for (const [cycle, tip] of read) tips.set(cycle, tip);
    return new Map([...ends, ...read]);
  }

  function factsOf(waiting: readonly Submission[]): Promise<LedgerFacts> {
    return ledgerFacts({
      keys: waiting.map(({ key }) => key),
      voters: waiting.flatMap(({ voter, needsLast }) => (voter && !needsLast && !voted.get(voter) ? voter : [])),
      last: waiting.flatMap(({ voter, needsLast }) => (voter && needsLast ? voter : [])),
      residents: [...new Set(waiting.flatMap(({ resident, rosterOf }) => (rosterOf === undefined && resident) || []))],
    });
  }

  /** Adds the entry that a submission becomes to the round, or gives the outcome where it becomes none. */
  function draft(submission: Submission, { facts, tips, drafts, lastOf }: Round, tries: number): Submitted | undefined {
    const { key, cycle, at, voter, resident, decide, beginWrite } = submission;
    const rosterOf = submission.rosterOf ?? (resident && facts.roster.get(resident));
    const written = facts.written.get(key);
    if (written) return { entry: written };
    const tip = cycle && tips.get(cycle._id);
    if (tip?.sealed) return { sealed: true };
    const last = voter ? (lastOf.get(voter) ?? facts.last.get(voter)) : undefined;
    const hasVoted = voter !== undefined && (last !== undefined || voted.get(voter) === true || facts.voted.has(voter));
    const content = decide({ rosterOf, hasVoted, last });
    if (content !== 'seal' && 'refused' in content) return content;
    if (!cycle || !tip) throw new CodedError('no-ledger', 'A cycle has no ledger before its vote opens.');
    beginWrite();
    const entry = nextEntry(world, tip, { key, cycle, at, tries }, content);
    tips.set(cycle._id, tipOf(entry));
    drafts.set(key, { submission, entry });
    if (entry.voter) lastOf.set(entry.voter, entry);
    return undefined;
  }
});

function tipOf({ _id: { seq }, at, hash, sealed }: EntryRecord): Tip {
  return { seq, at, hash, sealed };
}

/** After a write of which nobody knows: what is durable was written, of the rest it stays unknown. */
function known(entry: EntryRecord | undefined, cause: unknown): Submitted | Error {
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
