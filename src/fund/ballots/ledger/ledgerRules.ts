import type { Sha256, Vault } from '../../../store/vault.ts';
import type { Stage } from '../../cycles/index.ts';

/** Why picks are not a ballot. Nothing is recorded then. */
export type PicksRefusal =
  | { readonly reason: 'unknown' | 'doubled'; readonly numbers: readonly number[] }
  | { readonly reason: 'tooMany'; readonly max: number; readonly count: number }
  | { readonly reason: 'tooFew'; readonly min: number; readonly count: number };

/** The rules that picks are checked against. */
export interface Choices {
  readonly projects: readonly { readonly number: number }[];
  readonly min: number;
  readonly max: number;
}

/** The first reason against picks (docs/contract.md: The vote): outside the ballot, doubled, too many, too few; undefined if they are a ballot. */
export function refusePicks({ projects, min, max }: Choices, picks: readonly number[]): PicksRefusal | undefined {
  const unknown = picks.filter((pick) => !projects.some(({ number }) => number === pick));
  if (unknown.length > 0) return { reason: 'unknown', numbers: [...new Set(unknown)] };
  const doubled = picks.filter((pick, index) => picks.indexOf(pick) !== index);
  if (doubled.length > 0) return { reason: 'doubled', numbers: [...new Set(doubled)] };
  const count = picks.length;
  if (count > max) return { reason: 'tooMany', max, count };
  if (count < min) return { reason: 'tooFew', min, count };
  return undefined;
}

/** Why a ballot was not cast. Nothing is recorded then. Times in ISO 8601. */
export type CastRefusal =
  | PicksRefusal
  | { readonly reason: 'early'; readonly opensAt: string; readonly closesAt?: string; readonly stage?: Stage }
  /** `keyedUntil`: slips of paper are keyed until then, and the result comes after that. */
  | { readonly reason: 'late'; readonly closedAt: string; readonly keyedUntil?: string }
  /** Its day has come, and it is held back. */
  | { readonly reason: 'held' }
  | { readonly reason: 'none' }
  /** The ballot was to count only as the first one, and there is one already. `isSame`: that one has exactly these picks. */
  | { readonly reason: 'hasBallot'; readonly isSame?: true }
  /** Fifty ballots of this person were accepted today, without the card or with it, as this one. */
  | { readonly reason: 'enough' | 'enoughWithCard' }
  /** Of a slip: its voter cast another ballot after it was handed in. */
  | { readonly reason: 'superseded' }
  | { readonly reason: 'notOnRoll' };

/** The values that an entry's hash covers. The seal has no commitment. */
export interface Hashed {
  readonly previous: string;
  readonly seq: number;
  /** `YYYY-MM-DD`. */
  readonly at: string;
  readonly commitment?: string;
}

/** The hash of an entry (docs/contract.md: The ledger): hex SHA-256 of `previous "\n" seq "\n" at "\n" commitment`. In the seal `sealed` stands in the commitment's place. */
export function entryHash(sha256: Sha256, { previous, seq, at, commitment }: Hashed): string {
  return sha256(`${previous}\n${seq}\n${at}\n${commitment ?? 'sealed'}`);
}

/** The values that a commitment hides until it is opened. */
export interface Commits {
  /** 16 random bytes in hex. */
  readonly salt: string;
  /** The voter's pseudonym in this cycle. */
  readonly voter: string;
  /** Ascending; empty in a voided ballot. */
  readonly picks: readonly number[];
}

/** The commitment of an entry (docs/contract.md: The ledger): hex SHA-256 of `salt "\n" voter "\n" picks`. */
export function commitment(sha256: Sha256, { salt, voter, picks }: Commits): string {
  return sha256(`${salt}\n${voter}\n${picks.join(',')}`);
}

/** The link that an entry follows. Before the first entry there is only a hash. */
export interface Before {
  readonly seq: number;
  readonly hash: string;
  readonly at?: string;
  readonly sealed?: boolean;
}

/** The reason why an entry does not follow another in a cycle's chain (docs/contract.md: The ledger); undefined if it does follow. */
export function brokenLink(sha256: Sha256, cycle: string, before: Before, row: LedgerRow): string | undefined {
  if (before.sealed) return 'something follows the seal';
  if (row.cycle !== cycle) return `the entry belongs to ${row.cycle}, not to ${cycle}`;
  if (row.seq !== before.seq + 1) return `seq is ${row.seq}, ${before.seq + 1} was to come`;
  if (row.hash !== entryHash(sha256, row)) return 'hash is not the hash of this entry';
  if (row.previous !== before.hash) return 'previous is not the hash of the entry before';
  if (before.at !== undefined && row.at < before.at) return `at runs backwards, from ${before.at} to ${row.at}`;
  return undefined;
}

/** The hash that the first entry follows (docs/contract.md: The ledger): hex SHA-256 of `"yisheng\n" cycle "\n" ballot`; `ballot` is the hex SHA-256 of the frozen ballot's bytes. */
export function firstPrevious(sha256: Sha256, cycle: string, ballot: string): string {
  return sha256(`yisheng\n${cycle}\n${sha256(ballot)}`);
}

/** The opening of one entry: its voter and its picks. */
interface Cast {
  readonly voter: string;
  /** Empty if the ballot was voided. */
  readonly picks: readonly number[];
}

/** The ballots that count, from openings in the ledger's order: the last one of each voter, or none if the last one is voided. */
export function lastBallots<Opening extends Cast>(openings: Iterable<Opening>): Opening[] {
  const last = new Map<string, Opening>();
  for (const opening of openings) last.set(opening.voter, opening);
  return [...last.values()].filter(({ picks }) => picks.length > 0);
}

/** An entry as everybody may see it, one JSON object a line (docs/contract.md: The ledger). */
export type LedgerRow = { readonly seq: number; readonly cycle: string; readonly at: string } & (
  | { readonly commitment: string }
  | { readonly sealed: true }
) & {
    readonly previous: string;
    readonly hash: string;
  };

/** What everybody may see of a stored entry. */
type PublicPart = Pick<LedgerRow, 'at' | 'previous' | 'hash'> & {
  readonly _id: Pick<LedgerRow, 'cycle' | 'seq'>;
  readonly commitment?: string;
  readonly sealed?: true;
};

/** The public part of an entry, with the keys in the contract's order. */
export function ledgerRow({ _id: { seq, cycle }, at, commitment, previous, hash }: PublicPart): LedgerRow {
  return commitment === undefined ? { seq, cycle, at, sealed: true, previous, hash } : { seq, cycle, at, commitment, previous, hash };
}

/** The ten digits of a receipt: the same for the same cast, and impossible to guess without SECRET. `tries` counts the digits that were already taken by other entries. */
export function receiptDigits(vault: Vault, key: string, tries: number): string {
  const bytes = Buffer.from(vault.hmac('receipt', key, String(tries)), 'base64url');
  return String(bytes.readBigUInt64BE() % 10_000_000_000n).padStart(10, '0');
}
