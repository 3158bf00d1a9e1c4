import { native } from '../../store/native.ts';
import type { FrozenCycle } from '../cycles/isFrozen.ts';
import { Entry, type EntryRecord } from '../records/entry.ts';
import { ledgerTips } from './ledgerTips.ts';
import { Marks } from './marks.ts';
import type { Tip } from './nextEntry.ts';
import { tipOf } from './tipOf.ts';

/**
 * A ledger as this process knows it: where it ends and, unless it is too long, which keys and voters are in it up to there. Who
 * writes the place behind that end has seen every entry before it: the unique index gives the place to nobody who has not.
 */
export interface KnownLedger {
  readonly tip: Tip;
  /** None: the ledger is too long to be kept, the database is to be asked. */
  readonly marks?: Marks;
}

export interface KnownLedgers {
  /** What is known of these ledgers; what is not, is read together. */
  of(cycles: readonly FrozenCycle[]): Promise<Map<string, KnownLedger>>;
  /** An entry is durable behind the end. */
  grew(entry: Grown): void;
  /** Something is behind the end, by whomever: it is read on from there. */
  isBehind(cycle: string): void;
}

type Grown = Pick<EntryRecord, '_id' | 'key' | 'voter' | 'at' | 'hash' | 'sealed'>;

/** Longest ledger whose marks are kept, and most ledgers and marks in all: some 20 MB. */
const LONGEST = 20_000;
const MOST = 200_000;

/** The ledgers that this process writes to; what was not used for longest is forgotten first. */
export function knownLedgers(): KnownLedgers {
  const known = new Map<string, KnownLedger>();
  const behind = new Set<string>();
  let weight = 0;
  return { of, grew, isBehind: (cycle) => void behind.add(cycle) };

  async function of(cycles: readonly FrozenCycle[]): Promise<Map<string, KnownLedger>> {
    const from = new Map<string, number>();
    const unread = new Map<string, FrozenCycle>();
    for (const cycle of cycles) {
      const ledger = known.get(cycle._id);
      const isBehind = behind.delete(cycle._id);
      if (!ledger || (isBehind && !ledger.marks)) unread.set(cycle._id, cycle);
      else if (isBehind) from.set(cycle._id, ledger.tip.seq);
    }
    const tips = unread.size > 0 ? await ledgerTips([...unread.values()]) : [];
    for (const [cycle, tip] of tips) {
      const isShort = tip.seq <= LONGEST;
      keep(cycle, { tip, ...(isShort && { marks: new Marks() }) });
      if (isShort && tip.seq > 0) from.set(cycle, 0);
    }
    if (from.size > 0) await readOn(from);
    return new Map(cycles.flatMap(({ _id }) => used(_id)));
  }

  /** At majority: what is known of is durable. */
  async function readOn(from: ReadonlyMap<string, number>): Promise<void> {
    const ranges = [...from].map(([cycle, seq]) => ({ '_id.cycle': cycle, '_id.seq': { $gt: seq } }));
    const options = { projection: { key: 1, voter: 1, at: 1, hash: 1, sealed: 1 }, readConcern: { level: 'majority' } } as const;
    for await (const entry of native(Entry).find({ $or: ranges }, options)) grew(entry);
  }

  function grew(entry: Grown): void {
    const { cycle, seq } = entry._id;
    const ledger = known.get(cycle);
    if (!ledger) return;
    forget(cycle);
    ledger.marks?.add(entry);
    keep(cycle, seq > ledger.tip.seq ? { ...ledger, tip: tipOf(entry) } : ledger);
  }

  function used(cycle: string): [string, KnownLedger][] {
    const ledger = known.get(cycle);
    if (ledger) keep(cycle, ledger);
    return ledger ? [[cycle, ledger]] : [];
  }

  function keep(cycle: string, ledger: KnownLedger): void {
    forget(cycle);
    known.set(cycle, ledger);
    weight += weightOf(ledger);
    for (const oldest of known.keys()) {
      if (weight <= MOST || oldest === cycle) break;
      forget(oldest);
    }
  }

  function forget(cycle: string): void {
    const ledger = known.get(cycle);
    if (!ledger) return;
    known.delete(cycle);
    weight -= weightOf(ledger);
  }
}

function weightOf({ marks }: KnownLedger): number {
  return 1 + (marks?.size ?? 0);
}
