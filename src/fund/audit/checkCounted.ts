import { Wrong } from './wrong.ts';

const FILE = 'ballots.ndjson';

/**
 * The published ballots are those that the openings count, in whatever order. Throws `Wrong`: where `witness`, the same ballots
 * in another file, has what was counted, at the line that differs from it, else at the first ballot too many.
 */
export function checkCounted(counted: readonly number[][], published: readonly number[][], witness: readonly number[][] | undefined): void {
  const tooMany = firstTooMany(counted, published);
  if (tooMany === undefined) return;
  const changed =
    witness && firstTooMany(counted, witness) === undefined ? published.findIndex((picks, index) => `${picks}` !== `${witness[index]}`) : -1;
  const line = changed < 0 ? tooMany : changed;
  throw new Wrong(
    FILE,
    line + 1,
    line < published.length ? 'is not among the ballots that the openings count' : 'a ballot that the openings count is missing',
  );
}

/** Index of the first ballot that is there more often than it was counted; past the end where one is missing. */
function firstTooMany(counted: readonly number[][], ballots: readonly number[][]): number | undefined {
  const left = new Map<string, number>();
  for (const picks of counted) left.set(`${picks}`, (left.get(`${picks}`) ?? 0) + 1);
  for (const [index, picks] of ballots.entries()) {
    const rest = left.get(`${picks}`) ?? 0;
    if (rest === 0) return index;
    left.set(`${picks}`, rest - 1);
  }
  return ballots.length < counted.length ? ballots.length : undefined;
}
