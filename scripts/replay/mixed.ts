import type { Played, PlayedVote } from '../support/writeElection.ts';
import { castBySms, castByVoice, type Voting } from './cast.ts';

/**
 * A third by text, a third by call, a third on paper, and on paper whoever has no phone. Every tenth votes twice: first otherwise than in the file, over
 * another way.
 */
export function mixedWays({ votes }: Pick<Played, 'votes'>): Voting[] {
  const ways = [castBySms, castByVoice, undefined];
  const wayOf = ({ phone }: PlayedVote, n: number) => (phone ? ways[n % ways.length] : undefined);
  return votes.map((vote, n) => {
    const cast = wayOf(vote, n);
    const other = votes[(n + 1) % votes.length]?.picks ?? vote.picks;
    const isTwice = n % 10 === 0 && vote.phone !== undefined;
    return { vote, cast, ...(isTwice && { first: { cast: wayOf(vote, n + 1 + (Math.floor(n / 10) % 2)), picks: other } }) };
  });
}

/** How many ballots of the file were not counted as they stand there, and how many were counted that do not stand there. */
export function wrongAmong(votes: readonly Pick<PlayedVote, 'picks'>[], counted: readonly (readonly number[])[]): number {
  const left = new Map<string, number>();
  const count = (picks: readonly number[], by: number) => {
    const key = picks.toSorted((one, other) => one - other).join();
    left.set(key, (left.get(key) ?? 0) + by);
  };
  for (const { picks } of votes) count(picks, 1);
  for (const picks of counted) count(picks, -1);
  return [...left.values()].reduce((sum, difference) => sum + Math.abs(difference), 0);
}
