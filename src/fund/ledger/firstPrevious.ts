import type { Sha256 } from './sha256.ts';

/** What the first entry stands on (contract §5): hex SHA-256 of `"yisheng\n" cycle "\n" ballot`, `ballot` being the hex SHA-256 of the frozen ballot's bytes. */
export function firstPrevious(sha256: Sha256, cycle: string, ballot: string): string {
  return sha256(`yisheng\n${cycle}\n${sha256(ballot)}`);
}
