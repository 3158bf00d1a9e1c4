import { readPabulib } from '../pabulib/readPabulib.ts';

/** The ballots in `cycle.pb` as our numbers; undefined where it cannot be read, which its own check tells. */
export function votesOf(text: string | undefined): number[][] | undefined {
  try {
    if (text === undefined) return undefined;
    const { projects, votes } = readPabulib(text);
    const ids = new Map(projects.map(({ number, id }) => [number, Number(id)]));
    return votes.map(({ picks }) => picks.map((pick) => ids.get(pick) ?? 0));
  } catch {
    return undefined;
  }
}
