/** One entry's opening: whose it is and what it picks. */
interface Cast {
  readonly voter: string;
  /** Empty where the ballot was voided. */
  readonly picks: readonly number[];
}

/** The ballots that count, of openings in the ledger's order: the last one of each voter, none where that one was voided. */
export function lastBallots<Opening extends Cast>(openings: Iterable<Opening>): Opening[] {
  const last = new Map<string, Opening>();
  for (const opening of openings) last.set(opening.voter, opening);
  return [...last.values()].filter(({ picks }) => picks.length > 0);
}
