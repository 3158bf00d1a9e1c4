import { CHANNEL_NAMES } from '../../../contacts/channel.ts';
import { CodedError } from '../../../store/codedError.ts';
import { collection } from '../../../store/collection.ts';
import { withPauses } from '../../../store/pauses.ts';
import { sha256 } from '../../../store/vault.ts';
import type { World } from '../../../store/world.ts';
import { type CycleRecord, cycleForReaders, type FrozenCycle, isFrozen, isSealed, keyingUntil, readFrozen } from '../../cycles/index.ts';
import { type Rule, tally } from '../tally/tally.ts';
import { decryptSecret, Entry, type EntrySecret, placesOf } from './entry.ts';
import { ledgerEntries } from './ledgerOf.ts';
import { type Before, brokenLink, commitment, firstPrevious, lastBallots, ledgerRow } from './ledgerRules.ts';

/** The content of a sealed ledger. */
interface Count {
  readonly cycle: FrozenCycle;
  /** One ballot of each voter, in an order that depends on SECRET and is always the same. */
  readonly counted: readonly Pick<EntrySecret, 'voter' | 'picks' | 'channel'>[];
  /** Ballots cast and not voided, replaced ones included. */
  readonly ballots: number;
  /** The seal's hash. */
  readonly head: string;
}

/**
 * Reads a sealed ledger from its first entry to its seal, checks every link and opens every commitment. `onEntry` is called for each entry;
 * `of` is how many there are in all. Rejects with `unknown-cycle`, with `not-closed` before the seal is there, with `broken-ledger` if an entry
 * was tampered with.
 */
export async function countLedger(world: World, id: string, onEntry?: (of: number) => void): Promise<Count> {
  const cycle = await cycleForReaders(world)(id);
  if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
  if (!isFrozen(cycle) || !isSealed(world, cycle)) throw notClosed(cycle, world.now());
  const opened: Pick<EntrySecret, 'voter' | 'picks' | 'channel'>[] = [];
  const entries = onEntry ? await collection(Entry).countDocuments(placesOf(id), { timeoutMS: 0 }) : 0;
  const head = await walk(world, cycle, (secret) => {
    onEntry?.(entries);
    if (secret) opened.push({ voter: secret.voter, picks: secret.picks, channel: secret.channel });
  });
  if (!head.sealed) throw tampered(head.seq, 'the seal is missing');
  if (cycle.sealHead !== undefined && head.hash !== cycle.sealHead) throw tampered(head.seq, 'it was sealed with other entries');
  return { cycle, counted: await shuffled(world, id, lastBallots(opened)), ballots: notVoided(opened), head: head.hash };
}

/** Ballots that were not voided. An entry that voids comes right after the one that it voids; after none if it voids a slip that was not keyed yet. */
function notVoided(opened: readonly { readonly voter: string; readonly picks: readonly number[] }[]): number {
  const lasts = new Set<string>();
  let ballots = 0;
  for (const { voter, picks } of opened) {
    if (picks.length > 0) {
      lasts.add(voter);
      ballots += 1;
    } else if (lasts.delete(voter)) ballots -= 1;
  }
  return ballots;
}

/** The error if a result is asked for before its cycle is sealed. */
export function notClosed(cycle: CycleRecord, now: Date): CodedError {
  const until = keyingUntil(cycle, now);
  const sentence = until
    ? `The vote is over, and slips of paper are being keyed until ${until}; results come ten seconds after that.`
    : 'The vote has not closed yet; results come ten seconds after it has, or after the slips of paper are keyed.';
  return new CodedError('not-closed', sentence);
}

/**
 * Checks a ledger from its first entry to its last, sealed or not: every link and every commitment. Gives the last entry. Rejects with
 * `unknown-cycle`, `not-open` if no vote was frozen, `broken-ledger`.
 */
export async function checkLedger(world: World, id: string): Promise<Before> {
  const cycle = await cycleForReaders(world)(id);
  if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
  if (!isFrozen(cycle)) throw new CodedError('not-open', 'The ballot of this cycle is not frozen, so it has no ledger.');
  return walk(world, cycle, () => {});
}

/** Goes through a ledger, calls `onEntry` with what each entry hides (nothing for the seal), and gives the last one. */
async function walk({ vault }: World, { _id, frozen }: FrozenCycle, onEntry: (secret: EntrySecret | undefined) => void): Promise<Before> {
  let before: Before = { seq: 0, hash: firstPrevious(sha256, _id, frozen.ballot) };
  for await (const entry of ledgerEntries(_id)) {
    const row = ledgerRow(entry);
    const broken = brokenLink(sha256, _id, before, row);
    if (broken) throw tampered(row.seq, broken);
    before = 'sealed' in row ? { ...row, sealed: true } : row;
    const secret = 'sealed' in row ? undefined : decryptSecret(vault, entry);
    if (secret && 'commitment' in row && commitment(sha256, secret) !== row.commitment) throw tampered(row.seq, 'commitment is not what it hides');
    onEntry(secret);
  }
  return before;
}

/** Orders the ballots by an HMAC of each voter. They are sorted in heaps, so that even many ballots do not block the process. */
async function shuffled<Ballot extends { voter: string }>({ vault }: World, cycle: string, ballots: Ballot[]): Promise<Ballot[]> {
  const heaps = new Map<string, { ballot: Ballot; place: string }[]>();
  for await (const ballot of withPauses(ballots)) {
    const place = vault.hmac('shuffle', cycle, ballot.voter);
    const heap = heaps.get(place.slice(0, 2));
    if (heap) heap.push({ ballot, place });
    else heaps.set(place.slice(0, 2), [{ ballot, place }]);
  }
  const inOrder: Ballot[] = [];
  for await (const [, heap] of withPauses([...heaps].sort(([one], [other]) => (one < other ? -1 : 1)))) {
    for (const { ballot } of heap.sort((one, other) => (one.place < other.place ? -1 : 1))) inOrder.push(ballot);
  }
  return inOrder;
}

function tampered(seq: number, what: string): CodedError {
  return new CodedError('broken-ledger', `The ledger does not hold at entry ${seq}: ${what}.`);
}

/** The result of a vote, as `/api/cycles/ID/results` gives it. Money in whole units of the ballot's currency. */
export interface Results {
  readonly cycle: string;
  readonly rule: Rule;
  readonly budget: number;
  /** `byChannel` has the number of counted ballots by channel, without channels that have none. */
  readonly turnout: {
    readonly residents: number;
    readonly voters: number;
    readonly byChannel: Readonly<Partial<Record<EntrySecret['channel'], number>>>;
  };
  /** In the ballot's order. */
  readonly tallies: readonly { readonly number: number; readonly votes: number }[];
  /** In the order chosen. */
  readonly winners: readonly number[];
  readonly spent: number;
  readonly lot: readonly number[];
  /** The seal's hash. */
  readonly head: string;
}

/** A sealed cycle's results, and how many ballots were cast. */
export interface ClosedResults {
  readonly results: Results;
  readonly ballots: number;
}

/** The results of a counted ledger under the rule, costs and lot of its frozen ballot. */
export function resultsOf({ cycle: { _id, frozen, residentsAtClose = frozen.residents }, counted, ballots, head }: Count): ClosedResults {
  const { rule, budget, threshold, projects, lot } = readFrozen(frozen);
  const { tallies, winners, spent } = tally({ rule, budget, threshold, projects, lot, ballots: counted.map(({ picks }) => picks) });
  const turnout = { residents: residentsAtClose, voters: counted.length, byChannel: byChannel(counted) };
  return { results: { cycle: _id, rule, budget, turnout, tallies, winners, spent, lot, head }, ballots };
}

const ORDER = [...CHANNEL_NAMES, 'paper', 'assisted', 'kiosk'] as const satisfies EntrySecret['channel'][];

function byChannel(counted: Count['counted']): Results['turnout']['byChannel'] {
  const counts = ORDER.map((channel) => [channel, counted.filter((ballot) => ballot.channel === channel).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
