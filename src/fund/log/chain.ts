import type { Sha256 } from '../../store/vault.ts';

/** An entry of a community's log as supervisors get it, with the keys in the contract's order (docs/contract.md: The log). */
export interface LogRow {
  /** Counts from 1 in a community, without a gap. */
  readonly seq: number;
  /** The slug. */
  readonly community: string;
  /** ISO 8601 in UTC, to the second. */
  readonly at: string;
  readonly by: string;
  readonly role: string;
  /** Such as `proposal.hide`. */
  readonly act: string;
  readonly subject: string;
  /** `detailHash(…)`. */
  readonly detail: string;
  readonly previous: string;
  readonly hash: string;
}

/** What an act was about. It is kept encrypted, and dropped if it names a person who is deleted. */
export interface Detail {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | undefined;
  /** The second person, who confirmed it. */
  readonly second?: { readonly by: string; readonly role: string };
}

/** Hex SHA-256 of `previous` and the entry's other values in the order of `LogRow`, each on a line of its own. */
export function logHash(sha256: Sha256, { previous, seq, community, at, by, role, act, subject, detail }: Omit<LogRow, 'hash'>): string {
  return sha256([previous, seq, community, at, by, role, act, subject, detail].join('\n'));
}

/** The hash that commits to a detail: hex SHA-256 of the salt (16 random bytes in hex), a newline and the detail's JSON. */
export function detailHash(sha256: Sha256, salt: string, json: string): string {
  return sha256(`${salt}\n${json}`);
}

/** The hash that a community's first entry follows: hex SHA-256 of `"yisheng\n" slug`. */
export function firstLogPrevious(sha256: Sha256, community: string): string {
  return sha256(`yisheng\n${community}`);
}

/** The last entry of a log; before the first one there is only the hash that it follows. */
export interface LogHead {
  readonly seq: number;
  readonly hash: string;
  readonly at?: string;
}

/** The reason why an entry does not follow another in a community's chain; undefined if it does. */
export function brokenLogLink(sha256: Sha256, community: string, before: LogHead, row: LogRow): string | undefined {
  if (row.community !== community) return `the entry belongs to ${row.community}, not to ${community}`;
  if (row.seq !== before.seq + 1) return `seq is ${row.seq}, ${before.seq + 1} was to come`;
  if (row.hash !== logHash(sha256, row)) return 'hash is not the hash of this entry';
  if (row.previous !== before.hash) return 'previous is not the hash of the entry before';
  if (before.at !== undefined && row.at < before.at) return `at runs backwards, from ${before.at} to ${row.at}`;
  return undefined;
}
